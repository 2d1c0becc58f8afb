import type { Knex } from "knex";
import type { HubVersions } from "../../ports/hub-versions.ts";

type VersionRecord = {
  hub_id: string;
  version: number;
  wish: string;
  comment: string | null;
  written_by: string;
  written_at: number;
  writer_name: string;
};

/** Earlier versions of hubs, in SQLite. */
export function createHubVersions(knex: Knex): HubVersions {
  return {
    async keep({ hubId, version, wish, comment, writtenBy, writtenAt }) {
      const row = { hub_id: hubId, version, wish: JSON.stringify(wish), comment };
      await knex("hub_versions")
        .insert({ ...row, written_by: writtenBy, written_at: writtenAt.getTime() })
        .onConflict(["hub_id", "version"])
        .ignore();
    },
    async listOf(hubId) {
      const rows: VersionRecord[] = await knex("hub_versions")
        .join("people", "people.id", "hub_versions.written_by")
        .where({ hub_id: hubId })
        .orderBy("version")
        .select("hub_versions.*", { writer_name: "people.name" });
      return rows.map((row) => ({
        hubId: row.hub_id,
        version: row.version,
        wish: JSON.parse(row.wish),
        comment: row.comment,
        writtenBy: row.written_by,
        writtenAt: new Date(row.written_at),
        writtenByName: row.writer_name,
      }));
    },
  };
}
