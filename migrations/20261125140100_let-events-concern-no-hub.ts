import type { Knex } from "knex";

/**
 * The audit log also holds what concerns people or the portal as a whole, such as a role that was granted. SQLite
 * cannot make a column nullable, so the table is made anew and its rows are carried over.
 */
export async function up(knex: Knex): Promise<void> {
  await rebuild(knex, (table) => table.text("hub_id").references("hubs.id"));
}

export async function down(knex: Knex): Promise<void> {
  await rebuild(knex, (table) => table.text("hub_id").notNullable().references("hubs.id"));
}

const columns = ["id", "hub_id", "at", "kind", "actor_id", "subject_id", "from", "to", "reason"];

async function rebuild(knex: Knex, hubColumn: (table: Knex.CreateTableBuilder) => unknown): Promise<void> {
  for (const act of ["update", "delete"]) await knex.raw(`drop trigger hub_events_no_${act}`);
  await knex.schema.createTable("hub_events_anew", (table) => {
    table.increments("id");
    hubColumn(table);
    table.integer("at").notNullable();
    table.text("kind").notNullable();
    table.text("actor_id").references("people.id");
    table.text("subject_id").references("people.id");
    table.text("from");
    table.text("to");
    table.text("reason");
  });
  await knex("hub_events_anew").insert(knex("hub_events").select(columns));
  await knex.schema.dropTable("hub_events");
  await knex.schema.renameTable("hub_events_anew", "hub_events");
  await knex.schema.alterTable("hub_events", (table) => {
    table.index(["hub_id", "id"]);
    table.index(["actor_id", "id"]);
    table.index(["subject_id", "id"]);
    table.index(["at"]);
  });
  for (const act of ["update", "delete"]) {
    await knex.raw(
      `create trigger hub_events_no_${act} before ${act} on hub_events
       begin select raise(abort, 'hub_events is append-only'); end`,
    );
  }
}
