import { randomBytes, randomUUID } from "node:crypto";
import type { Actor } from "../../domain/actor.ts";
import type { FieldFault } from "../../domain/errors.ts";
import { Forbidden, Invalid } from "../../domain/errors.ts";
import type { Hub } from "../../domain/hub.ts";
import { formOf } from "../../domain/hub-change.ts";
import { blankHubForm, type HubForm, type HubFormRules, type HubWish, readHubForm } from "../../domain/hub-request.ts";
import { customNotebook } from "../../domain/notebook-type.ts";
import type { Terms } from "../../domain/terms.ts";
import { type Core, formRules } from "../core.ts";
import { hubLedBy } from "../find-hub.ts";
import { recordEvent } from "../record-event.ts";
import { recordAcceptance, termsFaultOf, termsToAccept } from "../terms/accept-terms.ts";

/** The fault of a slug that is not free. */
export const slugTaken: FieldFault = {
  field: "slug",
  message: "This slug is taken by another hub. Choose another one",
};

/** What the page with the request form shows. */
export type HubFormView = {
  form: HubForm;
  rules: HubFormRules;
  /** What is to be accepted with the request; null when there is nothing, or it was accepted before. */
  terms: Terms | null;
  submissionKey: string;
  /** What the hub's address will look like; `SLUG` stands for the slug. */
  addressPattern: string;
};

/**
 * The empty form, or one that is filled in from a hub that the actor leads: never with its people, with its slug only
 * when that is free, for the next semester. Throws `Forbidden` unless the actor is a teacher.
 */
export async function startHubRequest(core: Core, actor: Actor, given: { from?: string } = {}): Promise<HubFormView> {
  mustBeTeacher(actor);
  const rules = formRules(core);
  const blank = blankHubForm(rules);
  const form = given.from === undefined ? blank : await formAgain(core, actor, given.from, blank);
  const terms = await termsToAccept(core, actor);
  const { addressPattern } = core.backend;
  return { form, rules, terms, submissionKey: randomUUID(), addressPattern };
}

async function formAgain(core: Core, actor: Actor, hubId: string, blank: HubForm): Promise<HubForm> {
  const hub = await hubLedBy(core, actor, hubId);
  const slugIsFree = !(await core.store.hubs.slugIsHeld(hub.slug));
  const offered = hub.notebookType === customNotebook || core.rules.catalogue.some(({ id }) => id === hub.notebookType);
  // A type that is no longer offered can still be asked for by its image.
  const wish = offered ? hub : { ...hub, notebookType: customNotebook };
  const { startDate, endDate } = blank;
  return { ...formOf(wish), startDate, endDate, slug: slugIsFree ? hub.slug : "" };
}

/** What was typed, and the version of the terms of use that was accepted with it. */
export type HubSubmission = { form: HubForm; acceptedTerms: number | null };

/**
 * Checks a filled form without keeping anything, for the review step.
 * @returns what will be asked for, and the terms that hold, which the actor has then accepted
 * @throws Invalid with a fault a field
 */
export async function checkHubRequest(
  core: Core,
  actor: Actor,
  { form, acceptedTerms }: HubSubmission,
): Promise<{ wish: HubWish; terms: Terms | null }> {
  mustBeTeacher(actor);
  const read = readHubForm(form, formRules(core));
  const faults = "faults" in read ? [...read.faults] : [];
  const slugIsGood = !faults.some((fault) => fault.field === "slug");
  if (slugIsGood && (await core.store.hubs.slugIsHeld(form.slug.trim()))) faults.push(slugTaken);

  const toAccept = await termsToAccept(core, actor);
  const termsFault = termsFaultOf(toAccept, acceptedTerms);
  if (termsFault !== null) faults.push(termsFault);
  if ("faults" in read || faults.length > 0) throw new Invalid(faults);
  return { wish: read.wish, terms: await core.store.terms.valid(core.clock.now()) };
}

/**
 * Files a request. The same form sent twice (a double click, a reload) makes one hub.
 * @param submissionKey the one that `startHubRequest` made
 * @throws Invalid with a fault a field, also when somebody took the slug a moment ago
 */
export async function requestHub(
  core: Core,
  actor: Actor,
  submission: HubSubmission & { submissionKey: string },
): Promise<Hub> {
  mustBeTeacher(actor);
  const { hubs } = core.store;
  const repeated = await hubs.bySubmission(actor.person.id, submission.submissionKey);
  if (repeated !== null) return repeated;

  const { wish, terms } = await checkHubRequest(core, actor, submission);
  const hub = newHub(core, actor, wish, terms);
  const outcome = await core.store.transaction(async (store) => {
    const added = await store.hubs.add(hub, submission.submissionKey);
    if (added !== "added") return added;
    const first = { hubId: hub.id, version: hub.version, wish, comment: null };
    await store.versions.keep({ ...first, writtenBy: actor.person.id, writtenAt: hub.createdAt });
    if (terms !== null) await recordAcceptance(store, core, actor, terms.version);
    await recordEvent(store, core.clock, {
      hubId: hub.id,
      kind: "requested",
      actorId: actor.person.id,
      to: "pending",
    });
    await store.mails.add({ kind: "request-filed", to: "governance", hubId: hub.id, reason: null }, core.clock.now());
    return added;
  });
  if (outcome === "added") return hub;
  const first = await hubs.bySubmission(actor.person.id, submission.submissionKey);
  if (first !== null) return first;
  throw new Invalid([slugTaken]);
}

function newHub(core: Core, actor: Actor, wish: HubWish, terms: Terms | null): Hub {
  const now = core.clock.now();
  return {
    ...wish,
    id: randomUUID(),
    teacherId: actor.person.id,
    termsVersion: terms?.version ?? null,
    decision: "pending",
    decidedBy: null,
    decidedAt: null,
    decisionReason: null,
    question: null,
    askedBy: null,
    askedAt: null,
    deployment: "none",
    step: null,
    progress: null,
    failureReason: null,
    attempts: 0,
    nextAttemptAt: null,
    deployStartedAt: null,
    deployedAt: null,
    removedAt: null,
    removalCause: null,
    degradeRequestedAt: null,
    degradeRequestedBy: null,
    redeployRequestedAt: null,
    specVersion: 0,
    appliedSpecVersion: 0,
    groupId: null,
    // 128 bits: the link is an invitation, so it must not be guessable.
    invitationToken: randomBytes(16).toString("base64url"),
    applicationsOpen: true,
    eraseDataAt: null,
    dataErasedAt: null,
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
}

function mustBeTeacher(actor: Actor): void {
  if (!actor.roles.teacher) throw new Forbidden("Only teachers may request a hub.");
}
