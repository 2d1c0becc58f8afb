import type { Actor } from "../domain/actor.ts";
import { Conflict, Invalid, NotFound } from "../domain/errors.ts";
import { type Hub, wanted } from "../domain/hub.ts";
import { type Participation, type ParticipationStatus, participationTransitions } from "../domain/participation.ts";
import { type Core, todayOf } from "./core.ts";
import { hubStaffedBy } from "./find-hub.ts";
import { recordEvent } from "./record-event.ts";

export type ParticipationDecision = "accepted" | "rejected" | "removed";

const told = {
  accepted: { event: "participant-accepted", mail: "participation-accepted" },
  rejected: { event: "participant-rejected", mail: "participation-rejected" },
  removed: { event: "participant-removed", mail: "participation-removed" },
} as const;

/**
 * The teacher accepts, rejects or removes one person. The reconciler, woken at once, then changes the Authentik group
 * and, on removal, ends the person's server and session.
 * @throws Conflict when all seats are taken, when the person's application changed meanwhile, or the hub is going away
 */
export async function decideParticipation(
  core: Core,
  actor: Actor,
  given: { hubId: string; participationId: string; decision: ParticipationDecision; reason: string },
): Promise<Participation> {
  const hub = await hubStaffedBy(core, actor, given.hubId);
  const found = await core.store.participations.byId(given.participationId);
  if (found === null || found.hubId !== hub.id) throw new NotFound();
  const reason = given.reason.trim() || null;
  if (reason !== null && [...reason].length > 1000) {
    throw new Invalid([{ field: "reason", message: "The reason must have at most 1,000 characters" }]);
  }
  const want = wanted(hub, { today: todayOf(core), leadDays: core.rules.leadDays });
  if (!want.group) throw new Conflict("This hub is over or going away, so its participants can no longer be changed.");
  if (found.status === given.decision) return found;
  if (!participationTransitions[found.status].includes(given.decision)) throw new Conflict(meanwhile[found.status]);

  const now = core.clock.now();
  const decided = { status: given.decision, reason, decidedBy: actor.person.id, decidedAt: now, updatedAt: now };
  const done = await core.store.transaction(async (store) => {
    if (given.decision === "accepted") await mustHaveSeat(hub, await store.participations.seatsTaken(hub.id));
    const changed = await store.participations.change(found.id, { status: found.status }, decided);
    if (!changed) return false;
    const { event, mail } = told[given.decision];
    await recordEvent(store, core.clock, {
      hubId: hub.id,
      kind: event,
      actorId: actor.person.id,
      subjectId: found.personId,
      from: found.status,
      to: given.decision,
      reason,
    });
    await store.mails.add({ kind: mail, to: { personId: found.personId }, hubId: hub.id, reason }, now);
    return true;
  });
  if (!done) throw new Conflict("This application changed meanwhile. Look at the list again.");
  core.wake(hub.id);
  return { ...found, ...decided };
}

const meanwhile: Record<ParticipationStatus, string> = {
  applied: "This person is waiting for a decision: accept or reject them.",
  accepted: "This person is accepted. To end their access, remove them.",
  rejected: "This application is already rejected.",
  withdrawn: "This person has taken back their application.",
  removed: "This person is already removed.",
};

function mustHaveSeat(hub: Hub, accepted: number): void {
  const seats = hub.usage.participants;
  if (accepted < seats) return;
  throw new Conflict(
    `All ${seats} ${seats === 1 ? "seat is" : "seats are"} taken. Remove somebody, or ask governance for more seats.`,
  );
}
