import type { Knex } from "knex";
import type { RawConnection } from "./keep-prepared.ts";

/** A query as knex has written it out. */
type Written = { sql: string; bindings: unknown; method: string; response?: unknown };
type Runner = { run(): Promise<unknown> };
type Builder = { toSQL(): Written | Written[] };

/** What of knex's client for SQLite is used here. */
type Client = {
  runner(builder: Builder): Runner;
  acquireRawConnection(): Promise<RawConnection>;
  destroyRawConnection(connection: RawConnection): Promise<void>;
  destroy(): Promise<void>;
  prepBindings(bindings: unknown): unknown;
  processResponse(query: Written, runner: Runner): unknown;
};

/**
 * Lets queries go straight from knex's builder to a connection. Its own way there, by a pool with timers, events and a
 * chain of promises, takes longer than most queries. For connections that only read, without transactions.
 * @param count of connections, opened when they are needed
 * @param setUp prepares a connection that was opened
 */
export function readDirectly(
  knex: Knex,
  count: number,
  setUp: (connection: RawConnection) => Promise<RawConnection>,
): void {
  const client = knex.client as Client;
  const opened: Promise<RawConnection>[] = [];
  const idle: RawConnection[] = [];
  const waiting: ((connection: RawConnection) => void)[] = [];

  let over = false;

  const take = (): RawConnection | Promise<RawConnection> => {
    if (over) throw new Error("The database is closed.");
    const free = idle.pop();
    if (free !== undefined) return free;
    if (opened.length < count) {
      const opening = client.acquireRawConnection().then(setUp);
      opened.push(opening);
      // What cannot be opened now is tried again by the next query.
      opening.catch(() => opened.splice(opened.indexOf(opening), 1));
      return opening;
    }
    return new Promise((resolve) => waiting.push(resolve));
  };
  const giveBack = (connection: RawConnection) => {
    const next = waiting.shift();
    if (next === undefined) idle.push(connection);
    else next(connection);
  };
  const read = async (builder: Builder, runner: Runner) => {
    const query = builder.toSQL();
    if (Array.isArray(query)) throw new Error("one query at a time");
    const taken = take();
    const connection = taken instanceof Promise ? await taken : taken;
    return new Promise((resolve, reject) => {
      connection.all(query.sql, client.prepBindings(query.bindings), (error, rows) => {
        giveBack(connection);
        if (error !== null) return reject(error);
        query.response = rows;
        resolve(client.processResponse(query, runner));
      });
    });
  };

  const original = client.runner.bind(client);
  client.runner = (builder) => {
    const runner = original(builder);
    runner.run = () => read(builder, runner);
    return runner;
  };
  const destroy = client.destroy.bind(client);
  client.destroy = async () => {
    over = true;
    const all = await Promise.allSettled(opened.splice(0));
    for (const each of all) if (each.status === "fulfilled") await client.destroyRawConnection(each.value);
    await destroy();
  };
}
