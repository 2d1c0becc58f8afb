import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import createKnex, { type Knex } from "knex";

const shippedMigrations = resolve(import.meta.dirname, "../../../migrations");

type RawConnection = { run(sql: string, done: (error: Error | null) => void): void };

/**
 * Opens the database, making the file and its folder when they are missing.
 * One connection: SQLite writes one at a time anyway, and a transaction then never waits for another of our own.
 * @param file path, or `:memory:`
 */
export function connect(file: string): Knex {
  if (file !== ":memory:") mkdirSync(dirname(resolve(file)), { recursive: true, mode: 0o700 });
  return createKnex({
    client: "sqlite3",
    connection: { filename: file },
    useNullAsDefault: true,
    pool: {
      min: 1,
      max: 1,
      afterCreate(connection: RawConnection, done: (error: Error | null, connection: RawConnection) => void) {
        const pragmas = [
          "pragma journal_mode = wal",
          // With WAL, a commit survives a killed process; only a power cut may lose the last ones, whole.
          "pragma synchronous = normal",
          "pragma busy_timeout = 5000",
          "pragma foreign_keys = on",
          "pragma cache_size = -16000",
        ];
        const next = () => {
          const pragma = pragmas.shift();
          if (pragma === undefined) return done(null, connection);
          connection.run(pragma, (error) => (error ? done(error, connection) : next()));
        };
        next();
      },
    },
  });
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
