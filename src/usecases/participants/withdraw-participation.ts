import type { Actor } from "../../domain/actor.ts";
import { Conflict, NotFound } from "../../domain/errors.ts";
import type { Core } from "../core.ts";
import { recordEvent } from "../record-event.ts";
import { nothingToTakeBack } from "./show-withdrawal.ts";

/**
 * A participant takes back an application, or leaves a hub. Access ends at once; the home folder follows retention.
 * @throws NotFound when the participation is somebody else's; Conflict when there is nothing to take back
 */
export async function withdrawParticipation(
  core: Core,
  actor: Actor,
  given: { participationId: string },
): Promise<void> {
  const { store, clock } = core;
  const participation = await store.participations.byId(given.participationId);
  if (participation === null || participation.personId !== actor.person.id) throw new NotFound();
  const now = clock.now();
  const done = await store.transaction(async (tx) => {
    const changed = await tx.participations.change(
      participation.id,
      { status: ["applied", "accepted"] },
      { status: "withdrawn", reason: null, updatedAt: now },
    );
    if (!changed) return false;
    await recordEvent(tx, clock, {
      hubId: participation.hubId,
      kind: "participant-withdrew",
      actorId: actor.person.id,
      subjectId: actor.person.id,
      from: participation.status,
      to: "withdrawn",
    });
    return true;
  });
  if (!done) throw new Conflict(nothingToTakeBack);
  core.wake(participation.hubId);
}
