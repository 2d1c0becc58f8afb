import type { Knex } from "knex";
import type { Terms } from "../../domain/terms.ts";
import type { TermsOfUse } from "../../ports/terms-of-use.ts";
import { readPage } from "./pages.ts";

type TermsRecord = {
  version: number;
  markdown: string;
  valid_from: number;
  published_at: number | null;
  withdrawn_at: number | null;
};
type AcceptanceRecord = { person_id: string; version: number; accepted_at: number };

const moment = (value: number | null) => (value === null ? null : new Date(value));

const readTerms = (row: TermsRecord): Terms => ({
  version: row.version,
  markdown: row.markdown,
  validFrom: new Date(row.valid_from),
  publishedAt: moment(row.published_at),
  withdrawnAt: moment(row.withdrawn_at),
});

const readAcceptance = (row: AcceptanceRecord) => ({
  personId: row.person_id,
  version: row.version,
  at: new Date(row.accepted_at),
});

/** The provider's terms of use, in SQLite. */
export function createTermsOfUse(knex: Knex): TermsOfUse {
  const one = async (query: Knex.QueryBuilder) => {
    const row: TermsRecord | undefined = await query.first();
    return row === undefined ? null : readTerms(row);
  };
  return {
    valid: (now) =>
      one(
        knex("terms")
          .where("valid_from", "<=", now.getTime())
          .whereNull("withdrawn_at")
          .orderBy("valid_from", "desc")
          .orderBy("version", "desc"),
      ),
    byVersion: (version) => one(knex("terms").where({ version })),
    async list() {
      const accepted = knex("terms_acceptances").count("*").whereRaw("version = terms.version").as("accepted");
      const rows: (TermsRecord & { accepted: number })[] = await knex("terms")
        .select("terms.*", accepted)
        .orderBy("version", "desc");
      return rows.map((row) => ({ ...readTerms(row), accepted: row.accepted }));
    },
    async publish({ markdown, validFrom, publishedAt, publishedBy }) {
      const inserted: { version: number }[] = await knex("terms")
        .insert({
          // An integer key numbers itself, one above the highest.
          markdown,
          valid_from: validFrom.getTime(),
          published_at: publishedAt.getTime(),
          published_by: publishedBy,
        })
        .returning("version");
      return inserted[0]?.version ?? 0;
    },
    async withdraw(version, now) {
      const changed = await knex("terms")
        .where({ version })
        .where("valid_from", ">", now.getTime())
        .whereNull("withdrawn_at")
        .update({ withdrawn_at: now.getTime() });
      return changed === 1;
    },

    async draft() {
      const row = await knex("terms_draft").first();
      if (row === undefined) return null;
      const { markdown, revision, saved_by: savedBy, saved_at } = row;
      return { markdown, revision, savedBy, savedAt: new Date(saved_at) };
    },
    async saveDraft({ markdown, savedBy, savedAt }, readRevision) {
      const row = { markdown, saved_by: savedBy, saved_at: savedAt.getTime(), revision: readRevision + 1 };
      if (readRevision > 0) {
        return (await knex("terms_draft").where({ id: 1, revision: readRevision }).update(row)) === 1;
      }
      const inserted: unknown[] = await knex("terms_draft")
        .insert({ id: 1, ...row })
        .onConflict("id")
        .ignore()
        .returning("id");
      return inserted.length > 0;
    },
    async dropDraft(revision) {
      return (await knex("terms_draft").where({ id: 1, revision }).delete()) === 1;
    },

    async accept({ personId, version, at }) {
      const inserted: unknown[] = await knex("terms_acceptances")
        .insert({ person_id: personId, version, accepted_at: at.getTime() })
        .onConflict()
        .ignore()
        .returning("version");
      return inserted.length > 0;
    },
    async acceptedBy(personId) {
      const rows: AcceptanceRecord[] = await knex("terms_acceptances")
        .where({ person_id: personId })
        .orderBy("version", "desc");
      return rows.map(readAcceptance);
    },
    acceptancesOf(version, ask) {
      const list = knex("terms_acceptances")
        .join("people", "people.id", "person_id")
        .where({ version })
        .select("terms_acceptances.*", "people.name", "people.username")
        .orderBy("accepted_at", "desc")
        .orderBy("person_id");
      return readPage<
        AcceptanceRecord & { name: string; username: string },
        ReturnType<typeof readAcceptance> & { name: string; username: string }
      >(list, knex("terms_acceptances").where({ version }), ask, (row) => ({
        ...readAcceptance(row),
        name: row.name,
        username: row.username,
      }));
    },
  };
}
