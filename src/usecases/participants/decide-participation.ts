import type { Actor } from "../../domain/actor.ts";
import { Conflict, Invalid, NotFound } from "../../domain/errors.ts";
import { type Hub, wanted } from "../../domain/hub.ts";
import { changeRefusal } from "../../domain/hub-change.ts";
import { type Participation, type ParticipationStatus, participationTransitions } from "../../domain/participation.ts";
import type { ParticipantRow, Store } from "../../ports/store.ts";
import { type Core, todayOf } from "../core.ts";
import { hubStaffedBy } from "../find-hub.ts";
import { readReason } from "../read-reason.ts";
import { recordEvent } from "../record-event.ts";
import { countSeats } from "./count-seats.ts";

export type ParticipationDecision = "accepted" | "rejected" | "removed";

/** Nobody more can be accepted; the sentence says what can be done about it. */
export class SeatsTaken extends Conflict {}

/** What became of one person of a selection. */
export type Outcome = ParticipantRow & { result: "decided" | "no-seat" | "impossible" };

const told = {
  accepted: { event: "participant-accepted", mail: "participation-accepted" },
  rejected: { event: "participant-rejected", mail: "participation-rejected" },
  removed: { event: "participant-removed", mail: "participation-removed" },
} as const;

/**
 * A teacher or tutor accepts, rejects or removes one person. The reconciler, woken at once, then changes the Authentik
 * group and, on removal, ends the person's server and session.
 * @returns the participation as it is then; deciding the same again changes nothing
 * @throws SeatsTaken; Conflict when the person's application changed meanwhile, or the hub is going away
 */
export async function decideParticipation(
  core: Core,
  actor: Actor,
  given: { hubId: string; participationId: string; decision: ParticipationDecision; reason: string },
): Promise<Participation> {
  const { hub, decision, reason } = await checkDecision(core, actor, given);
  const ids = [given.participationId];
  const [outcome] = await decideAll(core, actor, hub, { ids, decision, reason });
  if (outcome === undefined) throw new NotFound();
  const { participation, result } = outcome;
  if (result === "no-seat") throw seatsTaken(core, hub);
  if (result === "impossible" && participation.status !== decision) throw new Conflict(meanwhile[participation.status]);
  return participation;
}

/**
 * The same for a selection, in order of application; beyond the seats, people keep waiting.
 * @returns what became of each of them, in order of application; at least one is decided
 * @throws Invalid when nobody is selected; NotFound when somebody is not of this hub
 * @throws SeatsTaken; Conflict when nothing could be done for anybody
 */
export async function decideParticipations(
  core: Core,
  actor: Actor,
  given: { hubId: string; participationIds: readonly string[]; decision: ParticipationDecision; reason: string },
): Promise<Outcome[]> {
  const { hub, decision, reason } = await checkDecision(core, actor, given);
  const ids = [...new Set(given.participationIds)];
  if (ids.length === 0) throw new Invalid([{ field: "selection", message: "Select at least one person" }]);
  const outcomes = await decideAll(core, actor, hub, { ids, decision, reason });
  if (outcomes.length < ids.length) throw new NotFound();
  if (outcomes.some(({ result }) => result === "decided")) return outcomes;
  if (outcomes.some(({ result }) => result === "no-seat")) throw seatsTaken(core, hub);
  throw new Conflict(`Nothing was changed: nobody in the selection can be ${decision} any more.`);
}

/** Whether more seats can be asked for by a change request. */
export function mayAskForSeats(core: Pick<Core, "clock" | "rules">, hub: Hub): boolean {
  return changeRefusal(hub, { updates: core.rules.updates, today: todayOf(core) }) === null;
}

type Given = { hubId: string; decision: ParticipationDecision; reason: string };

async function checkDecision(core: Core, actor: Actor, given: Given) {
  const hub = await hubStaffedBy(core, actor, given.hubId);
  const reason = readReason(given.reason);
  const want = wanted(hub, { today: todayOf(core), leadDays: core.rules.leadDays });
  if (!want.group) throw new Conflict("This hub is over or going away, so its participants can no longer be changed.");
  return { hub, decision: given.decision, reason };
}

type Selection = { ids: readonly string[]; decision: ParticipationDecision; reason: string | null };

/** One transaction for all of them, so that the seats are counted with nobody else taking one meanwhile. */
async function decideAll(core: Core, actor: Actor, hub: Hub, selection: Selection): Promise<Outcome[]> {
  const { ids, decision } = selection;
  const outcomes = await core.store.transaction(async (store) => {
    const rows = await store.participations.listById(hub.id, ids);
    // Somebody of another hub among them: nothing is done for anybody.
    if (rows.length < ids.length) return [];
    const takeSeat = decision === "accepted" ? await seatTaker(store, hub.id) : () => true;
    const decided: Outcome[] = [];
    for (const row of rows) {
      const { status, personId } = row.participation;
      if (!participationTransitions[status].includes(decision)) decided.push({ ...row, result: "impossible" });
      else if (!takeSeat(personId)) decided.push({ ...row, result: "no-seat" });
      else decided.push({ ...(await decideOne(core, store, actor, row, selection)), result: "decided" });
    }
    return decided;
  });
  if (outcomes.some(({ result }) => result === "decided")) core.wake(hub.id);
  return outcomes;
}

/**
 * Gives out the free seats one after the other; false when none is left. The hub's staff need
 * none. The hub is read again, since a change request may have changed the number of its seats.
 */
async function seatTaker(store: Store, hubId: string): Promise<(personId: string) => boolean> {
  const hub = await store.hubs.byId(hubId);
  if (hub === null) return () => false;
  const staff = new Set([hub.teacherId, ...(await store.staff.listOf(hubId)).map(({ person }) => person.id)]);
  let { free } = await countSeats(store, hub);
  return (personId) => staff.has(personId) || free-- > 0;
}

async function decideOne(core: Core, store: Store, actor: Actor, row: ParticipantRow, selection: Selection) {
  const { decision, reason } = selection;
  const { id, hubId, personId, status } = row.participation;
  const now = core.clock.now();
  const change = { status: decision, reason, decidedBy: actor.person.id, decidedAt: now, updatedAt: now };
  if (!(await store.participations.change(id, { status }, change))) throw new Error("changed within a transaction");
  const { event, mail } = told[decision];
  const about = { hubId, kind: event, actorId: actor.person.id, subjectId: personId } as const;
  await recordEvent(store, core.clock, { ...about, from: status, to: decision, reason });
  await store.mails.add({ kind: mail, to: { personId }, hubId, reason }, now);
  return { ...row, participation: { ...row.participation, ...change } };
}

const meanwhile: Record<ParticipationStatus, string> = {
  applied: "This person is waiting for a decision: accept or reject them.",
  accepted: "This person is accepted. To end their access, remove them.",
  rejected: "This application is already rejected.",
  withdrawn: "This person has taken back their application.",
  removed: "This person is already removed.",
};

function seatsTaken(core: Core, hub: Hub): SeatsTaken {
  const seats = hub.usage.participants;
  const full = seats === 1 ? "The only seat is taken." : `All ${seats} seats are taken.`;
  return new SeatsTaken(
    mayAskForSeats(core, hub)
      ? `${full} Remove somebody, or ask governance for more seats with a change request.`
      : `${full} Remove somebody to free a seat; the number of seats can no longer be changed.`,
  );
}
