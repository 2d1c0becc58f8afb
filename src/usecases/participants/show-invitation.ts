import { type Actor, isStaff } from "../../domain/actor.ts";
import type { Hub } from "../../domain/hub.ts";
import { type HubPhase, phaseOf } from "../../domain/hub-phase.ts";
import { isSettled, type Participation } from "../../domain/participation.ts";
import type { Person } from "../../domain/person.ts";
import type { Terms } from "../../domain/terms.ts";
import { type Core, todayOf } from "../core.ts";
import { standingOf } from "../find-hub.ts";
import { termsToAccept } from "../terms/accept-terms.ts";
import { countSeats } from "./count-seats.ts";
import { applyingRefused, hubOfInvitation } from "./request-access.ts";

export type InvitationView = {
  hub: Pick<Hub, "id" | "slug" | "name" | "description" | "period">;
  phase: HubPhase;
  teacher: Pick<Person, "name" | "email"> | null;
  /** The actor is on the staff of this hub and needs no access. */
  isStaff: boolean;
  participation: Participation | null;
  /** Place of the actor's application on the waiting list, from 1; null for who is not on it. */
  place: number | null;
  /** All seats are taken. */
  full: boolean;
  /** Why nobody can apply now; null when applying is possible. */
  refused: string | null;
  /** What is to be accepted with the application; null when there is nothing. */
  terms: Terms | null;
  may: { requestAccess: boolean; open: boolean };
};

/** What a person who followed an invitation link sees after signing in. Throws `NotFound` for a wrong link. */
export async function showInvitation(core: Core, actor: Actor, given: { token: string }): Promise<InvitationView> {
  const hub = await hubOfInvitation(core, given.token);
  const [teacher, participation, seats] = await Promise.all([
    core.store.people.byId(hub.teacherId),
    core.store.participations.of(hub.id, actor.person.id),
    countSeats(core.store, hub),
  ]);
  const refused = applyingRefused(core, hub);
  const staff = isStaff(await standingOf(core, actor, hub));
  const phase = phaseOf(hub, todayOf(core));
  const hasAccess = participation?.status === "accepted" && isSettled(participation);
  const waits = participation?.status === "applied" || participation?.status === "accepted";
  return {
    hub,
    phase,
    teacher,
    isStaff: staff,
    participation,
    place: seats.places.get(participation?.id ?? "") ?? null,
    full: seats.free === 0,
    refused,
    terms: await termsToAccept(core, actor),
    may: { requestAccess: refused === null && !staff && !waits, open: phase === "deployed" && hasAccess },
  };
}
