import type { Actor } from "../../domain/actor.ts";
import { NotFound } from "../../domain/errors.ts";
import type { Hub } from "../../domain/hub.ts";
import type { Participation } from "../../domain/participation.ts";
import type { Person } from "../../domain/person.ts";
import type { Core } from "../core.ts";
import { hubStaffedBy } from "../find-hub.ts";

/** One person's participation, for the hub's teacher. Throws `NotFound` for one of another hub. */
export async function showParticipant(
  core: Core,
  actor: Actor,
  given: { hubId: string; participationId: string },
): Promise<{ hub: Hub; participation: Participation; person: Person }> {
  const hub = await hubStaffedBy(core, actor, given.hubId);
  const participation = await core.store.participations.byId(given.participationId);
  if (participation === null || participation.hubId !== hub.id) throw new NotFound();
  const person = await core.store.people.byId(participation.personId);
  if (person === null) throw new NotFound();
  return { hub, participation, person };
}
