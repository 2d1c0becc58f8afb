import type { Actor } from "../domain/actor.ts";
import { Conflict } from "../domain/errors.ts";
import { isBeforeDeployment } from "../domain/hub.ts";
import { deploymentHasBegun } from "../domain/hub-change.ts";
import { lapseChange } from "./close-change.ts";
import type { Core } from "./core.ts";
import { hubOversightOf, teachersOf } from "./find-hub.ts";
import { readReason } from "./read-reason.ts";
import { recordEvent } from "./record-event.ts";

/**
 * The teacher, or governance, cancels a request or an accepted hub before its deployment begins. Applicants are told.
 * @throws Conflict when deployment has begun, or there is nothing left to cancel; Invalid for a reason too long
 */
export async function cancelHub(core: Core, actor: Actor, given: { hubId: string; reason: string }): Promise<void> {
  const hub = await hubOversightOf(core, actor, given.hubId);
  if (hub.decision !== "pending" && hub.decision !== "accepted") {
    throw new Conflict(`This hub is already ${hub.decision}.`);
  }
  if (!isBeforeDeployment(hub)) throw new Conflict(deploymentHasBegun);

  const now = core.clock.now();
  const reason = readReason(given.reason);
  const cancelled = await core.store.transaction(async (store) => {
    const done = await store.hubs.change(
      hub.id,
      { decision: hub.decision, deployment: "none" },
      { decision: "cancelled", version: hub.version + 1, updatedAt: now },
    );
    if (!done) return false;
    const event = { hubId: hub.id, kind: "cancelled", actorId: actor.person.id, from: hub.decision } as const;
    await recordEvent(store, core.clock, { ...event, to: "cancelled", reason });
    await lapseChange(store, core.clock, hub.id, "The hub was cancelled.");
    const told = new Set<string>();
    for (const status of ["applied", "accepted"] as const) {
      for (const id of await store.participations.peopleOf(hub.id, status)) told.add(id);
    }
    for (const teacherId of await teachersOf({ store }, hub)) told.add(teacherId);
    told.delete(actor.person.id);
    for (const personId of told) {
      await store.mails.add({ kind: "hub-cancelled", to: { personId }, hubId: hub.id, reason }, now);
    }
    return true;
  });
  if (!cancelled) throw new Conflict(deploymentHasBegun);
  if (hub.decision === "accepted") core.wake(hub.id);
}
