import type { Actor } from "../../domain/actor.ts";
import { Conflict } from "../../domain/errors.ts";
import { wanted } from "../../domain/hub.ts";
import { type Core, todayOf } from "../core.ts";
import { hubGovernedBy } from "../find-hub.ts";
import { recordEvent } from "../record-event.ts";

/**
 * Governance triggers a redeployment: everything of the hub is made anew, home folders stay. For a failed hub this is
 * also "try again now".
 * @param given.version version of the hub that governance looked at
 * @throws Conflict when it changed meanwhile, as by a second click, and unless the hub is deployed or failed and should be up
 */
export async function redeployHub(core: Core, actor: Actor, given: { hubId: string; version: number }): Promise<void> {
  const hub = await hubGovernedBy(core, actor, given.hubId);
  const want = wanted(hub, { today: todayOf(core), leadDays: core.rules.leadDays });
  if (!want.hub || (hub.deployment !== "deployed" && hub.deployment !== "failed")) {
    throw new Conflict("Only a hub that is deployed, or failed to deploy, can be redeployed.");
  }
  const now = core.clock.now();
  const triggered = await core.store.transaction(async (store) => {
    const done = await store.hubs.change(
      hub.id,
      { decision: "accepted", deployment: ["deployed", "failed"], degradeRequestedAt: null, version: given.version },
      { redeployRequestedAt: now, attempts: 0, nextAttemptAt: null, version: given.version + 1, updatedAt: now },
    );
    if (done) {
      const kind = "redeployment-triggered";
      await recordEvent(store, core.clock, { hubId: hub.id, kind, actorId: actor.person.id });
    }
    return done;
  });
  if (!triggered) throw new Conflict("This hub was redeployed or changed since the page was made. Look at it again.");
  core.wake(hub.id);
}
