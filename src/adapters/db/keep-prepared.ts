type Done = (this: unknown, error: Error | null, rows?: unknown[]) => void;

/** A prepared statement of node-sqlite3, as far as it is used here. */
type Statement = {
  all(bindings: unknown, done: Done): unknown;
  run(bindings: unknown, done: Done): unknown;
  finalize(): unknown;
};

/** A connection of node-sqlite3, as far as knex uses it for queries. */
export type RawConnection = {
  all(sql: string, bindings: unknown, done: Done): unknown;
  run(sql: string, bindings: unknown, done: Done): unknown;
  prepare(sql: string, done: (error: Error | null) => void): Statement;
  close(done: (error: Error | null) => void): void;
};

/** What is worth keeping: other statements change tables or settings, and come once. */
const kept = /^\s*(select|insert|update|delete)\s/i;
const longestSql = 10_000;

/**
 * Lets a connection keep its statements prepared. Otherwise each query is prepared anew, which costs more than most
 * queries themselves and a second trip to SQLite's thread. SQLite prepares a kept one again by itself when tables have
 * changed (sqlite.org/c3ref/step.html). A connection must do one query at a time, as with knex it does.
 * @param limit how many are kept; the one that was not used for longest goes
 */
export function keepPrepared(connection: RawConnection, limit = 200): void {
  const statements = new Map<string, Statement>();
  const plain = { all: connection.all, run: connection.run, close: connection.close };

  const take = (sql: string, done: Done): Statement => {
    const known = statements.get(sql);
    statements.delete(sql);
    const statement =
      known ??
      connection.prepare(sql, (error) => {
        // What is asked of a statement that could not be prepared is never answered, so this is the answer.
        if (error === null) return;
        statements.delete(sql);
        done.call(connection, error);
      });
    statements.set(sql, statement);
    if (statements.size > limit) forgetOldest();
    return statement;
  };
  const forgetOldest = () => {
    for (const [sql, statement] of statements) {
      statement.finalize();
      statements.delete(sql);
      return;
    }
  };

  for (const method of ["all", "run"] as const) {
    connection[method] = (sql: string, bindings: unknown, done: Done) =>
      kept.test(sql) && sql.length <= longestSql
        ? take(sql, done)[method](bindings, done)
        : plain[method].call(connection, sql, bindings, done);
  }
  connection.close = (done) => {
    // SQLite closes no connection that has statements.
    for (const statement of statements.values()) statement.finalize();
    statements.clear();
    plain.close.call(connection, done);
  };
}
