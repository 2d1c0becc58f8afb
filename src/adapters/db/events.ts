import type { Knex } from "knex";
import type { HubEvent } from "../../domain/hub-event.ts";
import type { HubEvents } from "../../ports/store.ts";
import { readPage } from "./pages.ts";

/** A row of `hub_events`. */
export type EventRecord = Omit<HubEvent, "hubId" | "at" | "actorId" | "subjectId"> & {
  hub_id: string | null;
  at: number;
  actor_id: string | null;
  subject_id: string | null;
};

/** Reads a row. */
export function readEvent(row: EventRecord): HubEvent {
  return {
    hubId: row.hub_id,
    at: new Date(row.at),
    kind: row.kind,
    actorId: row.actor_id,
    subjectId: row.subject_id,
    from: row.from,
    to: row.to,
    reason: row.reason,
  };
}

/** The timeline of each hub, in SQLite. */
export function createEvents(knex: Knex): HubEvents {
  type Named = EventRecord & { actor_name: string | null; subject_name: string | null };
  const read = (row: Named) => ({ ...readEvent(row), actorName: row.actor_name, subjectName: row.subject_name });
  const listOf = (hubId: string) =>
    knex("hub_events")
      .leftJoin({ actor: "people" }, "actor.id", "hub_events.actor_id")
      .leftJoin({ subject: "people" }, "subject.id", "hub_events.subject_id")
      .where("hub_events.hub_id", hubId)
      .orderBy("hub_events.id", "desc")
      .select("hub_events.*", { actor_name: "actor.name", subject_name: "subject.name" });
  return {
    async add({ hubId, at, actorId, subjectId, ...plain }) {
      const row = { ...plain, hub_id: hubId, at: at.getTime(), actor_id: actorId, subject_id: subjectId };
      await knex("hub_events").insert(row);
    },
    async ofHub(hubId, limit) {
      const rows: Named[] = await listOf(hubId).limit(limit);
      return rows.map(read);
    },
    pageOfHub: (hubId, ask) => readPage(listOf(hubId), knex("hub_events").where("hub_id", hubId), ask, read),
  };
}
