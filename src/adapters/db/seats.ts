import type { Knex } from "knex";
import type { ParticipationStatus } from "../../domain/participation.ts";
import type { Seats } from "../../ports/seats.ts";

/** The seats of hubs, in SQLite. */
export function createSeats(knex: Knex): Seats {
  const seated = (hubId: string, status: ParticipationStatus) =>
    knex("participations")
      .where({ hub_id: hubId, status })
      .whereNotIn("person_id", knex("people").select("id").where({ active: 0 }))
      .whereNotIn("person_id", knex("hub_staff").select("person_id").where({ hub_id: hubId, active: 1 }))
      .whereNotIn("person_id", knex("hubs").select("teacher_id").where({ id: hubId }));
  return {
    async taken(hubId) {
      const rows: { total: number }[] = await seated(hubId, "accepted").count({ total: "*" });
      return rows[0]?.total ?? 0;
    },
    async newestWaiting(hubId) {
      const [row]: { at: number | null }[] = await seated(hubId, "applied").max({ at: "applied_at" });
      return row === undefined || row.at === null ? null : new Date(row.at);
    },
    waiting: (hubId) => seated(hubId, "applied").orderBy("applied_at").orderBy("id").pluck("id"),
  };
}
