import type { Knex } from "knex";
import { type HubPhase, hubPhases } from "../../domain/hub-phase.ts";
import type { CalendarDate } from "../../domain/usage-period.ts";
import type { FoundHub, HubFinder, HubOrder, HubSearch } from "../../ports/hub-search.ts";
import { hubList, type ListRecord, readRow } from "./hubs.ts";
import { containing, readPage } from "./pages.ts";

type FoundRecord = ListRecord & { teacher_username: string; teacher_email: string };

/** Looks through all hubs, in SQLite. */
export function createHubFinder(knex: Knex): HubFinder {
  const matching = (search: HubSearch) => narrow(knex, knex("hubs"), search);
  return {
    async find(search, order, ask) {
      // First which ones, in order; then what is shown of them. Otherwise people are counted for every hub there is.
      const ids = matching(search).select("hubs.id");
      if (order.by === "teacher") ids.join("people", "people.id", "hubs.teacher_id");
      sort(ids, order, search.today);
      const page = await readPage<{ id: string }, string>(ids, matching(search), ask, (row) => row.id);
      const rows: FoundRecord[] = await hubList(knex)
        .select({ teacher_username: "people.username", teacher_email: "people.email" })
        .whereIn("hubs.id", page.items);
      const found = new Map(rows.map((row) => [row.id, row]));
      return { ...page, items: page.items.flatMap((id) => found.get(id) ?? []).map(readFound) };
    },
    async count(search) {
      const rows: { total: number }[] = await matching(search).count({ total: "*" });
      return rows[0]?.total ?? 0;
    },
  };
}

const readFound = (row: FoundRecord): FoundHub => ({
  ...readRow(row),
  teacherUsername: row.teacher_username,
  teacherEmail: row.teacher_email,
});

function narrow(knex: Knex, query: Knex.QueryBuilder, search: HubSearch): Knex.QueryBuilder {
  const like = (column: string, text: string) => knex.raw("?? like ? escape '\\'", [column, containing(text)]);
  const teachers = (columns: string[], text: string) =>
    knex("people")
      .select("id")
      .where((any) => {
        for (const column of columns) any.orWhere(like(column, text));
      });
  const text = search.text.trim();
  const teacher = search.teacher.trim();
  if (search.phase !== null) inPhase(query, search.phase, search.today);
  if (search.from !== null) query.where("hubs.end_date", ">=", search.from);
  if (search.to !== null) query.where("hubs.start_date", "<=", search.to);
  if (search.endsBy !== null) query.where("hubs.end_date", "<=", search.endsBy);
  if (teacher !== "") query.whereIn("hubs.teacher_id", teachers(["name", "username", "email"], teacher));
  if (text !== "") {
    query.where((either) =>
      either
        .where(like("hubs.name", text))
        .orWhere(like("hubs.slug", text))
        .orWhere(like("hubs.description", text))
        .orWhereIn("hubs.teacher_id", teachers(["name", "username"], text)),
    );
  }
  return query;
}

function sort(query: Knex.QueryBuilder, { by, descending }: HubOrder, today: CalendarDate): void {
  const direction = descending ? "desc" : "asc";
  if (by === "name") query.orderByRaw(`hubs.name collate nocase ${direction}`);
  if (by === "teacher") query.orderByRaw(`people.name collate nocase ${direction}`);
  if (by === "state") query.orderByRaw(`(${phaseNumber}) ${direction}`, [today]);
  if (by === "start") query.orderBy("hubs.start_date", direction);
  if (by === "end") query.orderBy("hubs.end_date", direction);
  query.orderBy("hubs.created_at", by === "created" ? direction : "desc").orderBy("hubs.id");
}

const number = (phase: HubPhase) => hubPhases.indexOf(phase);

/** Place of a hub's phase in `hubPhases`; the same as `phaseOf` (domain/hub-phase.ts), which a test looks after. */
const phaseNumber = `case
  when hubs.deployment = 'removed' and hubs.decision <> 'cancelled' then ${number("removed")}
  when hubs.decision = 'pending' then ${number("pending")}
  when hubs.decision = 'declined' then ${number("declined")}
  when hubs.decision = 'cancelled' then ${number("cancelled")}
  when hubs.deployment = 'failed' then ${number("failed")}
  when hubs.deployment = 'removing' or hubs.degrade_requested_at is not null or hubs.end_date < ? then ${number("removing")}
  when hubs.deployment = 'none' then ${number("scheduled")}
  when hubs.deployment = 'deploying' then ${number("deploying")}
  else ${number("deployed")} end`;

/** The same as `phaseOf` (domain/hub-phase.ts), as a condition; a test holds both against each other. */
function inPhase(query: Knex.QueryBuilder, phase: HubPhase, today: CalendarDate): void {
  const live = () => query.where("hubs.decision", "accepted").whereNot("hubs.deployment", "removed");
  const staying = () =>
    live().whereNull("hubs.degrade_requested_at").where("hubs.end_date", ">=", today).whereNot({
      "hubs.deployment": "removing",
    });
  switch (phase) {
    case "pending":
    case "declined":
      query.where("hubs.decision", phase).whereNot("hubs.deployment", "removed");
      return;
    case "cancelled":
      query.where("hubs.decision", phase);
      return;
    case "removed":
      query.where("hubs.deployment", "removed").whereNot("hubs.decision", "cancelled");
      return;
    case "failed":
      live().where("hubs.deployment", "failed");
      return;
    case "removing":
      live()
        .whereNot("hubs.deployment", "failed")
        .where((going) =>
          going
            .where("hubs.deployment", "removing")
            .orWhereNotNull("hubs.degrade_requested_at")
            .orWhere("hubs.end_date", "<", today),
        );
      return;
    case "scheduled":
      staying().where("hubs.deployment", "none");
      return;
    case "deploying":
    case "deployed":
      staying().where("hubs.deployment", phase);
      return;
  }
}
