import type { ReminderDays } from "../domain/end-reminder.ts";
import type { CalendarDate } from "../domain/usage-period.ts";

/** Which reminders of a hub's end were written. An end date that is moved is another end. */
export interface Reminders {
  /** Notes a reminder down. Returns false when it was noted before. */
  note(hubId: string, end: CalendarDate, days: ReminderDays): Promise<boolean>;
}
