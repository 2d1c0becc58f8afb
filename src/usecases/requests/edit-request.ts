import type { Actor } from "../../domain/actor.ts";
import { Conflict, Invalid } from "../../domain/errors.ts";
import type { Hub } from "../../domain/hub.ts";
import { type Difference, differenceOf, formOf, rulesFor, sumUp, wishOf } from "../../domain/hub-change.ts";
import { type HubForm, type HubFormRules, type HubWish, readHubForm } from "../../domain/hub-request.ts";
import { type Core, formRules } from "../core.ts";
import { hubLedBy } from "../find-hub.ts";
import { readText } from "../read-text.ts";
import { recordEvent } from "../record-event.ts";
import { mustBePending } from "./decide-hub.ts";
import { slugTaken } from "./request-hub.ts";

/** The form for a hub that exists, filled in. */
export type WishView = {
  hub: Hub;
  form: HubForm;
  /** What the teacher writes to governance with it. */
  comment: string;
  rules: HubFormRules;
  addressPattern: string;
  /** What governance wants to know; the form is how the teacher answers. */
  question: string | null;
};

/** What was typed into it. `version` is the hub's when the form was made. */
export type WishSubmission = { hubId: string; version: number; form: HubForm; comment: string };

/** What a good form asks for. */
export type CheckedWish = { hub: Hub; wish: HubWish; difference: Difference[]; comment: string | null };

/**
 * The form of a request that governance has not decided yet.
 * @throws Conflict when it is decided or cancelled
 */
export async function startEdit(core: Core, actor: Actor, given: { hubId: string }): Promise<WishView> {
  const hub = await hubLedBy(core, actor, given.hubId);
  await mustBePending(core, hub);
  return {
    hub,
    form: formOf(hub),
    comment: "",
    rules: rulesFor(hub, formRules(core)),
    addressPattern: core.backend.addressPattern,
    question: hub.question,
  };
}

/**
 * Checks an edited request without keeping anything.
 * @throws Conflict when it is decided or cancelled
 * @throws Invalid with a fault a field; also when nothing is changed or answered, or somebody else was quicker
 */
export async function checkEdit(core: Core, actor: Actor, given: WishSubmission): Promise<CheckedWish> {
  const hub = await hubLedBy(core, actor, given.hubId);
  await mustBePending(core, hub);
  const comment = readText(given.comment, "comment", "The text", null);
  mustBeLatest(hub, given.version);
  const read = readHubForm(given.form, rulesFor(hub, formRules(core)), hub.period.start);
  const faults = "faults" in read ? [...read.faults] : [];
  const slug = given.form.slug.trim();
  const slugIsGood = !faults.some((fault) => fault.field === "slug");
  if (slugIsGood && slug !== hub.slug && (await core.store.hubs.slugIsHeld(slug))) faults.push(slugTaken);
  if ("faults" in read || faults.length > 0) throw new Invalid(faults);

  const difference = differenceOf(hub, read.wish);
  if (difference.length === 0 && (hub.question === null || comment === null)) {
    const way = hub.question === null ? "Change something, or cancel" : "Change something, or write an answer";
    throw new Invalid([{ field: hub.question === null ? "name" : "comment", message: `Nothing is changed. ${way}` }]);
  }
  return { hub, wish: read.wish, difference, comment };
}

/**
 * Replaces what a request asks for, and keeps the earlier version. A question of governance counts as answered.
 * @throws what `checkEdit` throws
 */
export async function editRequest(core: Core, actor: Actor, given: WishSubmission): Promise<Hub> {
  const { hub, wish, difference, comment } = await checkEdit(core, actor, given);
  const now = core.clock.now();
  const version = hub.version + 1;
  const done = await core.store.transaction(async (store) => {
    if (wish.slug !== hub.slug && (await store.hubs.slugIsHeld(wish.slug))) throw new Invalid([slugTaken]);
    const edited = await store.hubs.change(
      hub.id,
      { decision: "pending", version: hub.version },
      { ...wish, question: null, askedBy: null, askedAt: null, version, updatedAt: now },
    );
    if (!edited) return false;
    // A hub of a time when versions were not kept yet.
    if ((await store.versions.listOf(hub.id)).length === 0) {
      const first = { hubId: hub.id, version: 1, wish: wishOf(hub), comment: null };
      await store.versions.keep({ ...first, writtenBy: hub.teacherId, writtenAt: hub.createdAt });
    }
    const latest = { hubId: hub.id, version, wish, comment };
    await store.versions.keep({ ...latest, writtenBy: actor.person.id, writtenAt: now });
    await recordEvent(store, core.clock, {
      hubId: hub.id,
      kind: "request-edited",
      actorId: actor.person.id,
      reason: told(comment, difference),
    });
    if (hub.question !== null) {
      await store.mails.add({ kind: "request-edited", to: "governance", hubId: hub.id, reason: comment }, now);
    }
    return true;
  });
  if (done) return { ...hub, ...wish, version };
  const latest = await hubLedBy(core, actor, hub.id);
  await mustBePending(core, latest);
  mustBeLatest(latest, given.version);
  throw new Conflict("This request changed meanwhile. Look at it again.");
}

function mustBeLatest(hub: Hub, version: number): void {
  if (hub.version === version) return;
  const what = hub.question === null ? "This request was changed" : "This request was changed or sent back";
  const message = `${what} while you edited it. What you typed is kept; look at the hub's page, then submit again`;
  throw new Invalid([{ field: "name", message }]);
}

/** What the timeline says: the teacher's words, then what differs. */
export function told(comment: string | null, difference: readonly Difference[]): string {
  return [...(comment === null ? [] : [comment]), ...(difference.length === 0 ? [] : [sumUp(difference)])].join("\n");
}
