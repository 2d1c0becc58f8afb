import type { UsageTotal } from "./expected-usage.ts";
import { addDays, type CalendarDate, type UsagePeriod } from "./usage-period.ts";

/** What a hub takes of the cluster, on each day on which it exists. */
export type Reservation = { days: UsagePeriod; total: UsageTotal };

/** Days in a row on which the sums are the same. */
export type CapacityInterval = { days: UsagePeriod; others: UsageTotal; together: UsageTotal };

export const resources = ["ramGib", "cpus", "storageGib", "gpus"] as const satisfies readonly (keyof UsageTotal)[];
export type Resource = (typeof resources)[number];

const nothing: UsageTotal = { ramGib: 0, cpus: 0, storageGib: 0, gpus: 0 };

/**
 * What all hubs reserve on each day of a span, with and without one of them: the sums change only on a day on which a
 * hub begins or the day after one ends, so the span is cut there.
 * @param span first and last day to look at
 * @param others all hubs but the one in question
 * @returns intervals that follow one another without a gap and fill the span
 */
export function reservedOver(span: UsagePeriod, own: Reservation, others: readonly Reservation[]): CapacityInterval[] {
  // Many hubs end on the same days, and reckoning with dates costs more than all else here.
  const dayAfter = remembering((date: CalendarDate) => addDays(date, 1));
  const changes = new Map<CalendarDate, { others: UsageTotal; own: UsageTotal }>();
  const change = (date: CalendarDate, whose: "others" | "own", total: UsageTotal, sign: 1 | -1) => {
    const at = changes.get(date) ?? { others: nothing, own: nothing };
    changes.set(date, { ...at, [whose]: add(at[whose], total, sign) });
  };
  const take = (whose: "others" | "own", { days, total }: Reservation) => {
    if (days.end < span.start || days.start > span.end) return;
    change(days.start < span.start ? span.start : days.start, whose, total, 1);
    if (days.end < span.end) change(dayAfter(days.end), whose, total, -1);
  };
  take("own", own);
  for (const other of others) take("others", other);

  const dates = [...new Set([span.start, ...changes.keys()])].sort();
  let sums = { others: nothing, own: nothing };
  return dates.map((start, index) => {
    const at = changes.get(start);
    if (at !== undefined) sums = { others: add(sums.others, at.others, 1), own: add(sums.own, at.own, 1) };
    const next = dates[index + 1];
    const end = next === undefined ? span.end : addDays(next, -1);
    return { days: { start, end }, others: sums.others, together: add(sums.others, sums.own, 1) };
  });
}

/** The most of each resource that is reserved on one day. */
export function peakOf(totals: readonly UsageTotal[]): UsageTotal {
  return totals.reduce(
    (peak, total) => ({
      ramGib: Math.max(peak.ramGib, total.ramGib),
      cpus: Math.max(peak.cpus, total.cpus),
      storageGib: Math.max(peak.storageGib, total.storageGib),
      gpus: Math.max(peak.gpus, total.gpus),
    }),
    nothing,
  );
}

/** Days in a row on which more of a resource is reserved than there is. */
export type Overbooking = {
  resource: Resource;
  days: UsagePeriod;
  /** The most that is reserved on one of these days. */
  most: number;
  /** Whether there is too much on each of these days even without the hub in question. */
  without: boolean;
};

/**
 * Finds the days on which the capacity is not enough. A resource without a capacity is never overbooked: the provider
 * did not say how much there is.
 * @param intervals as `reservedOver` gives them
 */
export function overbookedIn(intervals: readonly CapacityInterval[], capacity: Partial<UsageTotal>): Overbooking[] {
  const found: Overbooking[] = [];
  for (const resource of resources) {
    const limit = capacity[resource];
    if (limit === undefined) continue;
    let open: Overbooking | null = null;
    for (const { days, others, together } of intervals) {
      const most = together[resource];
      const without = others[resource] > limit;
      if (most <= limit) open = null;
      else if (open !== null && open.without === without) {
        open.days = { start: open.days.start, end: days.end };
        open.most = Math.max(open.most, most);
      } else {
        open = { resource, days, most, without };
        found.push(open);
      }
    }
  }
  return found;
}

function remembering<Key, Value>(work: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    const value = known.get(key) ?? work(key);
    known.set(key, value);
    return value;
  };
}

/** Rounded, so that what was added and taken away again leaves nothing behind. */
function add(a: UsageTotal, b: UsageTotal, sign: 1 | -1): UsageTotal {
  const sum = (key: Resource) => Math.round((a[key] + sign * b[key]) * 1e6) / 1e6;
  return { ramGib: sum("ramGib"), cpus: sum("cpus"), storageGib: sum("storageGib"), gpus: sum("gpus") };
}
