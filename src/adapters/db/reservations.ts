import type { Knex } from "knex";
import type { Reservations } from "../../ports/reservations.ts";
import type { HubRecord } from "./hub-rows.ts";

type ReservationRecord = Pick<
  HubRecord,
  "id" | "start_date" | "end_date" | "participants" | "ram_gib" | "cpus" | "storage_gib" | "gpus"
>;

/** What is promised of the cluster, in SQLite. */
export function createReservations(knex: Knex): Reservations {
  return {
    async during(span, exceptHubId) {
      const query = knex("hubs")
        .where({ decision: "accepted" })
        .whereNot("deployment", "removed")
        .whereNull("degrade_requested_at")
        .where("end_date", ">=", span.start)
        .where("start_date", "<=", span.end)
        .select("id", "start_date", "end_date", "participants", "ram_gib", "cpus", "storage_gib", "gpus");
      if (exceptHubId !== null) query.whereNot({ id: exceptHubId });
      const rows: ReservationRecord[] = await query;
      return rows.map((row) => ({
        hubId: row.id,
        period: { start: row.start_date, end: row.end_date },
        usage: {
          participants: row.participants,
          ramGib: row.ram_gib,
          cpus: row.cpus,
          storageGib: row.storage_gib,
          gpus: row.gpus,
        },
      }));
    },
  };
}
