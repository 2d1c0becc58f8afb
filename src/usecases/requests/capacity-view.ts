import {
  type CapacityInterval,
  type Overbooking,
  overbookedIn,
  peakOf,
  type Reservation,
  type Resource,
  reservedOver,
  resources,
} from "../../domain/capacity.ts";
import { type ExpectedUsage, totalOf, type UsageTotal } from "../../domain/expected-usage.ts";
import { addDays, type UsagePeriod } from "../../domain/usage-period.ts";
import { type Core, todayOf } from "../core.ts";

/** What the cluster has to give while a hub exists, with and without it. */
export type CapacityView = {
  /** The days that are looked at: those on which the hub exists, from today on. */
  span: UsagePeriod;
  intervals: CapacityInterval[];
  /** What the hub itself reserves, and the most that is reserved on one day. */
  own: UsageTotal;
  peak: { others: UsageTotal; together: UsageTotal };
  overbooked: Overbooking[];
  capacity: Partial<UsageTotal>;
  /** The resources that matter here: GPUs only when somebody has some. */
  shown: Resource[];
};

/** A hub as it is, or as somebody proposes that it be. */
export type ProposedHub = { usage: ExpectedUsage; period: UsagePeriod; exceptHubId: string | null };

/**
 * Adds up what is reserved on each day on which a hub would exist: from its start date, earlier by the lead days, to
 * its end date. Days that are past are left out, because hubs of that time may be gone.
 * For use cases that have made sure that the actor may see it.
 * @param proposed usage and period to try, and the hub they are for, whose present reservation is left out
 */
export async function capacityView(core: Core, proposed: ProposedHub): Promise<CapacityView> {
  const { capacity, leadDays } = core.rules;
  const days = existing(proposed.period, leadDays);
  const today = todayOf(core);
  const span = days.start < today && today <= days.end ? { start: today, end: days.end } : days;
  const own = totalOf(proposed.usage);
  const others = await reservations(core, span, proposed.exceptHubId);
  const intervals = reservedOver(span, { days, total: own }, others);
  const together = peakOf(intervals.map((interval) => interval.together));
  return {
    span,
    intervals,
    own,
    peak: { others: peakOf(intervals.map((interval) => interval.others)), together },
    overbooked: overbookedIn(intervals, capacity),
    capacity,
    shown: shownOf(core, together),
  };
}

/** What is reserved today, of what there is. */
export async function capacityToday(
  core: Core,
): Promise<Pick<CapacityView, "capacity" | "shown"> & { used: UsageTotal }> {
  const day = { start: todayOf(core), end: todayOf(core) };
  const nobody = { days: day, total: peakOf([]) };
  const used = peakOf(reservedOver(day, nobody, await reservations(core, day, null)).map(({ others }) => others));
  return { used, capacity: core.rules.capacity, shown: shownOf(core, used) };
}

async function reservations(core: Core, span: UsagePeriod, exceptHubId: string | null): Promise<Reservation[]> {
  const { leadDays } = core.rules;
  const reach = { start: span.start, end: addDays(span.end, leadDays) };
  const found = await core.store.reservations.during(reach, exceptHubId);
  return found.map(({ period, usage }) => ({ days: existing(period, leadDays), total: totalOf(usage) }));
}

/** The days on which a hub with this usage period exists. */
function existing({ start, end }: UsagePeriod, leadDays: number): UsagePeriod {
  return { start: leadDays === 0 ? start : addDays(start, -leadDays), end };
}

function shownOf({ rules }: Core, most: UsageTotal): Resource[] {
  const gpus = most.gpus > 0 || rules.limits.gpus.max > 0 || (rules.capacity.gpus ?? 0) > 0;
  return resources.filter((resource) => resource !== "gpus" || gpus);
}
