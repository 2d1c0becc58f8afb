import type { Actor } from "../../domain/actor.ts";
import { Conflict } from "../../domain/errors.ts";
import type { Hub } from "../../domain/hub.ts";
import type { Store } from "../../ports/store.ts";
import type { Core } from "../core.ts";
import { hubGovernedBy } from "../find-hub.ts";
import { tellTeachers } from "../mails/tell-teachers.ts";
import { readText } from "../read-text.ts";
import { recordEvent } from "../record-event.ts";
import { changeOf, mustBeOpen } from "./close-change.ts";
import { mustBeLatest, mustBePending } from "./decide-hub.ts";

const missing = "Enter a question. The teacher answers it by editing";

/**
 * Governance sends a request back with a question. It stays undecided; the teacher answers by editing it.
 * @param given.version version of the hub that governance looked at
 * @throws Conflict when it was decided, cancelled or changed meanwhile
 * @throws Invalid without a question
 */
export async function sendBackRequest(
  core: Core,
  actor: Actor,
  given: { hubId: string; version: number; question: string },
): Promise<Hub> {
  const hub = await hubGovernedBy(core, actor, given.hubId);
  await mustBePending(core, hub);
  const question = readText(given.question, "question", "The question", missing);
  const asked = { question, askedBy: actor.person.id, askedAt: core.clock.now() };
  const done = await core.store.transaction(async (store) => {
    const expected = { decision: "pending", version: given.version } as const;
    const change = { ...asked, version: given.version + 1, updatedAt: asked.askedAt };
    if (!(await store.hubs.change(hub.id, expected, change))) return false;
    await recordQuestion(core, store, actor, hub, question, "request-sent-back");
    return true;
  });
  if (done) return hub;
  const latest = await hubGovernedBy(core, actor, given.hubId);
  await mustBePending(core, latest);
  return mustBeLatest();
}

/**
 * The same for a change request, which the teacher answers by a newer one.
 * @param given.version version of the change request that governance looked at
 */
export async function sendBackChange(
  core: Core,
  actor: Actor,
  given: { hubId: string; changeId: string; version: number; question: string },
): Promise<Hub> {
  const hub = await hubGovernedBy(core, actor, given.hubId);
  const change = await changeOf(core, hub.id, given.changeId);
  await mustBeOpen(core, change);
  const question = readText(given.question, "question", "The question", missing);
  const asked = { question, askedBy: actor.person.id, askedAt: core.clock.now() };
  const done = await core.store.transaction(async (store) => {
    const expected = { status: "open", version: given.version } as const;
    if (!(await store.changes.change(change.id, expected, { ...asked, version: given.version + 1 }))) return false;
    await recordQuestion(core, store, actor, hub, question, "change-sent-back");
    return true;
  });
  if (done) return hub;
  await mustBeOpen(core, await changeOf(core, hub.id, change.id));
  throw new Conflict("This change request changed while you looked at it. Read it again before you ask.");
}

async function recordQuestion(
  core: Core,
  store: Store,
  actor: Actor,
  hub: Hub,
  reason: string | null,
  kind: "request-sent-back" | "change-sent-back",
): Promise<void> {
  await recordEvent(store, core.clock, { hubId: hub.id, kind, actorId: actor.person.id, reason });
  await tellTeachers(store, hub, { kind, reason }, core.clock.now());
}
