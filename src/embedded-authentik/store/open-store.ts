import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import knex, { type Knex } from "knex";
import type {
  ApiToken,
  Application,
  AuthorizationCode,
  Binding,
  Flow,
  Grant,
  Group,
  KeyPair,
  Provider,
  Role,
  ScopeMapping,
  Session,
  Token,
  User,
  Value,
} from "./records.ts";
import { type Change, Table } from "./table.ts";

/**
 * Everything the stand-in knows, held in memory and written through to one SQLite file.
 *
 * A request changes tables without waiting in between, so that no other request sees half a change, then awaits
 * `save()` before it answers. What was answered is on disk; what was cut off by a crash never happened.
 */
export type Store = ReturnType<typeof makeTables> & {
  /** The next whole number of a series, from 1. */
  next(series: string): number;
  /** A value that is made once and then kept. */
  keep(id: string, make: () => string): string;
  /** Writes all changes since the last call in one transaction. */
  save(): Promise<void>;
  close(): Promise<void>;
};

function makeTables(note: (change: Change) => void) {
  return {
    groups: new Table<Group>("group", (group) => group.pk, note),
    users: new Table<User>("user", (user) => String(user.pk), note),
    applications: new Table<Application>("application", (application) => application.pk, note),
    bindings: new Table<Binding>("binding", (binding) => binding.pk, note),
    providers: new Table<Provider>("provider", (provider) => String(provider.pk), note),
    scopeMappings: new Table<ScopeMapping>("scope-mapping", (mapping) => mapping.pk, note),
    flows: new Table<Flow>("flow", (flow) => flow.pk, note),
    keyPairs: new Table<KeyPair>("key-pair", (pair) => pair.pk, note),
    roles: new Table<Role>("role", (role) => role.pk, note),
    grants: new Table<Grant>("grant", (grant) => grant.id, note),
    apiTokens: new Table<ApiToken>("api-token", (token) => token.id, note),
    sessions: new Table<Session>("session", (session) => session.id, note),
    codes: new Table<AuthorizationCode>("code", (code) => code.id, note),
    accessTokens: new Table<Token>("access-token", (token) => String(token.pk), note),
    refreshTokens: new Table<Token>("refresh-token", (token) => String(token.pk), note),
    values: new Table<Value>("value", (value) => value.id, note),
  };
}

/**
 * Opens the store, and makes its file where there is none.
 * @param file path of the SQLite file, or ":memory:"
 * @throws when the file cannot be opened or is not a database
 */
export async function openStore(file: string): Promise<Store> {
  if (file !== ":memory:") mkdirSync(dirname(resolve(file)), { recursive: true });
  const db = knex({
    client: "sqlite3",
    connection: { filename: file },
    useNullAsDefault: true,
    pool: { min: 1, max: 1, idleTimeoutMillis: 2 ** 31 - 1 },
  });
  const dirty = new Map<string, Change>();
  const tables = makeTables((change) => dirty.set(`${change.kind}/${change.id}`, change));
  try {
    await load(db, tables);
  } catch (error) {
    await db.destroy();
    throw error;
  }

  let writing: Promise<void> = Promise.resolve();
  const save = () => {
    // One write after another; a failed write is reported to its own request and does not stop the next one.
    const written = writing.then(() => write(db, dirty));
    writing = written.catch(() => undefined);
    return written;
  };

  return {
    ...tables,
    next(series) {
      const id = `series ${series}`;
      const value = Number(tables.values.get(id)?.value ?? 0) + 1;
      tables.values.put({ id, value: String(value) });
      return value;
    },
    keep(id, make) {
      const kept = tables.values.get(id);
      if (kept) return kept.value;
      const value = make();
      tables.values.put({ id, value });
      return value;
    },
    save,
    async close() {
      await save();
      await db.destroy();
    },
  };
}

async function load(db: Knex, tables: ReturnType<typeof makeTables>): Promise<void> {
  await db.raw("PRAGMA journal_mode = WAL");
  await db.raw("PRAGMA busy_timeout = 5000");
  if (!(await db.schema.hasTable("documents"))) {
    await db.schema.createTable("documents", (table) => {
      table.string("kind").notNullable();
      table.string("id").notNullable();
      table.text("body").notNullable();
      table.primary(["kind", "id"]);
    });
  }
  const rows: { kind: string; body: string }[] = await db("documents").select("kind", "body").orderBy("rowid");
  const byKind = new Map<string, { load(body: string): void }>(
    Object.values(tables).map((table) => [table.kind, table]),
  );
  for (const row of rows) byKind.get(row.kind)?.load(row.body);
}

async function write(db: Knex, dirty: Map<string, Change>): Promise<void> {
  if (dirty.size === 0) return;
  const changes = [...dirty.values()];
  dirty.clear();
  try {
    await db.transaction(async (trx) => {
      for (const { kind, id, body } of changes) {
        if (body === null) await trx("documents").where({ kind, id }).delete();
        else await trx("documents").insert({ kind, id, body }).onConflict(["kind", "id"]).merge();
      }
    });
  } catch (error) {
    // Not on disk yet: they go with the next write, unless they were changed again meanwhile.
    for (const change of changes) {
      const key = `${change.kind}/${change.id}`;
      if (!dirty.has(key)) dirty.set(key, change);
    }
    throw error;
  }
}
