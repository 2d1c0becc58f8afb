import type { Knex } from "knex";

/** Since when a person is known, and when they last used the portal. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable("people", (table) => {
    table.integer("known_since").notNullable().defaultTo(0);
    table.integer("last_seen_at");
  });
  // For people known already, the earliest that tells of them; whether they were here lately is not known.
  await knex.raw(`update people set known_since = min(
    checked_at,
    coalesce((select min(created_at) from hubs where teacher_id = people.id), checked_at),
    coalesce((select min(applied_at) from participations where person_id = people.id), checked_at)
  )`);
  // Everything that people are found and sorted by, so that looking through them reads no whole rows.
  await knex.raw("create index people_found on people (name collate nocase, username, email, id)");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("drop index people_found");
  await knex.schema.alterTable("people", (table) => {
    table.dropColumns("known_since", "last_seen_at");
  });
}
