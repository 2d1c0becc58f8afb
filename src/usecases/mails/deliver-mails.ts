import { ActError, Unavailable } from "../../domain/errors.ts";
import type { Person } from "../../domain/person.ts";
import type { StoredMail } from "../../ports/store.ts";
import { type Core, todayOf } from "../core.ts";
import { teachersOf } from "../find-hub.ts";
import { goesOn } from "../hubs/goes-on.ts";
import { keepIdentityUser } from "../people/keep-identity-user.ts";
import { writeMail } from "./write-mail.ts";

const batch = 50;
/** Minutes until the next attempt, by attempts made; after the last one a mail is given up. */
const backOffMinutes = [1, 5, 15, 60, 240, 720, 1440, 1440];

type Recipient = Pick<Person, "name" | "email" | "language">;

/**
 * Sends the mails that are owed. A mail is marked after it was sent, so a kill in between may send it twice, and never
 * not at all.
 * @returns how many were sent
 */
export async function deliverMails(core: Core): Promise<number> {
  for (const mail of await core.store.mails.due(core.clock.now(), batch)) {
    if (isForMembers(core, mail)) await attempt(core, mail, () => spreadToGovernance(core, mail));
  }
  let sent = 0;
  for (const mail of await core.store.mails.due(core.clock.now(), batch)) {
    if (isForMembers(core, mail)) continue;
    if (mail.kind === "new-applications" && !(await tellsNews(core, mail))) {
      await core.store.digests.drop(mail.id);
      continue;
    }
    const done = await attempt(core, mail, async () => {
      // The moment before it is written: what comes after it is not in this mail.
      const writtenAt = core.clock.now();
      await send(core, mail);
      await core.store.mails.markSent(mail.id, writtenAt);
    });
    if (done) sent++;
  }
  return sent;
}

/** Runs what may fail; a failure is written to the mail, with the time of the next attempt. Returns whether it worked. */
async function attempt(core: Core, mail: StoredMail, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof ActError)) throw error;
    const minutes = backOffMinutes[mail.attempts];
    const final = (error instanceof Unavailable && !error.transient) || minutes === undefined;
    const next = final ? null : new Date(core.clock.now().getTime() + (minutes ?? 0) * 60_000);
    await core.store.mails.markFailed(mail.id, error.sentence, next);
    core.log.warn({ mail: mail.id, kind: mail.kind, reason: error.sentence, givenUp: final }, "a mail was not sent");
    return false;
  }
}

const isForMembers = (core: Core, mail: StoredMail) => mail.to === "governance" && core.rules.governanceEmail === null;

/**
 * Makes one mail for each member of governance out of one for all, so that a mail server that refuses one of them does
 * not make the others get it again.
 */
async function spreadToGovernance(core: Core, mail: StoredMail): Promise<void> {
  const members = await core.identity.membersOfNamedGroup(core.rules.roleGroups.governance);
  const now = core.clock.now();
  await core.store.transaction(async (store) => {
    for (const user of members.filter((each) => each.active && each.email !== "")) {
      // Who had their data deleted here is known anew when they sign in, not before.
      if ((await store.directory.byId(user.id))?.erased) continue;
      const person = await keepIdentityUser(core, store, user);
      const { kind, hubId, reason } = mail;
      await store.mails.add({ kind, to: { personId: person.id }, hubId, reason }, now);
    }
    await store.mails.markSent(mail.id, now);
  });
}

/** Whether somebody waits whom the mail before did not tell of, at a hub that goes on and that the reader teaches. */
async function tellsNews(core: Core, mail: StoredMail): Promise<boolean> {
  const hub = await core.store.hubs.byId(mail.hubId);
  if (hub === null || !goesOn(hub, todayOf(core))) return false;
  // The hub may have been handed over while the mail waited for its day.
  if (mail.to === "governance" || !(await teachersOf(core, hub)).includes(mail.to.personId)) return false;
  const [newest, before] = [await core.store.seats.newestWaiting(hub.id), await core.store.digests.lastSent(mail)];
  return newest !== null && (before === null || newest >= before);
}

async function send(core: Core, mail: StoredMail): Promise<void> {
  const [hub, recipient] = await Promise.all([core.store.hubs.byId(mail.hubId), recipientOf(core, mail)]);
  if (hub === null || recipient === null || recipient.email === "") return;
  const { name, email, language } = recipient;
  const waiting = mail.kind === "new-applications" ? (await core.store.seats.waiting(hub.id)).length : 0;
  await core.mailer.send({ name, email }, writeMail(core.rules, { mail, hub, name, language, waiting }));
}

async function recipientOf(core: Core, mail: StoredMail): Promise<Recipient | null> {
  if (mail.to !== "governance") return core.store.people.byId(mail.to.personId);
  return { name: "Governance", email: core.rules.governanceEmail ?? "", language: "en" };
}
