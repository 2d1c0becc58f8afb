import type { Actor } from "../../domain/actor.ts";
import { Conflict } from "../../domain/errors.ts";
import { isBeforeDeployment } from "../../domain/hub.ts";
import type { Core } from "../core.ts";
import { hubOversightOf } from "../find-hub.ts";
import { tellTeachers } from "../mails/tell-teachers.ts";
import { readReason } from "../read-reason.ts";
import { recordEvent } from "../record-event.ts";
import { lapseChange } from "../requests/close-change.ts";

/**
 * The teacher, or governance, marks a hub for degradation: it is taken down at once, before its end date.
 * @throws Conflict when deployment has not begun (then it can be cancelled), or it is already going away; Invalid for
 *   a reason too long
 */
export async function degradeHub(core: Core, actor: Actor, given: { hubId: string; reason: string }): Promise<void> {
  const hub = await hubOversightOf(core, actor, given.hubId);
  if (hub.decision !== "accepted" || hub.degradeRequestedAt !== null || hub.deployment === "removed") {
    throw new Conflict("This hub is already going away.");
  }
  if (isBeforeDeployment(hub)) throw new Conflict("The deployment of this hub has not begun. It can be cancelled.");

  const now = core.clock.now();
  const reason = readReason(given.reason);
  const marked = await core.store.transaction(async (store) => {
    const done = await store.hubs.change(
      hub.id,
      { decision: "accepted", deployment: ["deploying", "deployed", "failed"], degradeRequestedAt: null },
      {
        degradeRequestedAt: now,
        degradeRequestedBy: actor.person.id,
        // A hub that failed to deploy is not kept waiting for its next attempt.
        nextAttemptAt: null,
        version: hub.version + 1,
        updatedAt: now,
      },
    );
    if (!done) return false;
    await lapseChange(store, core.clock, hub.id, "The hub was marked for degradation.");
    await recordEvent(store, core.clock, {
      hubId: hub.id,
      kind: "degradation-marked",
      actorId: actor.person.id,
      reason,
    });
    await tellTeachers(store, hub, { kind: "hub-degradation-marked", reason }, now, { except: actor.person.id });
    return true;
  });
  if (!marked) throw new Conflict("This hub is already going away.");
  core.wake(hub.id);
}
