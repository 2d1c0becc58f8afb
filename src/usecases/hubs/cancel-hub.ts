import type { Actor } from "../../domain/actor.ts";
import { Conflict } from "../../domain/errors.ts";
import { type Hub, isBeforeDeployment } from "../../domain/hub.ts";
import { deploymentHasBegun } from "../../domain/hub-change.ts";
import type { Core } from "../core.ts";
import { hubOversightOf } from "../find-hub.ts";
import { tellTeachers } from "../mails/tell-teachers.ts";
import { readReason } from "../read-reason.ts";
import { recordEvent } from "../record-event.ts";
import { lapseChange } from "../requests/close-change.ts";

/**
 * The teacher, or governance, cancels a request or an accepted hub before its deployment begins. Applicants are told.
 * @throws Conflict when deployment has begun, or there is nothing left to cancel; Invalid for a reason too long
 */
export async function cancelHub(core: Core, actor: Actor, given: { hubId: string; reason: string }): Promise<void> {
  const hub = await hubOversightOf(core, actor, given.hubId);
  const refusal = cancellingRefused(hub);
  if (refusal !== null) throw new Conflict(refusal);

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
    const except = actor.person.id;
    const teachers = await tellTeachers(store, hub, { kind: "hub-cancelled", reason }, now, { except });
    for (const status of ["applied", "accepted"] as const) {
      for (const personId of await store.participations.peopleOf(hub.id, status)) {
        if (personId === except || teachers.includes(personId)) continue;
        await store.mails.add({ kind: "participation-cancelled", to: { personId }, hubId: hub.id, reason }, now);
      }
    }
    return true;
  });
  if (!cancelled) throw new Conflict(await meanwhile(core, hub.id));
  if (hub.decision === "accepted") core.wake(hub.id);
}

function cancellingRefused(hub: Hub): string | null {
  if (hub.decision !== "pending" && hub.decision !== "accepted") return `This hub is already ${hub.decision}.`;
  return isBeforeDeployment(hub) ? null : deploymentHasBegun;
}

/** What somebody did, or the portal began, since the hub was looked at. */
async function meanwhile(core: Core, hubId: string): Promise<string> {
  const latest = await core.store.hubs.byId(hubId);
  const refusal = latest === null ? null : cancellingRefused(latest);
  return refusal ?? "Governance decided about this request at the same moment. Look at it again.";
}
