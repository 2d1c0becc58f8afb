import { randomUUID } from "node:crypto";
import { type Actor, isStaff } from "../../domain/actor.ts";
import { Conflict, Invalid, NotFound } from "../../domain/errors.ts";
import { type Hub, wanted } from "../../domain/hub.ts";
import { participationTransitions } from "../../domain/participation.ts";
import type { Store } from "../../ports/store.ts";
import { type Core, todayOf } from "../core.ts";
import { standingOf } from "../find-hub.ts";
import { tellTeachers } from "../mails/tell-teachers.ts";
import { recordEvent } from "../record-event.ts";
import { recordAcceptance, termsFaultOf, termsToAccept } from "../terms/accept-terms.ts";
import { countSeats } from "./count-seats.ts";
import { findAdmission } from "./find-admission.ts";

/** The hub behind an invitation link. Throws `NotFound` for a wrong link and for hubs nobody may apply to any more. */
export async function hubOfInvitation(core: Pick<Core, "store">, token: string): Promise<Hub> {
  const hub = await core.store.hubs.byInvitation(token);
  const linkIsWrong = "This invitation link is not valid. Ask your teacher for the current one.";
  if (hub === null || hub.decision === "pending" || hub.decision === "declined") throw new NotFound(linkIsWrong);
  return hub;
}

/** Why nobody can apply to the hub now, as a sentence; null when applying is possible. */
export function applyingRefused(core: Core, hub: Hub): string | null {
  if (hub.decision === "cancelled") return "This hub was cancelled.";
  const want = wanted(hub, { today: todayOf(core), leadDays: core.rules.leadDays });
  if (!want.group) return "This hub is over.";
  return hub.applicationsOpen ? null : "The teacher has closed applications for this hub.";
}

/**
 * A person asks for access to a hub through its invitation link. Asking again while an application waits or is
 * accepted changes nothing.
 * @param given.acceptedTerms version of the terms of use whose box was ticked, null for none
 * @returns the hub, and whether its admission list accepted the person at once
 * @throws NotFound for a wrong link; Conflict when the hub takes no applications; Invalid when terms are to be accepted
 */
export async function requestAccess(
  core: Core,
  actor: Actor,
  given: { token: string; acceptedTerms: number | null },
): Promise<{ hub: Hub; admitted: boolean }> {
  const hub = await hubOfInvitation(core, given.token);
  if (isStaff(await standingOf(core, actor, hub))) {
    throw new Conflict("You are on the staff of this hub and have access already.");
  }
  const refused = applyingRefused(core, hub);
  if (refused !== null) throw new Conflict(refused);
  const terms = await termsToAccept(core, actor);
  const fault = termsFaultOf(terms, given.acceptedTerms);
  if (fault !== null) throw new Invalid([fault]);

  const now = core.clock.now();
  const personId = actor.person.id;
  // Asked of Authentik before the transaction, which nobody else may have to wait for.
  const first = (await core.store.participations.of(hub.id, personId)) === null;
  const entry = first ? await findAdmission(core, hub, personId) : null;
  const admitted = await core.store.transaction(async (store) => {
    // While Authentik was asked, the teacher may have closed applications, replaced the link or cancelled the hub.
    const late = applyingRefused(core, await hubOfInvitation({ store }, given.token));
    if (late !== null) throw new Conflict(late);
    if (terms !== null) await recordAcceptance(store, core, actor, terms.version);
    const earlier = await store.participations.of(hub.id, personId);
    if (earlier === null) {
      const added = await store.participations.add({
        id: randomUUID(),
        hubId: hub.id,
        personId,
        status: "applied",
        reason: null,
        decidedBy: null,
        decidedAt: null,
        access: "none",
        appliedAt: now,
        updatedAt: now,
      });
      if (!added) return false;
    } else {
      if (!participationTransitions[earlier.status].includes("applied")) return false;
      const again = { status: "applied", reason: null, decidedBy: null, decidedAt: null, appliedAt: now } as const;
      const done = await store.participations.change(
        earlier.id,
        { status: earlier.status },
        { ...again, updatedAt: now },
      );
      if (!done) return false;
    }
    const from = earlier?.status ?? null;
    const event = { hubId: hub.id, kind: "applied", actorId: personId, subjectId: personId } as const;
    await recordEvent(store, core.clock, { ...event, from, to: "applied" });
    if (earlier === null && entry !== null && (await admit(core, store, hub, personId, entry))) return true;
    await tellTeachers(store, hub, { kind: "new-applications", reason: null }, now, { digest: true });
    return false;
  });
  if (admitted) core.wake(hub.id);
  return { hub, admitted };
}

/** Accepts an application just made, if a seat is left and the list still has the entry. Returns whether it did. */
async function admit(core: Core, store: Store, hub: Hub, personId: string, entry: string): Promise<boolean> {
  const latest = await store.hubs.byId(hub.id);
  if (latest === null || (await store.admissions.matching(hub.id, [entry])).length === 0) return false;
  if ((await countSeats(store, latest)).free === 0) return false;
  const application = await store.participations.of(hub.id, personId);
  const now = core.clock.now();
  const accepted = { status: "accepted", decidedAt: now, updatedAt: now } as const;
  if (application === null || !(await store.participations.change(application.id, { status: "applied" }, accepted))) {
    return false;
  }
  const event = { hubId: hub.id, kind: "participant-admitted", subjectId: personId } as const;
  await recordEvent(store, core.clock, { ...event, from: "applied", to: "accepted" });
  await store.mails.add({ kind: "participation-accepted", to: { personId }, hubId: hub.id, reason: null }, now);
  return true;
}
