import { ConnectSessionKnexStore } from "connect-session-knex";
import type { SessionData } from "express-session";
import type { Knex } from "knex";

/** How far the end of a session in the database may lag behind the one that its cookie has. */
const lagMs = 5 * 60 * 1000;
const cleanUpMs = 60 * 60 * 1000;

/**
 * Sessions in SQLite. Every page prolongs its session; that is written only every five minutes, so that looking at
 * pages writes nothing. What is in a session is written at once, as it changes.
 */
export class SessionStore extends ConnectSessionKnexStore {
  /** Until when each session is known to last in the database, in milliseconds since 1970. */
  readonly #written = new Map<string, number>();

  readonly #reading: Knex;

  /** @param reading connections that sessions are read by; left out, `knex` */
  constructor(knex: Knex, reading: Knex = knex) {
    super({ knex, tableName: "sessions", cleanupInterval: cleanUpMs });
    this.#reading = reading;
  }

  override async get(id: string, done?: (error: unknown, session?: SessionData | null) => void) {
    let session: SessionData | null;
    try {
      await this.ready;
      const row: { sess: string } | undefined = await this.#reading("sessions")
        .where({ sid: id })
        .whereRaw("datetime(expired) >= datetime(?)", [new Date().toISOString()])
        .first("sess");
      session = row === undefined ? null : JSON.parse(row.sess);
    } catch (error) {
      done?.(error);
      return null;
    }
    done?.(null, session);
    return session;
  }

  override async touch(id: string, session: SessionData, done?: () => void): Promise<void> {
    const until = new Date(session.cookie.expires ?? 0).getTime();
    if (until - (this.#written.get(id) ?? 0) < lagMs) {
      done?.();
      return;
    }
    // Forgetting all at once costs one more write each, and keeps the map small without care for order.
    if (this.#written.size >= 10_000) this.#written.clear();
    this.#written.set(id, until);
    await super.touch(id, session, done);
  }

  /** Ends the hourly removal of sessions that are over. */
  close(): void {
    clearTimeout(this.nextDbCleanup);
  }
}
