import type { Knex } from "knex";

/** When somebody asked for their data here to be deleted, and when it was. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable("people", (table) => {
    table.integer("erase_requested_at");
    table.integer("erased_at");
  });
  await knex.raw(
    `create index people_to_erase on people (erase_requested_at)
     where erase_requested_at is not null and erased_at is null`,
  );
  await knex.schema.alterTable("mails", (table) => {
    table.index(["person_id", "created_at"]);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable("mails", (table) => {
    table.dropIndex(["person_id", "created_at"]);
  });
  await knex.raw("drop index people_to_erase");
  await knex.schema.alterTable("people", (table) => {
    table.dropColumns("erase_requested_at", "erased_at");
  });
}
