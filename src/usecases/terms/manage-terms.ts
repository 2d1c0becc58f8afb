import type { Actor } from "../../domain/actor.ts";
import { Conflict, Forbidden, Invalid, NotFound } from "../../domain/errors.ts";
import { type Terms, type TermsAcceptance, type TermsDraft, termsFault, validFromFault } from "../../domain/terms.ts";
import { startOf } from "../../domain/usage-period.ts";
import type { Page, PageAsk } from "../../ports/store.ts";
import { type Core, todayOf } from "../core.ts";
import { recordEvent } from "../record-event.ts";

export type TermsManagement = {
  versions: (Terms & { accepted: number; state: "valid" | "coming" | "earlier" | "withdrawn" })[];
  draft: (TermsDraft & { savedByName: string }) | null;
};

/** All versions and the draft. Throws `Forbidden` unless the actor governs. */
export async function showTermsManagement(core: Core, actor: Actor): Promise<TermsManagement> {
  mustGovern(actor);
  const { terms, people } = core.store;
  const now = core.clock.now();
  const [list, valid, draft] = await Promise.all([terms.list(), terms.valid(now), terms.draft()]);
  const stateOf = (each: Terms) => {
    if (each.withdrawnAt !== null) return "withdrawn";
    if (each.validFrom > now) return "coming";
    return each.version === valid?.version ? "valid" : "earlier";
  };
  return {
    versions: list.map((each) => ({ ...each, state: stateOf(each) })),
    draft: draft === null ? null : { ...draft, savedByName: (await people.byId(draft.savedBy))?.name ?? "" },
  };
}

/** What the draft begins with: the draft itself, or the newest version. Throws `Forbidden`. */
export async function startTermsDraft(core: Core, actor: Actor): Promise<{ markdown: string; revision: number }> {
  mustGovern(actor);
  const draft = await core.store.terms.draft();
  if (draft !== null) return draft;
  const [newest] = await core.store.terms.list();
  return { markdown: newest?.markdown ?? "", revision: 0 };
}

/**
 * Saves the draft.
 * @param given.revision the one that was read, 0 when there was no draft
 * @throws Invalid when the text is empty or too long, or somebody else saved meanwhile
 */
export async function saveTermsDraft(
  core: Core,
  actor: Actor,
  given: { markdown: string; revision: number },
): Promise<void> {
  mustGovern(actor);
  const markdown = given.markdown.replace(/\r\n?/g, "\n");
  const message = termsFault(markdown);
  if (message !== null) throw new Invalid([{ field: "markdown", message }]);
  const draft = { markdown, savedBy: actor.person.id, savedAt: core.clock.now() };
  if (await core.store.terms.saveDraft(draft, given.revision)) return;
  const other = await core.store.terms.draft();
  const who = other === null ? null : await core.store.people.byId(other.savedBy);
  const what = other === null ? "Somebody published the draft" : `${who?.name ?? "Somebody"} saved another text`;
  throw new Invalid([{ field: "markdown", message: `${what} meanwhile. Compare, then save again to replace it` }]);
}

/**
 * Publishes the draft as the next version.
 * @param given.validFrom date as `YYYY-MM-DD`; from its first moment on in the institution's zone, today: at once
 * @param given.revision of the draft that was read
 * @returns the new version's number
 * @throws Invalid for a bad date; Conflict when the draft changed or was published meanwhile
 */
export async function publishTerms(
  core: Core,
  actor: Actor,
  given: { validFrom: string; revision: number },
): Promise<number> {
  mustGovern(actor);
  const today = todayOf(core);
  const typed = given.validFrom.trim();
  const fault = validFromFault(typed, today);
  if (fault !== null) throw new Invalid([fault]);
  const now = core.clock.now();
  const validFrom = typed === today ? now : startOf(typed, core.rules.timeZone);
  return core.store.transaction(async (store) => {
    const draft = await store.terms.draft();
    if (draft === null || !(await store.terms.dropDraft(given.revision))) {
      throw new Conflict("The draft was changed or published meanwhile. Look at it again.");
    }
    const publishedBy = actor.person.id;
    const version = await store.terms.publish({ markdown: draft.markdown, validFrom, publishedAt: now, publishedBy });
    const event = { hubId: null, kind: "terms-published", actorId: publishedBy } as const;
    await recordEvent(store, core.clock, { ...event, to: String(version), reason: `Valid from ${typed}.` });
    return version;
  });
}

/**
 * Takes back a version that is not valid yet.
 * @throws NotFound for a version that is not there; Conflict when it is valid or withdrawn already
 */
export async function withdrawTerms(core: Core, actor: Actor, given: { version: number }): Promise<void> {
  mustGovern(actor);
  if ((await core.store.terms.byVersion(given.version)) === null) throw new NotFound();
  const done = await core.store.transaction(async (store) => {
    if (!(await store.terms.withdraw(given.version, core.clock.now()))) return false;
    const event = { hubId: null, kind: "terms-withdrawn", actorId: actor.person.id } as const;
    await recordEvent(store, core.clock, { ...event, from: String(given.version) });
    return true;
  });
  if (!done) throw new Conflict("Only a version that is not valid yet can be withdrawn.");
}

/** Who accepted a version and when. Throws `Forbidden`, and `NotFound` for a version that is not there. */
export async function showAcceptances(
  core: Core,
  actor: Actor,
  given: { version: number; ask: PageAsk },
): Promise<Page<TermsAcceptance & { name: string; username: string }>> {
  mustGovern(actor);
  if ((await core.store.terms.byVersion(given.version)) === null) throw new NotFound();
  return core.store.terms.acceptancesOf(given.version, given.ask);
}

function mustGovern(actor: Actor): void {
  if (!actor.roles.governance) throw new Forbidden("Only governance may see this page.");
}
