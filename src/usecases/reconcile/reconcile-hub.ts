import type { Hub, Wanted } from "../../domain/hub.ts";
import { isBehind, wanted } from "../../domain/hub.ts";
import type { Store } from "../../ports/store.ts";
import { type Core, todayOf } from "../core.ts";
import { tellTeachers } from "../mails/tell-teachers.ts";
import { recordEvent } from "../record-event.ts";
import { lapseChange } from "../requests/close-change.ts";
import { deployHub, ensureHubGroup, StepFailed } from "./deploy-hub.ts";
import { eraseData } from "./erase-data.ts";
import { failStep } from "./fail-step.ts";
import { keepIdentity } from "./keep-identity.ts";
import { RemovalFailed, removeHub } from "./remove-hub.ts";
import { settleAccess } from "./settle-access.ts";

/**
 * Compares what should exist of a hub with what does, and takes it one look further. Everything it knows is in the
 * database and outside, so it can be killed anywhere and called again. Two must not run at once for one hub: the
 * runner (jobs/reconcile-runner.ts) sees to that within a process, a lease between processes.
 * @returns milliseconds after which to look again, 0 for at once; null when nothing is left to do for now
 */
export async function reconcileHub(core: Core, hubId: string): Promise<number | null> {
  const hub = await core.store.hubs.byId(hubId);
  if (hub === null) return null;
  const want = wanted(hub, { today: todayOf(core), leadDays: core.rules.leadDays });
  const waits = hub.nextAttemptAt !== null && hub.nextAttemptAt > core.clock.now();

  if (hub.deployment === "removed") return waits ? null : guarded(core, hub, "hub-off", () => eraseData(core, hub));
  // A removal that has begun is carried through, whatever is wanted since.
  const cause = want.cause ?? (hub.deployment === "removing" ? (hub.removalCause ?? "expiry") : null);
  if (cause !== null) return waits ? null : takeDown(core, hub, cause);
  if (!want.group) return null;
  const next = waits ? null : await bringUp(core, hub, want);

  // Also while a hub is failing or coming up: who is accepted or removed meanwhile must not wait for it.
  const latest = (await core.store.hubs.byId(hubId)) ?? hub;
  if (latest.groupId !== null) {
    const kept = await keepIdentity(core, { ...latest, groupId: latest.groupId });
    await settleAccess(core, kept);
  }
  return next;
}

async function bringUp(core: Core, hub: Hub, want: Wanted): Promise<number | null> {
  if (!want.hub) {
    if (hub.groupId !== null) return null;
    return guarded(core, hub, "group", async () => {
      await ensureHubGroup(core, hub);
      await core.store.hubs.change(hub.id, {}, { step: null, failureReason: null, attempts: 0, nextAttemptAt: null });
      return null;
    });
  }
  const asked = hub.redeployRequestedAt;
  const redeploy = asked !== null && (hub.deployStartedAt === null || asked > hub.deployStartedAt);
  if (hub.deployment === "deployed" && !redeploy && !isBehind(hub)) return null;
  if (hub.deployment !== "deploying") {
    if (!(await beginDeploying(core, hub))) return 0;
  }
  const deploying = await core.store.hubs.byId(hub.id);
  if (deploying === null) return null;
  try {
    return await deployHub(core, deploying);
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    return failStep(core, deploying, error.step, error.cause);
  }
}

/** From here on the hub can no longer be changed or cancelled. */
async function beginDeploying(core: Core, hub: Hub): Promise<boolean> {
  const now = core.clock.now();
  return core.store.transaction(async (store) => {
    const done = await store.hubs.change(
      hub.id,
      // A change of dates that was accepted since it was looked at may mean that it is not to begin now.
      { decision: "accepted", deployment: hub.deployment, degradeRequestedAt: null, version: hub.version },
      { deployment: "deploying", step: "group", progress: null, deployStartedAt: now, updatedAt: now },
    );
    if (done && hub.attempts === 0) {
      await recordEvent(store, core.clock, {
        hubId: hub.id,
        kind: "deploying",
        from: hub.deployment,
        to: "deploying",
        reason:
          isBehind(hub) && hub.deployedAt !== null
            ? "It is to run with something else now. Running servers are not stopped."
            : null,
      });
    }
    if (done && !core.rules.updates) await lapseByItself(core, store, hub, "The hub's deployment has begun.");
    return done;
  });
}

/** Nobody's act makes it lapse, so its teachers are told. */
async function lapseByItself(core: Core, store: Store, hub: Hub, reason: string): Promise<void> {
  if (!(await lapseChange(store, core.clock, hub.id, reason))) return;
  await tellTeachers(store, hub, { kind: "change-lapsed", reason }, core.clock.now());
}

async function takeDown(core: Core, hub: Hub, cause: NonNullable<Wanted["cause"]>): Promise<number | null> {
  const now = core.clock.now();
  if (hub.decidedAt === null) {
    // Cancelled before governance decided: nothing was ever made.
    const over = { deployment: "removed", eraseDataAt: now, dataErasedAt: now } as const;
    await core.store.hubs.change(hub.id, { decision: "cancelled", deployment: "none" }, over);
    return null;
  }
  if (hub.deployment !== "removing") {
    const begun = await core.store.transaction(async (store) => {
      const change = { deployment: "removing", step: "hub-off", progress: null, updatedAt: now } as const;
      const done = await store.hubs.change(
        hub.id,
        { deployment: hub.deployment, version: hub.version },
        { ...change, removalCause: cause },
      );
      if (done) await lapseByItself(core, store, hub, "The hub is being taken down.");
      if (done && hub.removalCause === null && cause !== "cancelled") {
        const event = { hubId: hub.id, kind: "removing", from: hub.deployment, to: "removing" } as const;
        await recordEvent(store, core.clock, { ...event, reason: cause });
      }
      return done;
    });
    if (!begun) return 0;
  }
  const removing: Hub = {
    ...hub,
    deployment: "removing",
    ...(hub.deployment === "removing" ? {} : { updatedAt: now }),
  };
  try {
    return await removeHub(core, removing, cause);
  } catch (error) {
    if (!(error instanceof RemovalFailed)) throw error;
    return failStep(core, removing, error.step, error.cause);
  }
}

async function guarded(
  core: Core,
  hub: Hub,
  step: "group" | "hub-off",
  work: () => Promise<number | null>,
): Promise<number | null> {
  try {
    return await work();
  } catch (error) {
    return failStep(core, hub, step, error);
  }
}
