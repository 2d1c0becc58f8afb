import { createHash } from "node:crypto";
import { type Actor, leads, type Standing } from "../../domain/actor.ts";
import {
  type AdmissionEntry,
  entriesAtMost,
  type LineFault,
  readAdmissionList,
  type TypedLine,
} from "../../domain/admission-list.ts";
import { Conflict, Forbidden, Invalid } from "../../domain/errors.ts";
import { type Hub, wanted } from "../../domain/hub.ts";
import { type Core, todayOf } from "../core.ts";
import { hubLedBy, hubSeenBy } from "../find-hub.ts";
import { recordEvent } from "../record-event.ts";

/** Whoever pasted the wrong thing altogether need not read about each line. */
const faultsTold = 20;

export type AdmissionListView = {
  hub: Hub;
  standing: Standing;
  entries: AdmissionEntry[];
  /** Names what the list is now, so that saving a form can tell whether it changed since. */
  seen: string;
  /** The provider says that addresses in Authentik can be trusted; otherwise the list has no effect. */
  switchedOn: boolean;
  may: { edit: boolean };
};

/** Whom the hub accepts without a click, for its staff: not for governance. */
export async function showAdmissionList(
  core: Core,
  actor: Actor,
  given: { hubId: string },
): Promise<AdmissionListView> {
  const { hub, standing } = await hubSeenBy(core, actor, given.hubId);
  if (standing.staff === null) throw new Forbidden("Only the teachers and tutors of this hub may see this list.");
  const entries = await core.store.admissions.of(hub.id);
  return {
    hub,
    standing,
    entries,
    seen: printOf(entries),
    switchedOn: core.rules.trustEmails,
    may: { edit: leads(standing) && core.rules.trustEmails && takesList(core, hub) },
  };
}

/**
 * A teacher of the hub replaces the list of whom it accepts without a click. Nothing is kept unless all is right.
 * @param given.lines what was typed, line by line
 * @param given.unread lines that could not even be taken apart
 * @param given.seen of the list that the form was made from
 * @returns how many entries the list has
 * @throws Invalid with one fault a line, or when somebody else changed the list meanwhile
 * @throws Conflict when the hub takes no applications any more, or lists are switched off
 */
export async function setAdmissionList(
  core: Core,
  actor: Actor,
  given: { hubId: string; lines: readonly TypedLine[]; unread: readonly LineFault[]; seen: string },
): Promise<number> {
  const hub = await hubLedBy(core, actor, given.hubId);
  if (!core.rules.trustEmails) throw new Conflict("Admission lists are switched off in this portal.");
  if (!takesList(core, hub)) throw new Conflict("This hub takes no applications, so it has no admission list.");
  const { entries, faults } = readAdmissionList(given.lines);
  const all = [...given.unread, ...faults].sort((one, other) => one.line - other.line);
  const field = "entries";
  if (all.length > 0) {
    const told = all.slice(0, faultsTold).map(({ line, message }) => ({ field, message: `Line ${line}: ${message}` }));
    const more = all.length - told.length;
    throw new Invalid(more > 0 ? [...told, { field, message: `${more} more lines have faults` }] : told);
  }
  if (entries.length > entriesAtMost) {
    const message = `The list has ${entries.length} entries; at most ${entriesAtMost} are possible. Use a domain instead`;
    throw new Invalid([{ field, message }]);
  }
  const now = core.clock.now();
  await core.store.transaction(async (store) => {
    const before = await store.admissions.of(hub.id);
    if (printOf(before) !== given.seen) {
      const message = `Somebody changed the list meanwhile; it has ${before.length} entries now. Save again to replace it with yours`;
      throw new Invalid([{ field, message }]);
    }
    if (printOf(before) === printOf(entries)) return;
    await store.admissions.replace(hub.id, entries, actor.person.id, now);
    const event = { hubId: hub.id, kind: "admission-list-changed", actorId: actor.person.id } as const;
    await recordEvent(store, core.clock, { ...event, from: String(before.length), to: String(entries.length) });
  });
  return entries.length;
}

/** A hub that is accepted and not going away: only then can anybody apply to it. */
function takesList(core: Core, hub: Hub): boolean {
  return wanted(hub, { today: todayOf(core), leadDays: core.rules.leadDays }).group;
}

function printOf(entries: readonly AdmissionEntry[]): string {
  return createHash("sha256")
    .update([...entries].sort().join("\n"))
    .digest("hex")
    .slice(0, 32);
}
