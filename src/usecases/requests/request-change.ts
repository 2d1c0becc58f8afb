import { randomUUID } from "node:crypto";
import type { Actor } from "../../domain/actor.ts";
import type { ChangeRequest } from "../../domain/change-request.ts";
import { Conflict, Invalid } from "../../domain/errors.ts";
import { type Deployment, type Hub, isBeforeDeployment } from "../../domain/hub.ts";
import { changeFaults, changeRefusal, differenceOf, formOf, rulesFor, wishOf } from "../../domain/hub-change.ts";
import { readHubForm } from "../../domain/hub-request.ts";
import type { Store } from "../../ports/store.ts";
import { type Core, formRules, todayOf } from "../core.ts";
import { hubLedBy } from "../find-hub.ts";
import { readText } from "../read-text.ts";
import { recordEvent } from "../record-event.ts";
import { type CheckedWish, told, type WishSubmission, type WishView } from "./edit-request.ts";

/** The form, with what the teacher saw as waiting when it was made. */
export type ChangeFormView = WishView & {
  /** The change request that waits already, and that a new one takes the place of; null when none does. */
  open: ChangeRequest | null;
};
/** `openId`: id of the change request that waited when the form was made; empty when none did. */
export type ChangeSubmission = WishSubmission & { openId: string };

/**
 * The form of a change to an accepted hub: as the hub is, or as the change request that waits has it.
 * @throws Conflict when the hub cannot be changed, with the reason
 */
export async function startChange(core: Core, actor: Actor, given: { hubId: string }): Promise<ChangeFormView> {
  const hub = await hubLedBy(core, actor, given.hubId);
  mustBeChangeable(core, hub);
  const open = await core.store.changes.openOf(hub.id);
  return {
    hub,
    open,
    form: formOf(open?.wish ?? hub),
    comment: open === null || open.question !== null ? "" : (open.comment ?? ""),
    rules: rulesFor(hub, formRules(core)),
    addressPattern: core.backend.addressPattern,
    question: open?.question ?? null,
  };
}

/**
 * Checks a proposed change without keeping anything.
 * @returns what is proposed; `repeated` when just that waits already, as after a second click
 * @throws Conflict when the hub cannot be changed
 * @throws Invalid with a fault a field; also when nothing is changed, or somebody else was quicker
 */
export async function checkChange(
  core: Core,
  actor: Actor,
  given: ChangeSubmission,
): Promise<CheckedWish & { open: ChangeRequest | null; repeated: boolean }> {
  const hub = await hubLedBy(core, actor, given.hubId);
  mustBeChangeable(core, hub);
  const comment = readText(given.comment, "comment", "The text", null);
  const form = { ...given.form, slug: hub.slug };
  const read = readHubForm(form, rulesFor(hub, formRules(core)), hub.period.start);
  // The slug is not on the form; a word that was reserved since keeps nobody from changing the rest.
  const faults = "faults" in read ? read.faults.filter(({ field }) => field !== "slug") : [];
  if (!("wish" in read)) throw new Invalid(faults.length > 0 ? faults : read.faults);
  const accepted = await core.store.seats.taken(hub.id);
  faults.push(...changeFaults(hub, read.wish, accepted));
  if (faults.length > 0) throw new Invalid(faults);
  const difference = differenceOf(hub, read.wish);
  if (difference.length === 0) {
    throw new Invalid([{ field: "name", message: "Nothing is changed. Change something, or go back" }]);
  }

  const open = await core.store.changes.openOf(hub.id);
  const same = open !== null && differenceOf(open.wish, read.wish).length === 0;
  const repeated = same && (comment === null || comment === open.comment);
  if (repeated && open.question !== null) {
    const message = "Nothing is changed. Change something, or write an answer";
    throw new Invalid([{ field: "comment", message }]);
  }
  if (!repeated && (given.version !== hub.version || given.openId !== (open?.id ?? ""))) {
    const message =
      "This hub was changed, or another change was proposed, while you edited. What you typed is kept; look at the hub's page, then submit again";
    throw new Invalid([{ field: "name", message }]);
  }
  return { hub, wish: read.wish, difference, comment, open, repeated };
}

/**
 * Files a change request. One that waits already is superseded and keeps its history. The same form sent twice makes
 * one.
 * @throws what `checkChange` throws
 */
export async function requestChange(core: Core, actor: Actor, given: ChangeSubmission): Promise<ChangeRequest> {
  const { hub, wish, difference, comment, open, repeated } = await checkChange(core, actor, given);
  if (repeated && open !== null) return open;
  const now = core.clock.now();
  const change: ChangeRequest = {
    id: randomUUID(),
    hubId: hub.id,
    baseVersion: hub.version,
    before: wishOf(hub),
    wish,
    comment,
    status: "open",
    question: null,
    askedBy: null,
    askedAt: null,
    reason: null,
    closedBy: null,
    closedAt: null,
    createdBy: actor.person.id,
    createdAt: now,
    version: 1,
  };
  const filed = await core.store.transaction(async (store) => {
    const deployment = changeable(hub);
    const expected = { decision: "accepted", deployment, degradeRequestedAt: null, version: hub.version } as const;
    if (!(await store.hubs.change(hub.id, expected, { updatedAt: now }))) return false;
    const answers = open?.question !== null && open !== null;
    if (open !== null && !(await supersede(core, store, actor, open))) throw new Conflict(meanwhile);
    if (!(await store.changes.add(change))) throw new Conflict(meanwhile);
    await recordEvent(store, core.clock, {
      hubId: hub.id,
      kind: "change-requested",
      actorId: actor.person.id,
      reason: told(comment, difference),
    });
    const kind = answers ? "change-edited" : "change-requested";
    await store.mails.add({ kind, to: "governance", hubId: hub.id, reason: comment }, now);
    return true;
  });
  if (filed) return change;
  mustBeChangeable(core, await hubLedBy(core, actor, hub.id));
  throw new Conflict(meanwhile);
}

const meanwhile = "This hub, or what is proposed for it, changed at the same moment. Look at its page again.";

async function supersede(core: Core, store: Store, actor: Actor, open: ChangeRequest): Promise<boolean> {
  const closed = { status: "superseded", closedBy: actor.person.id, closedAt: core.clock.now() } as const;
  const expected = { status: "open", version: open.version } as const;
  if (!(await store.changes.change(open.id, expected, { ...closed, version: open.version + 1 }))) return false;
  const event = { hubId: open.hubId, kind: "change-superseded", actorId: actor.person.id } as const;
  await recordEvent(store, core.clock, event);
  return true;
}

function mustBeChangeable(core: Core, hub: Hub): void {
  const refusal = changeRefusal(hub, { updates: core.rules.updates, today: todayOf(core) });
  if (refusal !== null) throw new Conflict(refusal);
}

/** States of deployment in which what was checked for this hub still holds. */
export function changeable(hub: Hub): readonly Deployment[] {
  return isBeforeDeployment(hub) ? ["none"] : ["deploying", "deployed", "failed"];
}
