import type { Knex } from "knex";
import type { AuditEvent, AuditFilter, AuditLog, AuditPlace } from "../../ports/audit.ts";
import { type EventRecord, readEvent } from "./events.ts";
import { containing } from "./pages.ts";

type AuditRecord = EventRecord & {
  id: number;
  actor_name: string | null;
  actor_username: string | null;
  subject_name: string | null;
  subject_username: string | null;
  hub_name: string | null;
  hub_slug: string | null;
};

/** Up to this many people or hubs, their events are looked up one by one; beyond, the log is read from its end. */
const few = 1000;
/** Ids when they are few, a query for them when they are many. */
type Chosen = { ids: string[] } | { query: Knex.QueryBuilder };

/** The events of all hubs and people, in SQLite. */
export function createAuditLog(knex: Knex): AuditLog {
  const containsIn = (table: string, names: string[], text: string) =>
    knex(table)
      .select("id")
      .where((any) => {
        for (const name of names) any.orWhereRaw("?? like ? escape '\\'", [name, containing(text)]);
      });
  /** Null for no condition. */
  const choose = async (table: string, names: string[], text: string): Promise<Chosen | null> => {
    if (text.trim() === "") return null;
    const query = containsIn(table, names, text.trim());
    const rows: { id: string }[] = await query.clone().limit(few + 1);
    return rows.length <= few ? { ids: rows.map(({ id }) => id) } : { query };
  };

  return {
    async list(filter, after, limit) {
      const people =
        filter.personId === null
          ? await choose("people", ["name", "username", "email"], filter.person)
          : { ids: [filter.personId] };
      const hubs = await choose("hubs", ["name", "slug"], filter.hub);
      const found: { id: number }[] = await eventIds(knex, people, hubs, (ids) => narrow(ids, filter, after)).limit(
        limit,
      );
      const rows: AuditRecord[] = await knex("hub_events")
        .whereIn(
          "hub_events.id",
          found.map(({ id }) => id),
        )
        .leftJoin({ actor: "people" }, "actor.id", "hub_events.actor_id")
        .leftJoin({ subject: "people" }, "subject.id", "hub_events.subject_id")
        .leftJoin("hubs", "hubs.id", "hub_events.hub_id")
        .orderBy("hub_events.at", "desc")
        .orderBy("hub_events.id", "desc")
        .select("hub_events.*", {
          actor_name: "actor.name",
          actor_username: "actor.username",
          subject_name: "subject.name",
          subject_username: "subject.username",
          hub_name: "hubs.name",
          hub_slug: "hubs.slug",
        });
      return rows.map(readAudit);
    },
  };
}

/** Ids of events, the newest first. Reads few events where few people or hubs are chosen, else from the end on. */
function eventIds(
  knex: Knex,
  people: Chosen | null,
  hubs: Chosen | null,
  narrowed: (ids: Knex.QueryBuilder) => void,
): Knex.QueryBuilder {
  const events = knex("hub_events").select("id");
  const ids = knex.select("event.id").orderBy("event.at", "desc").orderBy("event.id", "desc");
  // A cross join keeps its order in SQLite (sqlite.org/optoverview.html, section 8.1): each event by its id.
  const among = (hit: Knex.QueryBuilder) =>
    ids.with("hit", hit).from("hit").joinRaw("cross join hub_events as event on event.id = hit.id");
  if (people !== null && "ids" in people) {
    among(
      events.whereIn("actor_id", people.ids).union(knex("hub_events").select("id").whereIn("subject_id", people.ids)),
    );
  } else if (hubs !== null && "ids" in hubs) among(events.whereIn("hub_id", hubs.ids));
  else ids.from({ event: "hub_events" });
  // A plus keeps SQLite from reading all events of all those people or hubs before it sorts them.
  if (people !== null && "query" in people) {
    ids.whereRaw("(+event.actor_id in (?) or +event.subject_id in (?))", [people.query, people.query.clone()]);
  }
  if (hubs !== null) {
    if ("ids" in hubs) ids.whereIn("event.hub_id", hubs.ids);
    else ids.whereRaw("+event.hub_id in (?)", [hubs.query]);
  }
  narrowed(ids);
  return ids;
}

function narrow(ids: Knex.QueryBuilder, { kind, from, until }: AuditFilter, after: AuditPlace | null): void {
  if (kind !== null) ids.where("event.kind", kind);
  if (from !== null) ids.where("event.at", ">=", from.getTime());
  if (until !== null) ids.where("event.at", "<", until.getTime());
  if (after !== null) ids.whereRaw("(event.at, event.id) < (?, ?)", [after.at.getTime(), after.id]);
}

const readAudit = (row: AuditRecord): AuditEvent => ({
  ...readEvent(row),
  id: row.id,
  actorName: row.actor_name,
  actorUsername: row.actor_username,
  subjectName: row.subject_name,
  subjectUsername: row.subject_username,
  hubName: row.hub_name,
  hubSlug: row.hub_slug,
});
