import { DateTime } from "luxon";
import type { FieldFault } from "./errors.ts";

/** A calendar date as `YYYY-MM-DD`; comparing two as strings compares them as dates. */
export type CalendarDate = string;

/** First and last day, both inclusive, in the institution's time zone. */
export type UsagePeriod = { start: CalendarDate; end: CalendarDate };

/** Takes text and says whether it is a real calendar date written `YYYY-MM-DD`. */
export function isCalendarDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && DateTime.fromISO(text, { zone: "utc" }).isValid;
}

/** Dates that were asked for: every page asks for today's several times, and working one out takes a while. */
const datesIn = new Map<string, CalendarDate>();
/** No zone's day begins at any other time than a quarter of an hour of UTC. */
const quarterMs = 15 * 60 * 1000;

/** Takes a moment and an IANA zone; returns the date there. */
export function dateIn(zone: string, at: Date): CalendarDate {
  const key = `${zone} ${Math.floor(at.getTime() / quarterMs)}`;
  const known = datesIn.get(key);
  if (known !== undefined) return known;
  const date = DateTime.fromJSDate(at, { zone }).toISODate();
  if (date === null) throw new Error(`Not a time zone: ${zone}`);
  if (datesIn.size >= 1000) datesIn.clear();
  datesIn.set(key, date);
  return date;
}

/** Takes a date and a whole number of days, negative for earlier; returns the date then. */
export function addDays(date: CalendarDate, days: number): CalendarDate {
  const at = new Date(`${date}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return Number.isNaN(at.getTime()) ? date : at.toISOString().slice(0, 10);
}

/** How many days a period has, counting both ends. */
export function daysIn(period: UsagePeriod): number {
  const start = DateTime.fromISO(period.start, { zone: "utc" });
  return DateTime.fromISO(period.end, { zone: "utc" }).diff(start, "days").days + 1;
}

/** The first moment of a date in a zone. */
export function startOf(date: CalendarDate, zone: string): Date {
  return DateTime.fromISO(date, { zone }).startOf("day").toJSDate();
}

/** Whether two periods share a day. */
export function overlaps(a: UsagePeriod, b: UsagePeriod): boolean {
  return a.start <= b.end && b.start <= a.end;
}

/** The next semester that has not begun: 1 April to 30 September, or 1 October to 31 March. */
export function nextSemester(today: CalendarDate): UsagePeriod {
  const year = Number(today.slice(0, 4));
  if (today <= `${year}-04-01`) return { start: `${year}-04-01`, end: `${year}-09-30` };
  if (today <= `${year}-10-01`) return { start: `${year}-10-01`, end: `${year + 1}-03-31` };
  return { start: `${year + 1}-04-01`, end: `${year + 1}-09-30` };
}

export type PeriodRules = { today: CalendarDate; maxYearsAhead: number; maxDays: number };

/**
 * Checks a usage period as typed. Returns a fault a field, none when it is good.
 * `keepsStart` is the start date a hub already has: it may stay although it has passed.
 */
export function checkPeriod(period: UsagePeriod, rules: PeriodRules, keepsStart?: CalendarDate): FieldFault[] {
  const faults: FieldFault[] = [];
  const startOk = isCalendarDate(period.start);
  const endOk = isCalendarDate(period.end);
  if (!startOk) {
    faults.push({ field: "startDate", message: "Enter the start date as a real date, such as 2027-04-01" });
  } else if (period.start < rules.today && period.start !== keepsStart) {
    faults.push({ field: "startDate", message: "The start date must be today or later" });
  } else if (period.start > addYears(rules.today, rules.maxYearsAhead)) {
    faults.push({
      field: "startDate",
      message: `The start date must be at most ${rules.maxYearsAhead} years from today`,
    });
  }
  if (!endOk) {
    faults.push({ field: "endDate", message: "Enter the end date as a real date, such as 2027-09-30" });
  } else if (startOk && period.end < period.start) {
    faults.push({ field: "endDate", message: "The end date must be the start date or later" });
  } else if (endOk && period.end < rules.today) {
    faults.push({ field: "endDate", message: "The end date must be today or later" });
  } else if (startOk && daysIn(period) > rules.maxDays) {
    faults.push({ field: "endDate", message: `The usage period must be at most ${rules.maxDays} days` });
  }
  return faults;
}

function addYears(date: CalendarDate, years: number): CalendarDate {
  return DateTime.fromISO(date, { zone: "utc" }).plus({ years }).toISODate() ?? date;
}
