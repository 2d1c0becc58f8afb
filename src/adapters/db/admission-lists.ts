import type { Knex } from "knex";
import type { AdmissionLists } from "../../ports/admission-lists.ts";

/** Rows that one statement inserts, well below SQLite's limit of values. */
const batch = 500;

/** Whom hubs accept without a click, in SQLite. */
export function createAdmissionLists(knex: Knex): AdmissionLists {
  const forget = async (hubId: string) => {
    await knex("admission_entries").where({ hub_id: hubId }).delete();
  };
  return {
    of: (hubId) =>
      knex("admission_entries")
        .where({ hub_id: hubId })
        .orderByRaw("substr(entry, 1, 1) <> '@'")
        .orderBy("entry")
        .pluck("entry"),
    matching: (hubId, entries) =>
      knex("admission_entries")
        .where({ hub_id: hubId })
        .whereIn("entry", [...entries])
        .pluck("entry"),
    async replace(hubId, entries, addedBy, at) {
      await forget(hubId);
      const rows = entries.map((entry) => ({ hub_id: hubId, entry, added_by: addedBy, added_at: at.getTime() }));
      await knex.batchInsert("admission_entries", rows, batch);
    },
    forget,
  };
}
