import { Unavailable } from "../../domain/errors.ts";
import { type DeployStep, deploySteps, type Hub, isBehind } from "../../domain/hub.ts";
import type { HubChange } from "../../ports/store.ts";
import type { Core } from "../core.ts";
import { tellTeachers } from "../mails/tell-teachers.ts";
import { keepSeenPerson } from "../people/keep-seen-person.ts";
import { recordEvent } from "../record-event.ts";
import { hubSpecOf, identityHubOf, secretsOf } from "./hub-spec.ts";
import { inMinutes, isOver } from "./step-deadline.ts";
import { noteTold } from "./told-identity.ts";

/** How often a hub that is coming up is looked at. */
const lookAgainMs = 300;

/** Thrown by a step; names it, so that the failure can. */
export class StepFailed extends Error {
  readonly step: DeployStep;

  constructor(step: DeployStep, cause: unknown) {
    super(`step ${step}`, { cause });
    this.step = step;
  }
}

/**
 * Brings a hub up, or one look further. Can be cut off anywhere and called again: every step finds what is there.
 * After the step `health` is written down, all others are known to be done.
 * @param hub accepted, wanted up, in state `deploying`
 * @returns milliseconds after which to look again; null when the hub is deployed or something else is wanted now
 * @throws StepFailed
 */
export async function deployHub(core: Core, hub: Hub): Promise<number | null> {
  let step: DeployStep = "group";
  const enter = async (next: DeployStep, change: HubChange = {}) => {
    step = next;
    const expected = { decision: "accepted", deployment: "deploying", degradeRequestedAt: null } as const;
    return core.store.hubs.change(hub.id, expected, { step: next, progress: null, ...change });
  };

  try {
    // A change that was accepted after the hub was asked for is not in it: the steps are taken once more.
    if (hub.step === "health" && !isBehind(hub)) {
      step = "health";
      return await lookAtHealth(core, hub);
    }
    const identityHub = await identityHubOf(core, hub, await secretsOf(core, hub));
    let groupId = "";
    for (const next of deploySteps) {
      if (next === "health") break;
      // A hub that is marked for degradation meanwhile is not brought up any further.
      if (!(await enter(next))) return 0;
      if (next === "group") groupId = await ensureHubGroup(core, hub);
      if (next === "application") await core.identity.ensureApplication(identityHub);
      if (next === "bindings") await core.identity.ensureBindings(identityHub, groupId);
      if (next === "provider") await core.identity.ensureProvider(identityHub);
      if (next === "attach") {
        await core.identity.attachProvider(identityHub, groupId);
        await noteTold(core, identityHub);
      }
      if (next === "hub") {
        const waiting = await askBackend(core, hub);
        if (waiting !== null) return waiting;
      }
    }
    const entered = await enter("health", {
      deployStartedAt: core.clock.now(),
      appliedSpecVersion: hub.specVersion,
    });
    return entered ? lookAgainMs : 0;
  } catch (error) {
    throw new StepFailed(step, error);
  }
}

/** Makes sure of the hub's group and that its teacher is in it. Returns the group's pk. */
export async function ensureHubGroup(core: Core, hub: Hub): Promise<string> {
  const groupId = await core.identity.ensureGroup(await identityHubOf(core, hub, await secretsOf(core, hub)));
  await addOwner(core, hub, groupId);
  if (groupId !== hub.groupId) {
    // A group made anew has nobody in it, whatever was known before.
    await core.store.transaction(async (store) => {
      await store.participations.clearAccess(hub.id);
      await store.staff.clearAccess(hub.id);
      await store.hubs.change(hub.id, {}, { groupId });
    });
  }
  return groupId;
}

/** A hub goes on for its participants when the account of its teacher is gone. */
async function addOwner(core: Core, hub: Hub, groupId: string): Promise<void> {
  try {
    await core.identity.addToGroup(groupId, hub.teacherId);
  } catch (error) {
    if ((await core.identity.user(hub.teacherId)) !== null) throw error;
    await keepSeenPerson(core, hub.teacherId, { active: false, groups: [], checkedAt: core.clock.now() });
  }
}

async function askBackend(core: Core, hub: Hub): Promise<number | null> {
  const readiness = await core.backend.readiness();
  if (!readiness.ready) {
    if (readiness.final) throw new Unavailable(readiness.reason, { transient: false });
    if (isOver(core, hub.deployStartedAt ?? hub.updatedAt, core.rules.deadlines.place)) {
      throw new Unavailable(readiness.reason);
    }
    await showProgress(core, hub, readiness.reason);
    return lookAgainMs;
  }
  await core.backend.apply(await hubSpecOf(core, hub));
  return null;
}

async function lookAtHealth(core: Core, hub: Hub): Promise<number | null> {
  const seen = await core.backend.observe(await hubSpecOf(core, hub));
  if (seen.state === "healthy") {
    await finish(core, hub);
    return null;
  }
  if (seen.state === "broken") throw new Unavailable(seen.reason);
  const startedAt = hub.deployStartedAt ?? hub.updatedAt;
  const { start } = core.rules.deadlines;
  if (isOver(core, startedAt, start)) {
    const last = seen.state === "absent" || seen.progress === null ? "" : ` Last seen: ${seen.progress}`;
    throw new Unavailable(`The hub did not answer its health check within ${inMinutes(start)}.${last}`);
  }
  if (seen.state === "absent") {
    // It went away between asking and looking: a killed process, or somebody's hand.
    await core.backend.apply(await hubSpecOf(core, hub));
    return lookAgainMs;
  }
  await showProgress(core, hub, seen.progress);
  return lookAgainMs;
}

async function showProgress(core: Core, hub: Hub, progress: string | null): Promise<void> {
  if (progress === hub.progress) return;
  await core.store.hubs.change(hub.id, { deployment: "deploying" }, { progress });
}

async function finish(core: Core, hub: Hub): Promise<void> {
  const now = core.clock.now();
  await core.store.transaction(async (store) => {
    const done = await store.hubs.change(
      hub.id,
      { deployment: "deploying", degradeRequestedAt: null },
      {
        deployment: "deployed",
        step: null,
        progress: null,
        failureReason: null,
        attempts: 0,
        nextAttemptAt: null,
        deployedAt: now,
        updatedAt: now,
      },
    );
    if (!done) return;
    await recordEvent(store, core.clock, { hubId: hub.id, kind: "deployed", from: "deploying", to: "deployed" });
    const { redeployRequestedAt: asked, deployedAt } = hub;
    if (asked !== null && (deployedAt === null || asked > deployedAt)) {
      await store.mails.add({ kind: "hub-redeployed", to: "governance", hubId: hub.id, reason: null }, now);
    }
    // Told once: a hub that comes back after a disturbance is where people expect it.
    if (hub.deployedAt !== null) return;
    const teachers = await tellTeachers(store, hub, { kind: "hub-deployed", reason: null }, now);
    for (const personId of await store.participations.peopleOf(hub.id, "accepted")) {
      if (teachers.includes(personId)) continue;
      await store.mails.add({ kind: "hub-open", to: { personId }, hubId: hub.id, reason: null }, now);
    }
  });
}
