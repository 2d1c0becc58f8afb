import type { Knex } from "knex";
import type { MailKind, OwedMail } from "../../domain/mail.ts";
import type { Mails, StoredMail } from "../../ports/store.ts";

const dayMs = 24 * 60 * 60 * 1000;

type MailRecord = {
  id: number;
  kind: MailKind;
  person_id: string | null;
  hub_id: string;
  reason: string | null;
  created_at: number;
  attempts: number;
};

const personOf = (mail: OwedMail) => (mail.to === "governance" ? null : mail.to.personId);

/** Mails that are owed, in SQLite; a null person stands for governance. */
export function createMails(knex: Knex): Mails {
  const add = async (mail: OwedMail, now: Date) => {
    await knex("mails").insert({
      kind: mail.kind,
      person_id: personOf(mail),
      hub_id: mail.hubId,
      reason: mail.reason,
      created_at: now.getTime(),
      attempts: 0,
      next_attempt_at: now.getTime(),
    });
  };
  return {
    add,
    async addOnceADay(mail, now) {
      const recent = await knex("mails")
        .where({ kind: mail.kind, hub_id: mail.hubId, person_id: personOf(mail) })
        .where("created_at", ">", now.getTime() - dayMs)
        .first("id");
      if (recent === undefined) await add(mail, now);
    },
    async due(now, limit) {
      const rows: MailRecord[] = await knex("mails")
        .whereNull("sent_at")
        .where("next_attempt_at", "<=", now.getTime())
        .orderBy("id")
        .limit(limit);
      return rows.map(
        (row): StoredMail => ({
          id: row.id,
          kind: row.kind,
          to: row.person_id === null ? "governance" : { personId: row.person_id },
          hubId: row.hub_id,
          reason: row.reason,
          attempts: row.attempts,
          createdAt: new Date(row.created_at),
        }),
      );
    },
    async markSent(id, at) {
      await knex("mails").where({ id }).update({ sent_at: at.getTime(), next_attempt_at: null, last_fault: null });
    },
    async markFailed(id, reason, next) {
      await knex("mails")
        .where({ id })
        .update({ last_fault: reason, next_attempt_at: next?.getTime() ?? null })
        .increment("attempts");
    },
  };
}
