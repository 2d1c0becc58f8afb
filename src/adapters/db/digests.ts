import type { Knex } from "knex";
import type { OwedMail } from "../../domain/mail.ts";
import type { Digests } from "../../ports/digests.ts";

const dayMs = 24 * 60 * 60 * 1000;

/** Digests among the mails, in SQLite. */
export function createDigests(knex: Knex): Digests {
  const same = (mail: OwedMail) =>
    knex("mails").where({
      kind: mail.kind,
      hub_id: mail.hubId,
      person_id: mail.to === "governance" ? null : mail.to.personId,
    });
  return {
    async add(mail, now) {
      // One that is due may be on its way at this moment, so only one that still waits is sure to tell of it.
      const waits = await same(mail).whereNull("sent_at").where("next_attempt_at", ">", now.getTime()).first("id");
      if (waits !== undefined) return;
      const last: { sent_at: number | null; created_at: number } | undefined = await same(mail)
        .orderBy("id", "desc")
        .first("sent_at", "created_at");
      const due = last === undefined ? 0 : (last.sent_at ?? last.created_at) + dayMs;
      await knex("mails").insert({
        kind: mail.kind,
        person_id: mail.to === "governance" ? null : mail.to.personId,
        hub_id: mail.hubId,
        reason: mail.reason,
        created_at: now.getTime(),
        attempts: 0,
        next_attempt_at: Math.max(due, now.getTime()),
      });
    },
    async lastSent(mail) {
      const [row]: { at: number | null }[] = await same(mail).max({ at: "sent_at" });
      return row === undefined || row.at === null ? null : new Date(row.at);
    },
    async drop(id) {
      await knex("mails").where({ id }).whereNull("sent_at").delete();
    },
  };
}
