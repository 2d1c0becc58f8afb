import type { Knex } from "knex";

/** Mail addresses and domains that a hub accepts without a click. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable("admission_entries", (table) => {
    table.text("hub_id").notNullable().references("hubs.id");
    // In lower case; a domain begins with @.
    table.text("entry").notNullable();
    table.text("added_by").notNullable().references("people.id");
    table.integer("added_at").notNullable();
    table.primary(["hub_id", "entry"]);
    table.index(["entry"]);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable("admission_entries");
}
