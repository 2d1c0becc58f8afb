import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import createKnex, { type Knex } from "knex";
import { keepPrepared, type RawConnection } from "./keep-prepared.ts";
import { readDirectly } from "./read-directly.ts";

const shippedMigrations = resolve(import.meta.dirname, "../../../migrations");

/** Connections for what pages show: more would only wait for the same processors. */
const readers = 2;

/**
 * Opens the database, making the file and its folder when they are missing.
 * One connection: SQLite writes one at a time anyway, and a transaction then never waits for another of our own.
 * @param file path, or `:memory:`
 */
export function connect(file: string): Knex {
  if (file !== ":memory:") mkdirSync(dirname(resolve(file)), { recursive: true, mode: 0o700 });
  return open(file, [
    "pragma journal_mode = wal",
    // With WAL, a commit survives a killed process; only a power cut may lose the last ones, whole.
    "pragma synchronous = normal",
    "pragma busy_timeout = 5000",
    "pragma foreign_keys = on",
    "pragma cache_size = -4000",
  ]);
}

/**
 * Opens connections to the same database that can only read. With WAL they wait for nobody, and nobody for them
 * (sqlite.org/wal.html), so that pages are read side by side: on one connection, each query would wait for its turn.
 * @param file path of a database that `connect` has opened
 */
export function connectReaders(file: string): Knex {
  const pragmas = ["pragma query_only = on", "pragma busy_timeout = 5000", "pragma cache_size = -2000"];
  const knex = createKnex({ client: "sqlite3", connection: { filename: file }, useNullAsDefault: true });
  readDirectly(knex, readers, (connection) => setUp(connection, pragmas));
  return knex;
}

function open(file: string, pragmas: readonly string[]): Knex {
  return createKnex({
    client: "sqlite3",
    connection: { filename: file },
    useNullAsDefault: true,
    pool: {
      min: 1,
      max: 1,
      afterCreate(connection: RawConnection, done: (error: Error | null, connection: RawConnection) => void) {
        setUp(connection, pragmas).then(
          () => done(null, connection),
          (error) => done(error, connection),
        );
      },
    },
  });
}

async function setUp(connection: RawConnection, pragmas: readonly string[]): Promise<RawConnection> {
  for (const pragma of pragmas) {
    await new Promise<void>((resolve, reject) => {
      connection.run(pragma, [], (error) => (error ? reject(error) : resolve()));
    });
  }
  keepPrepared(connection);
  return connection;
}

/**
 * Brings the tables up to date. Foreign keys are off meanwhile, because SQLite changes a table by making it anew, and
 * are checked as a whole afterwards (sqlite.org/lang_altertable.html, section 7).
 * @param folder with the migrations; preset: those shipped
 * @throws when a migration fails, or leaves a row that points nowhere
 */
export async function migrate(knex: Knex, folder = shippedMigrations): Promise<void> {
  await knex.raw("pragma foreign_keys = off");
  try {
    await knex.migrate.latest({ directory: folder, loadExtensions: [".ts"] });
    const broken: unknown[] = await knex.raw("pragma foreign_key_check");
    if (broken.length > 0) throw new Error(`A migration left rows that point nowhere: ${JSON.stringify(broken[0])}`);
  } finally {
    await knex.raw("pragma foreign_keys = on");
  }
}
