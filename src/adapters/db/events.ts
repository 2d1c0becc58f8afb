import type { Knex } from "knex";
import type { HubEvent } from "../../domain/hub-event.ts";
import type { HubEvents } from "../../ports/store.ts";

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
  return {
    async add({ hubId, at, actorId, subjectId, ...plain }) {
      const row = { ...plain, hub_id: hubId, at: at.getTime(), actor_id: actorId, subject_id: subjectId };
      await knex("hub_events").insert(row);
    },
    async ofHub(hubId, limit) {
      type Named = EventRecord & { actor_name: string | null; subject_name: string | null };
      const rows: Named[] = await knex("hub_events")
        .leftJoin({ actor: "people" }, "actor.id", "hub_events.actor_id")
        .leftJoin({ subject: "people" }, "subject.id", "hub_events.subject_id")
        .where("hub_events.hub_id", hubId)
        .orderBy("hub_events.id", "desc")
        .limit(limit)
        .select("hub_events.*", { actor_name: "actor.name", subject_name: "subject.name" });
      return rows.map((row) => ({ ...readEvent(row), actorName: row.actor_name, subjectName: row.subject_name }));
    },
  };
}
