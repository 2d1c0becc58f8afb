/**
 * A condition that a column has one of these values, for knex's `whereRaw`. As one value, since SQLite takes a limited
 * number of them.
 */
export function oneOf(column: string, values: readonly string[]): [string, string[]] {
  return [`${column} in (select value from json_each(?))`, [JSON.stringify(values)]];
}
