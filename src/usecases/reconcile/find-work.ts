import { ActError } from "../../domain/errors.ts";
import { type Hub, wanted } from "../../domain/hub.ts";
import { type Core, todayOf } from "../core.ts";
import { recordEvent } from "../record-event.ts";
import { hubSpecsOf } from "./hub-spec.ts";
import { findIdentityWork } from "./keep-identity.ts";

/**
 * Looks through all hubs for what the reconciler has to do now: dates reached, attempts due, access to settle, and
 * hubs that are not as they should be although nobody asked for a change.
 * @returns ids of hubs
 */
export async function findWork(core: Core): Promise<string[]> {
  const { leadDays } = core.rules;
  const ids = new Set(await core.store.hubs.idsToReconcile(core.clock.now(), todayOf(core), leadDays));
  const rules = { today: todayOf(core), leadDays };
  const up = (await core.store.hubs.deployed()).filter((hub) => wanted(hub, rules).hub);
  const known = await findIdentityWork(core, up);
  try {
    for (const id of await findDrift(
      core,
      up.filter((hub) => !ids.has(hub.id)),
    ))
      ids.add(id);
  } catch (error) {
    if (!(error instanceof ActError)) throw error;
    core.log.warn({ reason: error.sentence }, "hubs could not be looked at");
  }
  for (const id of known) ids.add(id);
  return [...ids];
}

/** Hubs that are down or changed by hand go back to `deploying`: recorded state is never trusted over what is seen. */
async function findDrift(core: Core, hubs: readonly Hub[]): Promise<string[]> {
  if (hubs.length === 0) return [];
  const readiness = await core.backend.readiness();
  if (!readiness.ready) return [];
  const drifted = new Set(await core.backend.drifted(await hubSpecsOf(core, hubs)));

  const now = core.clock.now();
  const found: string[] = [];
  for (const hub of hubs.filter((each) => drifted.has(each.id))) {
    const begun = await core.store.transaction(async (store) => {
      const done = await store.hubs.change(
        hub.id,
        { deployment: "deployed", degradeRequestedAt: null },
        { deployment: "deploying", step: "group", progress: null, deployStartedAt: now, updatedAt: now },
      );
      const event = { hubId: hub.id, kind: "deploying", from: "deployed", to: "deploying" } as const;
      const reason = "The hub was found stopped or changed, so it is set up again.";
      if (done) await recordEvent(store, core.clock, { ...event, reason });
      return done;
    });
    if (begun) found.push(hub.id);
  }
  return found;
}
