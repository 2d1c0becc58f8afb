import type { Knex } from "knex";
import type { ChangeRequest, ChangeStatus } from "../../domain/change-request.ts";
import type { ChangeRequests } from "../../ports/change-requests.ts";
import { columnOf, storable } from "./hub-rows.ts";

/** A row of `change_requests`. */
export type ChangeRecord = {
  id: string;
  hub_id: string;
  base_version: number;
  before: string;
  wish: string;
  comment: string | null;
  status: ChangeStatus;
  question: string | null;
  asked_by: string | null;
  asked_at: number | null;
  reason: string | null;
  closed_by: string | null;
  closed_at: number | null;
  created_by: string;
  created_at: number;
  version: number;
};

const moment = (value: number | null) => (value === null ? null : new Date(value));

/** Reads a row. */
export function readChange(row: ChangeRecord): ChangeRequest {
  return {
    id: row.id,
    hubId: row.hub_id,
    baseVersion: row.base_version,
    before: JSON.parse(row.before),
    wish: JSON.parse(row.wish),
    comment: row.comment,
    status: row.status,
    question: row.question,
    askedBy: row.asked_by,
    askedAt: moment(row.asked_at),
    reason: row.reason,
    closedBy: row.closed_by,
    closedAt: moment(row.closed_at),
    createdBy: row.created_by,
    createdAt: new Date(row.created_at),
    version: row.version,
  };
}

const columns = (change: object) =>
  Object.fromEntries(Object.entries(change).map(([field, value]) => [columnOf(field), storable(value)]));

/** Change requests, in SQLite; both wishes are kept as JSON, since they are read as a whole only. */
export function createChangeRequests(knex: Knex): ChangeRequests {
  const one = async (query: Knex.QueryBuilder) => {
    const row: ChangeRecord | undefined = await query.first();
    return row === undefined ? null : readChange(row);
  };
  return {
    async add({ before, wish, ...plain }) {
      const row = { ...columns(plain), before: JSON.stringify(before), wish: JSON.stringify(wish) };
      const inserted: unknown[] = await knex("change_requests").insert(row).onConflict().ignore().returning("id");
      return inserted.length > 0;
    },
    byId: (id) => one(knex("change_requests").where({ id })),
    openOf: (hubId) => one(knex("change_requests").where({ hub_id: hubId, status: "open" })),
    async listOf(hubId) {
      const rows: (ChangeRecord & { created_by_name: string; closed_by_name: string | null })[] = await knex(
        "change_requests",
      )
        .join({ maker: "people" }, "maker.id", "change_requests.created_by")
        .leftJoin({ closer: "people" }, "closer.id", "change_requests.closed_by")
        .where({ hub_id: hubId })
        .orderBy("created_at", "desc")
        // Two within one millisecond: the open one is the newer.
        .orderByRaw("status = 'open' desc, change_requests.rowid desc")
        .select("change_requests.*", { created_by_name: "maker.name", closed_by_name: "closer.name" });
      return rows.map((row) => ({
        change: readChange(row),
        createdByName: row.created_by_name,
        closedByName: row.closed_by_name,
      }));
    },
    async change(id, expected, change) {
      const changed = await knex("change_requests").where({ id }).where(columns(expected)).update(columns(change));
      return changed === 1;
    },
  };
}
