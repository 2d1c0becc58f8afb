import type { Actor } from "../../domain/actor.ts";
import { Conflict } from "../../domain/errors.ts";
import type { Page, PageAsk } from "../../ports/store.ts";
import type { UnsentMail } from "../../ports/unsent-mails.ts";
import type { Core } from "../core.ts";
import { mustGovern } from "../oversight/must-govern.ts";
import { recordEvent } from "../record-event.ts";

/** Mails that have not gone out, those that were given up first. Throws `Forbidden` unless the actor governs. */
export async function showUnsentMails(
  core: Core,
  actor: Actor,
  ask: PageAsk,
): Promise<{ list: Page<UnsentMail>; failing: number }> {
  mustGovern(actor);
  const [list, { failing }] = await Promise.all([core.store.unsentMails.list(ask), core.store.unsentMails.count()]);
  return { list, failing };
}

/**
 * Governance has failed mails tried again with the next delivery, which is a matter of seconds. A mail that was given
 * up gets one more attempt.
 * @param given.mailId one mail; null for all
 * @returns how many it is about
 * @throws Conflict when nothing is left to try again: it was sent meanwhile, or never failed
 */
export async function retryMails(core: Core, actor: Actor, given: { mailId: number | null }): Promise<number> {
  mustGovern(actor);
  const count = await core.store.transaction(async (store) => {
    const due = await store.unsentMails.makeDue(given.mailId, core.clock.now());
    const [first] = due;
    if (first === undefined) return 0;
    const one = given.mailId === null ? { hubId: null } : { hubId: first.hubId, subjectId: first.personId };
    const reason = due.length === 1 ? "1 mail" : `${due.length} mails`;
    await recordEvent(store, core.clock, { ...one, kind: "mail-retried", actorId: actor.person.id, reason });
    return due.length;
  });
  if (count === 0) throw new Conflict("There is nothing to try again. The mail was sent meanwhile, or is on its way.");
  return count;
}
