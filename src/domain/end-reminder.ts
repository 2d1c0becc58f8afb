import { addDays, type CalendarDate, type UsagePeriod } from "./usage-period.ts";

/** How many days before the end date whom is reminded. */
export const reminderDays = [30, 7, 1] as const;
export type ReminderDays = (typeof reminderDays)[number];

/** Participants are reminded when the end is near; teachers also while there is time to ask for more. */
export function remindsParticipants(days: ReminderDays): boolean {
  return days !== 30;
}

/**
 * The reminder that is due: the tightest one whose day has come. One whose day lay before the hub was open is left
 * out, so that a course of two weeks does not begin with a warning of its end.
 * @param openSince day from which the hub was or is open
 * @param today in the institution's time zone
 */
export function dueReminder(period: UsagePeriod, openSince: CalendarDate, today: CalendarDate): ReminderDays | null {
  if (today > period.end) return null;
  const due = reminderDays.filter((days) => {
    const day = addDays(period.end, -days);
    return day <= today && openSince <= day;
  });
  return due.at(-1) ?? null;
}
