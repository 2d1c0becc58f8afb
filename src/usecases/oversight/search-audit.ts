import type { Actor } from "../../domain/actor.ts";
import { addDays, type CalendarDate, startOf } from "../../domain/usage-period.ts";
import type { AuditEvent, AuditFilter, AuditPlace } from "../../ports/audit.ts";
import type { Core } from "../core.ts";
import { mustGovern } from "./must-govern.ts";

/** As `AuditFilter`, with days in the institution's time zone, both inclusive. */
export type AuditWanted = Pick<AuditFilter, "personId" | "person" | "hub" | "kind"> & {
  firstDay: CalendarDate | null;
  lastDay: CalendarDate | null;
};

export type AuditPage = {
  events: AuditEvent[];
  /** Where older events begin; null when there are none. */
  older: AuditPlace | null;
};

/**
 * The events of all hubs and people that match, the newest first. Throws `Forbidden` unless the actor governs.
 * @param given.after place after which to go on, as `older` of the page before
 */
export async function searchAudit(
  core: Core,
  actor: Actor,
  given: AuditWanted & { after: AuditPlace | null; size: number },
): Promise<AuditPage> {
  mustGovern(actor);
  const { after, size, firstDay, lastDay, ...wanted } = given;
  const { timeZone } = core.rules;
  const from = firstDay === null ? null : startOf(firstDay, timeZone);
  const until = lastDay === null ? null : startOf(addDays(lastDay, 1), timeZone);
  // One more than is shown tells whether there are more.
  const found = await core.store.audit.list({ ...wanted, from, until }, after, size + 1);
  const events = found.slice(0, size);
  const last = events.at(-1);
  return { events, older: found.length > size && last !== undefined ? { at: last.at, id: last.id } : null };
}

const batch = 1000;

/** The same, all of them, read in pieces while somebody takes them. */
export function exportAudit(core: Core, actor: Actor, wanted: AuditWanted): AsyncIterable<AuditEvent> {
  mustGovern(actor);
  return (async function* () {
    let after: AuditPlace | null = null;
    do {
      const page: AuditPage = await searchAudit(core, actor, { ...wanted, after, size: batch });
      yield* page.events;
      after = page.older;
    } while (after !== null);
  })();
}
