import { ActError, Unavailable } from "../domain/errors.ts";
import type { Person } from "../domain/person.ts";
import type { StoredMail } from "../ports/store.ts";
import type { Core } from "./core.ts";
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
  let sent = 0;
  for (const mail of await core.store.mails.due(core.clock.now(), batch)) {
    try {
      await deliver(core, mail);
      await core.store.mails.markSent(mail.id, core.clock.now());
      sent++;
    } catch (error) {
      if (!(error instanceof ActError)) throw error;
      const minutes = backOffMinutes[mail.attempts];
      const final = (error instanceof Unavailable && !error.transient) || minutes === undefined;
      const next = final ? null : new Date(core.clock.now().getTime() + (minutes ?? 0) * 60_000);
      await core.store.mails.markFailed(mail.id, error.sentence, next);
      core.log.warn({ mail: mail.id, kind: mail.kind, reason: error.sentence, givenUp: final }, "a mail was not sent");
    }
  }
  return sent;
}

async function deliver(core: Core, mail: StoredMail): Promise<void> {
  const hub = await core.store.hubs.byId(mail.hubId);
  if (hub === null) return;
  for (const recipient of await recipientsOf(core, mail)) {
    if (recipient.email === "") continue;
    const { name, email, language } = recipient;
    await core.mailer.send({ name, email }, writeMail(core.rules, { mail, hub, name, language }));
  }
}

async function recipientsOf(core: Core, mail: StoredMail): Promise<Recipient[]> {
  if (mail.to !== "governance") {
    const person = await core.store.people.byId(mail.to.personId);
    return person === null ? [] : [person];
  }
  if (core.rules.governanceEmail !== null) {
    return [{ name: "Governance", email: core.rules.governanceEmail, language: "en" }];
  }
  const members = await core.identity.membersOfNamedGroup(core.rules.roleGroups.governance);
  const active = members.filter((user) => user.active && user.email !== "");
  return Promise.all(
    active.map(async (user) => {
      const known = await core.store.people.byId(user.id);
      return { name: user.name || user.username, email: user.email, language: known?.language ?? "en" };
    }),
  );
}
