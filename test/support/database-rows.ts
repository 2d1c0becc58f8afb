import type { Knex } from "knex";

/** Tables that change by being looked at: who is signed in, and when a person was last looked up. */
const notCounted = ["sessions", "people", "knex_migrations", "knex_migrations_lock", "sqlite_sequence"];

/** All rows of all tables that an act may change, for "nothing has changed". */
export async function allRows(knex: Knex): Promise<Record<string, unknown[]>> {
  const tables: { name: string }[] = await knex("sqlite_master").where({ type: "table" }).select("name");
  const rows: Record<string, unknown[]> = {};
  for (const { name } of tables) {
    if (!notCounted.includes(name)) rows[name] = await knex(name).select("*");
  }
  return rows;
}
