import type { Actor } from "../../domain/actor.ts";
import type { Core } from "../core.ts";
import { countHubs } from "../hubs/search-hubs.ts";
import { type CapacityView, capacityToday } from "../requests/capacity-view.ts";
import { mustGovern } from "./must-govern.ts";

export type Overview = {
  /** Requests and change requests that wait for governance. */
  waiting: number;
  /** Since when the oldest of them waits; null when none does. */
  oldestSince: Date | null;
  /** Those that wait for an answer of the teacher. */
  sentBack: number;
  deployed: number;
  failed: number;
  expiring: number;
  mails: { unsent: number; failing: number; givenUp: number };
  capacity: Pick<CapacityView, "capacity" | "shown"> & { used: CapacityView["own"] };
};

/** What needs governance, and how the hubs are today. Throws `Forbidden` unless the actor governs. */
export async function showAdministration(core: Core, actor: Actor): Promise<Overview> {
  mustGovern(actor);
  const { openRequests, unsentMails } = core.store;
  const [{ waiting, sentBack }, oldest, deployed, failed, expiring, mails, capacity] = await Promise.all([
    openRequests.count(),
    openRequests.list({ page: 1, size: 1 }),
    countHubs(core, "deployed"),
    countHubs(core, "failed"),
    countHubs(core, "expiring"),
    unsentMails.count(),
    capacityToday(core),
  ]);
  // Those that were sent back come last, so the first one waits for governance if any does.
  const oldestSince = waiting > 0 ? (oldest.items[0]?.since ?? null) : null;
  return { waiting, oldestSince, sentBack, deployed, failed, expiring, mails, capacity };
}
