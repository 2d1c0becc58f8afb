import type { Actor } from "../../domain/actor.ts";
import type { ChangeRequest } from "../../domain/change-request.ts";
import { Conflict } from "../../domain/errors.ts";
import type { Hub } from "../../domain/hub.ts";
import { changeFaults, changeRefusal, differenceOf } from "../../domain/hub-change.ts";
import type { Store } from "../../ports/store.ts";
import { type Core, todayOf } from "../core.ts";
import { hubGovernedBy } from "../find-hub.ts";
import { tellTeachers } from "../mails/tell-teachers.ts";
import { readText } from "../read-text.ts";
import { recordEvent } from "../record-event.ts";
import { changeOf, mustBeOpen } from "./close-change.ts";
import { told } from "./edit-request.ts";
import { changeable } from "./request-change.ts";

export type ChangeDecision = {
  hubId: string;
  changeId: string;
  /** Version of the change request that governance looked at. */
  version: number;
  decision: "accepted" | "declined";
  /** Needed when declining. */
  reason: string;
};

/**
 * Governance accepts or declines a change request. What is accepted holds from this moment; on a hub that runs the
 * reconciler rolls it out.
 * @throws Conflict when it was decided, replaced or asked about meanwhile, or the hub cannot be changed so any more
 * @throws Invalid when declining without a reason
 */
export async function decideChange(core: Core, actor: Actor, given: ChangeDecision): Promise<ChangeRequest> {
  const hub = await hubGovernedBy(core, actor, given.hubId);
  const change = await changeOf(core, hub.id, given.changeId);
  await mustBeOpen(core, change);
  const missing = given.decision === "declined" ? "Enter a reason. The teacher will read it" : null;
  const reason = readText(given.reason, "reason", "The reason", missing);
  const now = core.clock.now();
  const closed = { status: given.decision, reason, closedBy: actor.person.id, closedAt: now } as const;

  const done = await core.store.transaction(async (store) => {
    const expected = { status: "open", version: given.version } as const;
    if (!(await store.changes.change(change.id, expected, { ...closed, version: given.version + 1 }))) return false;
    // Throws when the hub is not what it was; then nothing of the above is kept either.
    if (given.decision === "accepted") await applyChange(core, store, hub, change);
    const kind = given.decision === "accepted" ? "change-accepted" : "change-declined";
    await recordEvent(store, core.clock, {
      hubId: hub.id,
      kind,
      actorId: actor.person.id,
      reason: given.decision === "accepted" ? told(reason, differenceOf(change.before, change.wish)) : reason,
    });
    await tellTeachers(store, hub, { kind, reason }, now);
    return true;
  });
  if (!done) {
    await mustBeOpen(core, await changeOf(core, hub.id, change.id));
    throw new Conflict("This change request changed while you looked at it. Read it again before you decide.");
  }
  if (given.decision === "accepted") core.wake(hub.id);
  return { ...change, ...closed };
}

async function applyChange(core: Core, store: Store, hub: Hub, { wish }: ChangeRequest): Promise<void> {
  const rules = { updates: core.rules.updates, today: todayOf(core) };
  const accepted = await store.seats.taken(hub.id);
  const over = wish.period.end < rules.today ? "The end date that is proposed is over." : null;
  const refusal = changeRefusal(hub, rules) ?? over ?? changeFaults(hub, wish, accepted)[0]?.message ?? null;
  if (refusal !== null) throw new Conflict(`${refusal.replace(/\.$/, "")}. So this change can only be declined.`);

  const { slug: _, ...changed } = wish;
  const applied = await store.hubs.change(
    hub.id,
    { decision: "accepted", deployment: changeable(hub), degradeRequestedAt: null, version: hub.version },
    {
      ...changed,
      version: hub.version + 1,
      // Counted on from now: other teachers may have been added since the hub was read.
      specVersion: ((await store.hubs.byId(hub.id)) ?? hub).specVersion + 1,
      // A hub that failed may have failed for what is changed now.
      ...(hub.deployment === "failed" ? { attempts: 0, nextAttemptAt: null } : {}),
      updatedAt: core.clock.now(),
    },
  );
  if (!applied) throw new Conflict("The hub changed while you looked at it. Read it again before you decide.");
}
