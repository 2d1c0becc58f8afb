import type { HubEvent, HubEventKind } from "../domain/hub-event.ts";

/** What events are looked for by; all of it must fit. */
export type AuditFilter = {
  /** Id of who did it or whom it concerns; null for anybody. */
  personId: string | null;
  /** Part of such a person's name, username or e-mail address; empty for anybody. */
  person: string;
  /** Part of the hub's name or slug; empty for all, also those that concern no hub. */
  hub: string;
  kind: HubEventKind | null;
  /** First moment, and the first moment after; null for no bound. */
  from: Date | null;
  until: Date | null;
};

/** An event with the names of what is in it; null where there is none. */
export type AuditEvent = HubEvent & {
  id: number;
  actorName: string | null;
  actorUsername: string | null;
  subjectName: string | null;
  subjectUsername: string | null;
  hubName: string | null;
  hubSlug: string | null;
};

/** A place in the log: that of an event. */
export type AuditPlace = { at: Date; id: number };

/** The events of all hubs and people, to be read. They are added by `HubEvents` and never changed. */
export interface AuditLog {
  /**
   * The newest first.
   * @param after only events that come after this place in the list; null for the beginning
   */
  list(filter: AuditFilter, after: AuditPlace | null, limit: number): Promise<AuditEvent[]>;
}
