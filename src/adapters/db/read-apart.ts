import type { Knex } from "knex";

/**
 * Makes an adapter twice: for the connection that writes, and for those that only read. The methods that are named,
 * which must only read, are those of the second; all others are of the first. Outside a transaction both see the same:
 * what was committed is seen by every statement that begins later (sqlite.org/isolation.html).
 */
export function readApart<Adapter extends object>(
  create: (knex: Knex) => Adapter,
  knex: Knex,
  reading: Knex,
  methods: readonly (keyof Adapter)[],
): Adapter {
  const adapter = create(knex);
  if (reading === knex) return adapter;
  const readers = create(reading);
  for (const method of methods) adapter[method] = readers[method];
  return adapter;
}
