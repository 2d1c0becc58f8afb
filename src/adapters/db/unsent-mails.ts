import type { Knex } from "knex";
import type { MailKind } from "../../domain/mail.ts";
import type { UnsentMail, UnsentMails } from "../../ports/unsent-mails.ts";
import { readPage } from "./pages.ts";

type UnsentRecord = {
  id: number;
  kind: MailKind;
  hub_id: string;
  hub_name: string;
  person_id: string | null;
  person_name: string | null;
  person_email: string | null;
  attempts: number;
  last_fault: string | null;
  next_attempt_at: number | null;
  created_at: number;
};

const readUnsent = (row: UnsentRecord): UnsentMail => ({
  id: row.id,
  kind: row.kind,
  hubId: row.hub_id,
  hubName: row.hub_name,
  personId: row.person_id,
  personName: row.person_name,
  personEmail: row.person_email,
  attempts: row.attempts,
  lastFault: row.last_fault,
  nextAttemptAt: row.next_attempt_at === null ? null : new Date(row.next_attempt_at),
  createdAt: new Date(row.created_at),
});

/** What of the outbox has not gone out, in SQLite. */
export function createUnsentMails(knex: Knex): UnsentMails {
  const unsent = () =>
    knex("mails")
      .whereNull("mails.sent_at")
      // A digest that waits for its day is not late.
      .whereRaw("(mails.attempts > 0 or mails.next_attempt_at is null or mails.next_attempt_at <= mails.created_at)");
  return {
    list(ask) {
      const list = unsent()
        .join("hubs", "hubs.id", "mails.hub_id")
        .leftJoin("people", "people.id", "mails.person_id")
        .select("mails.*", { hub_name: "hubs.name", person_name: "people.name", person_email: "people.email" })
        .orderByRaw("mails.next_attempt_at is not null")
        .orderBy("mails.id");
      return readPage<UnsentRecord, UnsentMail>(list, unsent(), ask, readUnsent);
    },
    async count() {
      const [row]: { unsent: number; failing: number | null; given_up: number | null }[] = await unsent().select(
        knex.raw("count(*) as unsent, sum(attempts > 0) as failing, sum(next_attempt_at is null) as given_up"),
      );
      return { unsent: row?.unsent ?? 0, failing: row?.failing ?? 0, givenUp: row?.given_up ?? 0 };
    },
    async makeDue(id, now) {
      const chosen = unsent().where("mails.attempts", ">", 0);
      if (id !== null) chosen.where({ id });
      const rows: { id: number; hub_id: string; person_id: string | null }[] = await chosen
        .update({ next_attempt_at: now.getTime() })
        .returning(["id", "hub_id", "person_id"]);
      return rows.map((row) => ({ id: row.id, hubId: row.hub_id, personId: row.person_id }));
    },
  };
}
