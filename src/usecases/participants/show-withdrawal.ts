import type { Actor } from "../../domain/actor.ts";
import { Conflict, NotFound } from "../../domain/errors.ts";
import type { Hub } from "../../domain/hub.ts";
import type { Participation } from "../../domain/participation.ts";
import type { Core } from "../core.ts";

/**
 * The actor's own participation, before they withdraw or leave.
 * @throws NotFound when it is somebody else's; Conflict when there is nothing to take back
 */
export async function showWithdrawal(
  core: Core,
  actor: Actor,
  given: { participationId: string },
): Promise<{ hub: Hub; participation: Participation }> {
  const participation = await core.store.participations.byId(given.participationId);
  if (participation === null || participation.personId !== actor.person.id) throw new NotFound();
  const hub = await core.store.hubs.byId(participation.hubId);
  if (hub === null) throw new NotFound();
  if (participation.status !== "applied" && participation.status !== "accepted") throw new Conflict(nothingToTakeBack);
  return { hub, participation };
}

export const nothingToTakeBack = "You have no application or access to take back here.";
