import { Unavailable } from "../../domain/errors.ts";
import type { Hub, RemovalCause, RemoveStep } from "../../domain/hub.ts";
import { removeSteps } from "../../domain/hub.ts";
import type { Core } from "../core.ts";
import { tellTeachers } from "../mails/tell-teachers.ts";
import { recordEvent } from "../record-event.ts";
import { identityHubOf, secretsWithoutKeeping } from "./hub-spec.ts";
import { inMinutes, isOver } from "./step-deadline.ts";

const lookAgainMs = 1000;
const dayMs = 24 * 60 * 60 * 1000;

/** Thrown by a step; names it, so that the failure can. */
export class RemovalFailed extends Error {
  readonly step: RemoveStep;

  constructor(step: RemoveStep, cause: unknown) {
    super(`step ${step}`, { cause });
    this.step = step;
  }
}

/**
 * Takes a hub down, or one look further: cluster, application, provider, group, in this order (DESIGN, the flow of
 * one hub, 6). Every step succeeds when there is nothing left, so it can be cut off anywhere and called again.
 * @param hub in state `removing`, which began when it was last updated
 * @returns milliseconds after which to look again; 0 when the hub is removed
 * @throws RemovalFailed
 */
export async function removeHub(core: Core, hub: Hub, cause: RemovalCause): Promise<number> {
  let step: RemoveStep = "hub-off";
  try {
    const identityHub = await identityHubOf(core, hub, await secretsWithoutKeeping(core, hub));
    for (const next of removeSteps) {
      step = next;
      await core.store.hubs.change(hub.id, { deployment: "removing" }, { step, progress: null });
      if (next === "hub-off" && !(await core.backend.remove(hub))) {
        const { stop } = core.rules.deadlines;
        if (isOver(core, hub.updatedAt, stop)) {
          throw new Unavailable(`The hub and its servers did not end within ${inMinutes(stop)}.`);
        }
        return lookAgainMs;
      }
      if (next === "application-off") await core.identity.removeApplication(identityHub);
      if (next === "provider-off") await core.identity.removeProvider(identityHub);
      if (next === "group-off") await core.identity.removeGroup(identityHub);
    }
    await finish(core, hub, cause);
    return 0;
  } catch (error) {
    throw new RemovalFailed(step, error);
  }
}

async function finish(core: Core, hub: Hub, cause: RemovalCause): Promise<void> {
  const now = core.clock.now();
  const hadData = hub.deployStartedAt !== null;
  const keptMs = hadData ? core.rules.retentionDays * dayMs : 0;
  await core.store.transaction(async (store) => {
    const done = await store.hubs.change(
      hub.id,
      { deployment: "removing" },
      {
        deployment: "removed",
        step: null,
        progress: null,
        failureReason: null,
        attempts: 0,
        nextAttemptAt: null,
        removedAt: now,
        removalCause: cause,
        groupId: null,
        eraseDataAt: new Date(now.getTime() + keptMs),
        updatedAt: now,
      },
    );
    if (!done) return;
    await store.participations.clearAccess(hub.id);
    await store.staff.clearAccess(hub.id);
    await store.identities.keepStrangers(hub.id, []);
    // A cancelled hub was never up: that it is cancelled says it all, and people were told then.
    if (cause === "cancelled") return;
    const event = { hubId: hub.id, kind: "removed", from: "removing", to: "removed", reason: cause } as const;
    await recordEvent(store, core.clock, event);
    const teachers = await tellTeachers(store, hub, { kind: "hub-removed", reason: null }, now);
    for (const personId of await store.participations.peopleOf(hub.id, "accepted")) {
      if (teachers.includes(personId)) continue;
      await store.mails.add({ kind: "hub-over", to: { personId }, hubId: hub.id, reason: null }, now);
    }
  });
}
