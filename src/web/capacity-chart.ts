import type { Resource } from "../domain/capacity.ts";
import { addDays, type CalendarDate, daysIn, type UsagePeriod } from "../domain/usage-period.ts";
import type { CapacityView } from "../usecases/requests/capacity-view.ts";
import type { Format } from "./format.ts";

export const resourceWords: Record<Resource, { label: string; unit: string }> = {
  ramGib: { label: "RAM", unit: "GiB" },
  cpus: { label: "CPUs", unit: "" },
  storageGib: { label: "Storage", unit: "GiB" },
  gpus: { label: "GPUs", unit: "" },
};

/** Heights in pixels; x and width in percent of the chart's width, so that text keeps its size on a narrow screen. */
export const chartSize = { top: 10, height: 120, foot: 30, axis: 84 };

export type ChartBar = {
  x: string;
  width: string;
  parts: { part: "others" | "own" | "over"; y: number; height: number }[];
};
export type CapacityChart = {
  resource: Resource;
  label: string;
  /** What there is to see, for those who do not see it. */
  sentence: string;
  bars: ChartBar[];
  /** Amounts beside the chart. */
  levels: { y: number; text: string }[];
  limit: number | null;
  dates: { x: string; anchor: "start" | "middle" | "end"; text: string }[];
};

/** An amount with its unit. */
export function amount(resource: Resource, value: number, format: Format): string {
  const { unit } = resourceWords[resource];
  return unit === "" ? format.number(value) : `${format.number(value)} ${unit}`;
}

/** A chart for each resource that is shown: what the other hubs and this one reserve, day by day. */
export function capacityCharts(view: CapacityView, format: Format): CapacityChart[] {
  return view.shown.map((resource) => chartOf(view, resource, format));
}

function chartOf(view: CapacityView, resource: Resource, format: Format): CapacityChart {
  const limit = view.capacity[resource];
  const peak = view.peak.together[resource];
  const top = Math.max(peak, limit ?? 0) * 1.05 || 1;
  const y = (value: number) => round(chartSize.top + chartSize.height * (1 - value / top));
  const days = daysIn(view.span);
  const percent = (date: CalendarDate) => round(((daysIn({ start: view.span.start, end: date }) - 1) / days) * 100);
  const bars = view.intervals.map(({ days: { start, end }, others, together }): ChartBar => {
    const low = others[resource];
    const high = together[resource];
    const full = limit ?? Number.POSITIVE_INFINITY;
    const parts: [ChartBar["parts"][number]["part"], number, number][] = [
      ["others", 0, Math.min(low, full)],
      ["own", Math.min(low, full), Math.min(high, full)],
      ["over", Math.min(high, full), high],
    ];
    return {
      x: `${percent(start)}%`,
      width: `${round((daysIn({ start, end }) / days) * 100)}%`,
      parts: parts
        .filter(([, from, to]) => to > from)
        .map(([part, from, to]) => ({ part, y: y(to), height: round(y(from) - y(to)) })),
    };
  });
  const levels = [{ y: y(0), text: "0" }];
  if (limit !== undefined) levels.push({ y: y(limit), text: amount(resource, limit, format) });
  if (levels.every((level) => Math.abs(level.y - y(peak)) > 14)) {
    levels.push({ y: y(peak), text: amount(resource, peak, format) });
  }
  const { label } = resourceWords[resource];
  const ofLimit = limit === undefined ? "" : ` of ${amount(resource, limit, format)}`;
  const without = amount(resource, view.peak.others[resource], format);
  return {
    resource,
    label,
    sentence: `At most ${amount(resource, peak, format)}${ofLimit} on one day with this hub, ${without} without it.`,
    bars,
    levels,
    limit: limit === undefined ? null : y(limit),
    dates: datesOf(view.span, percent, format),
  };
}

/** First and last day, and where there is room, months between. */
function datesOf(span: UsagePeriod, percent: (date: CalendarDate) => number, format: Format): CapacityChart["dates"] {
  const ends: CapacityChart["dates"] = [
    { x: "0%", anchor: "start", text: format.shortDate(span.start) },
    { x: "100%", anchor: "end", text: format.shortDate(span.end) },
  ];
  if (daysIn(span) === 1) return ends.slice(0, 1);
  const months: CalendarDate[] = [];
  for (let date = firstOfNextMonth(span.start); date <= span.end; date = firstOfNextMonth(date)) months.push(date);
  const roomy = months.filter((date) => percent(date) > 28 && percent(date) < 72);
  const middle = roomy[Math.floor(roomy.length / 2)];
  if (middle === undefined) return ends;
  return [...ends, { x: `${percent(middle)}%`, anchor: "middle", text: format.shortDate(middle) }];
}

function firstOfNextMonth(date: CalendarDate): CalendarDate {
  return `${addDays(`${date.slice(0, 7)}-28`, 4).slice(0, 7)}-01`;
}

const round = (value: number) => Math.round(value * 100) / 100;
