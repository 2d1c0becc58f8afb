import type { Knex } from "knex";
import type { OpenRequest, OpenRequests } from "../../ports/open-requests.ts";
import { type ChangeRecord, readChange } from "./change-requests.ts";
import { type HubRecord, readHub } from "./hub-rows.ts";
import { readPage } from "./pages.ts";

type OpenRecord = { hub_id: string; change_id: string | null; since: number; sent_back: number };

/** What waits for governance, in SQLite. */
export function createOpenRequests(knex: Knex): OpenRequests {
  const open = () =>
    knex
      .from(
        knex("hubs")
          .where("decision", "pending")
          .select(
            "id as hub_id",
            knex.raw("null as change_id"),
            "created_at as since",
            knex.raw("question is not null as sent_back"),
          )
          .unionAll(
            knex("change_requests")
              .where("status", "open")
              .select(
                "hub_id",
                "id as change_id",
                "created_at as since",
                knex.raw("question is not null as sent_back"),
              ),
          )
          .as("open_requests"),
      )
      .clone();
  return {
    async list(ask) {
      const page = await readPage<OpenRecord, OpenRecord>(
        open().select("*").orderBy("sent_back").orderBy("since").orderBy("hub_id"),
        open(),
        ask,
        (row) => row,
      );
      const hubs: (HubRecord & { teacher_name: string })[] = await knex("hubs")
        .join("people", "people.id", "hubs.teacher_id")
        .whereIn(
          "hubs.id",
          page.items.map((row) => row.hub_id),
        )
        .select("hubs.*", { teacher_name: "people.name" });
      const changes: ChangeRecord[] = await knex("change_requests").whereIn(
        "id",
        page.items.map((row) => row.change_id).filter((id) => id !== null),
      );
      const items = page.items.flatMap((row): OpenRequest[] => {
        const hub = hubs.find((each) => each.id === row.hub_id);
        const change = changes.find((each) => each.id === row.change_id);
        // Decided between the statements.
        if (hub === undefined || (row.change_id !== null && change === undefined)) return [];
        return [
          {
            hub: readHub(hub),
            change: change === undefined ? null : readChange(change),
            teacherName: hub.teacher_name,
            since: new Date(row.since),
            sentBack: row.sent_back !== 0,
          },
        ];
      });
      return { ...page, items };
    },
    async count() {
      const rows: { sent_back: number; total: number }[] = await open()
        .select("sent_back")
        .count({ total: "*" })
        .groupBy("sent_back");
      const of = (sentBack: number) => rows.find((row) => row.sent_back === sentBack)?.total ?? 0;
      return { waiting: of(0), sentBack: of(1) };
    },
  };
}
