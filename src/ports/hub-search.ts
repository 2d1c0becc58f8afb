import type { HubPhase } from "../domain/hub-phase.ts";
import type { CalendarDate } from "../domain/usage-period.ts";
import type { HubRow, Page, PageAsk } from "./store.ts";

/** What hubs are looked for by; all of it must fit. */
export type HubSearch = {
  /** Part of name, slug or description, or of the teacher's name or username; empty for all. */
  text: string;
  /** Part of the teacher's name, username or e-mail address; empty for all. */
  teacher: string;
  phase: HubPhase | null;
  /** Whose usage period has a day that is not before or after these; null for no bound. */
  from: CalendarDate | null;
  to: CalendarDate | null;
  /** Whose end date is this or earlier; null for any. */
  endsBy: CalendarDate | null;
  today: CalendarDate;
};

export const hubOrders = ["name", "state", "teacher", "start", "end", "created"] as const;
/** By what a list of hubs is sorted. States are in the order of a hub's life (domain/hub-phase.ts). */
export type HubOrder = { by: (typeof hubOrders)[number]; descending: boolean };

export type FoundHub = HubRow & { teacherUsername: string; teacherEmail: string };

/** Looks through all hubs. */
export interface HubFinder {
  find(search: HubSearch, order: HubOrder, ask: PageAsk): Promise<Page<FoundHub>>;
  count(search: HubSearch): Promise<number>;
}
