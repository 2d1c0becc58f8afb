import type { Knex } from "knex";
import { connect, migrate } from "../../src/adapters/db/connect.ts";
import { createSealer } from "../../src/adapters/db/seal.ts";
import { createStore } from "../../src/adapters/db/store.ts";
import type { Store } from "../../src/ports/store.ts";

/** A real database with all tables, in memory unless a file is named. Close it after the test. */
export async function openTestStore(file = ":memory:"): Promise<{ knex: Knex; store: Store; close(): Promise<void> }> {
  const knex = connect(file);
  await migrate(knex);
  return {
    knex,
    store: createStore(knex, createSealer("a-secret-key-of-32-characters-or-more")),
    close: () => knex.destroy(),
  };
}
