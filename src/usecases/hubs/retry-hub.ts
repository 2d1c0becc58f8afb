import type { Actor } from "../../domain/actor.ts";
import { Conflict } from "../../domain/errors.ts";
import type { Hub } from "../../domain/hub.ts";
import type { Core } from "../core.ts";
import { hubOversightOf } from "../find-hub.ts";
import { recordEvent } from "../record-event.ts";

/** Whether a step of the hub failed and its next attempt is still to come. */
export function maySkipWait(hub: Pick<Hub, "failureReason" | "nextAttemptAt">, now: Date): boolean {
  return hub.failureReason !== null && hub.nextAttemptAt !== null && hub.nextAttemptAt > now;
}

/**
 * A teacher of the hub, or governance, does not wait for the next attempt at a step that failed: it is made now. The
 * number of attempts stays, so that one more failure waits no shorter than before.
 * @throws Conflict when nothing waits, because the step is under way again or went well meanwhile
 */
export async function retryHub(core: Core, actor: Actor, given: { hubId: string }): Promise<void> {
  const hub = await hubOversightOf(core, actor, given.hubId);
  const now = core.clock.now();
  if (!maySkipWait(hub, now)) throw new Conflict("Nothing of this hub waits for another attempt now.");
  const begun = await core.store.transaction(async (store) => {
    const expected = { deployment: hub.deployment, nextAttemptAt: hub.nextAttemptAt };
    const done = await store.hubs.change(hub.id, expected, { nextAttemptAt: now, updatedAt: now });
    if (!done) return false;
    const event = { hubId: hub.id, kind: "retry-triggered", actorId: actor.person.id } as const;
    await recordEvent(store, core.clock, { ...event, from: hub.step, reason: hub.failureReason });
    return true;
  });
  if (!begun) throw new Conflict("The next attempt is being made already.");
  core.wake(hub.id);
}
