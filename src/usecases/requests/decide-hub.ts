import type { Actor } from "../../domain/actor.ts";
import { Conflict } from "../../domain/errors.ts";
import type { Hub } from "../../domain/hub.ts";
import { type Core, todayOf } from "../core.ts";
import { hubGovernedBy } from "../find-hub.ts";
import { tellTeachers } from "../mails/tell-teachers.ts";
import { readText } from "../read-text.ts";
import { recordEvent } from "../record-event.ts";

export type HubDecision = {
  hubId: string;
  /** Version of the hub that governance looked at. */
  version: number;
  decision: "accepted" | "declined";
  /** Needed when declining. */
  reason: string;
};

/**
 * Governance accepts or declines a request.
 * @throws Conflict when it was decided, cancelled or changed meanwhile, or when the usage period is over
 * @throws Invalid when declining without a reason
 */
export async function decideHub(core: Core, actor: Actor, given: HubDecision): Promise<Hub> {
  const hub = await hubGovernedBy(core, actor, given.hubId);
  await mustBePending(core, hub);
  const missing = given.decision === "declined" ? "Enter a reason. The teacher will read it" : null;
  const reason = readText(given.reason, "reason", "The reason", missing);
  if (given.decision === "accepted" && hub.period.end < todayOf(core)) {
    throw new Conflict("The usage period of this request is over, so it can only be declined.");
  }

  const now = core.clock.now();
  const changed = await core.store.transaction(async (store) => {
    const done = await store.hubs.change(
      hub.id,
      { decision: "pending", version: given.version },
      {
        decision: given.decision,
        decidedBy: actor.person.id,
        decidedAt: now,
        decisionReason: reason,
        question: null,
        askedBy: null,
        askedAt: null,
        version: given.version + 1,
        updatedAt: now,
      },
    );
    if (!done) return false;
    await recordEvent(store, core.clock, {
      hubId: hub.id,
      kind: given.decision,
      actorId: actor.person.id,
      from: "pending",
      to: given.decision,
      reason,
    });
    const kind = given.decision === "accepted" ? "request-accepted" : "request-declined";
    await tellTeachers(store, hub, { kind, reason }, now);
    return true;
  });

  const latest = await hubGovernedBy(core, actor, given.hubId);
  if (!changed) {
    await mustBePending(core, latest);
    return mustBeLatest();
  }
  if (given.decision === "accepted") core.wake(hub.id);
  return latest;
}

/** Says who was quicker, and what they did. */
export async function mustBePending(core: Core, hub: Hub): Promise<void> {
  if (hub.decision === "pending") return;
  if (hub.decision === "cancelled") throw new Conflict("This request was cancelled meanwhile.");
  const who = hub.decidedBy === null ? null : await core.store.people.byId(hub.decidedBy);
  throw new Conflict(`${who?.name ?? "Governance"} has already ${hub.decision} this request.`);
}

/** Refuses what came with an older version of a request. */
export function mustBeLatest(): never {
  throw new Conflict("The request was changed while you looked at it. Read it again before you decide.");
}
