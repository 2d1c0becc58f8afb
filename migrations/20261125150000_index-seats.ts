import type { Knex } from "knex";

/** Lets seats of hubs be counted from an index alone: a list of hubs counts those of each. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable("participations", (table) => {
    table.index(["hub_id", "status", "person_id"]);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable("participations", (table) => {
    table.dropIndex(["hub_id", "status", "person_id"]);
  });
}
