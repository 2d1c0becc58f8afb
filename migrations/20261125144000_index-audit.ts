import type { Knex } from "knex";

/** The audit log is looked through by what happened, the newest first. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable("hub_events", (table) => {
    table.index(["kind", "at"]);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable("hub_events", (table) => {
    table.dropIndex(["kind", "at"]);
  });
}
