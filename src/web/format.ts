import type { CalendarDate, UsagePeriod } from "../domain/usage-period.ts";
import { remember } from "./remember.ts";

/** How dates, moments and numbers are written on pages. */
export type Format = {
  /** "24 November 2026" */
  date(date: CalendarDate): string;
  /** "24 Nov 2026", where there is little room. */
  shortDate(date: CalendarDate): string;
  /** The day of a moment. */
  day(at: Date): string;
  /** The same, where there is little room. */
  shortDay(at: Date): string;
  /** "24 November 2026 at 12:03" */
  moment(at: Date): string;
  /** "24 Nov 2026, 12:03", where there is little room. */
  shortMoment(at: Date): string;
  period(period: UsagePeriod): string;
  /** "14 Nov 2026 – 31 Mar 2027", for tables. */
  shortPeriod(period: UsagePeriod): string;
  /** With thousands separated and at most two decimals. */
  number(value: number): string;
  /** "3 days ago" for lists of what waits. */
  age(from: Date, now: Date): string;
};

/** Takes the institution's IANA zone. */
export function createFormat(timeZone: string): Format {
  const long = { day: "numeric", month: "long", year: "numeric" } as const;
  const plainDate = new Intl.DateTimeFormat("en-GB", { ...long, timeZone: "UTC" });
  const shortDate = new Intl.DateTimeFormat("en-GB", { ...long, month: "short", timeZone: "UTC" });
  const zonedShortDate = new Intl.DateTimeFormat("en-GB", { ...long, month: "short", timeZone });
  const zonedDate = new Intl.DateTimeFormat("en-GB", { ...long, timeZone });
  const zonedTime = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone });
  const decimal = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 2 });
  // A page with a timeline writes hundreds of dates, most of them of few days.
  const date = remember(2000, (text: CalendarDate) => plainDate.format(new Date(`${text}T12:00:00Z`)));
  const shortDateOf = remember(2000, (text: CalendarDate) => shortDate.format(new Date(`${text}T12:00:00Z`)));
  const momentIn = remember(5000, (minute: number) => {
    const at = new Date(minute * 60_000);
    return `${zonedDate.format(at)} at ${zonedTime.format(at)}`;
  });
  return {
    date,
    shortDate: shortDateOf,
    day: (at) => zonedDate.format(at),
    shortDay: (at) => zonedShortDate.format(at),
    moment: (at) => momentIn(Math.floor(at.getTime() / 60_000)),
    shortMoment: (at) => `${zonedShortDate.format(at)}, ${zonedTime.format(at)}`,
    period: ({ start, end }) => (start === end ? date(start) : `${date(start)} to ${date(end)}`),
    shortPeriod: ({ start, end }) =>
      start === end ? shortDateOf(start) : `${shortDateOf(start)} – ${shortDateOf(end)}`,
    number: (value) => decimal.format(value),
    age(from, now) {
      const hours = Math.floor((now.getTime() - from.getTime()) / 3_600_000);
      if (hours < 1) return "less than an hour";
      if (hours < 48) return hours === 1 ? "1 hour" : `${hours} hours`;
      return `${Math.floor(hours / 24)} days`;
    },
  };
}
