import { z } from "zod";
import type { FieldFault } from "../../domain/errors.ts";
import { type CalendarDate, isCalendarDate } from "../../domain/usage-period.ts";

/** Two dates of a filter as typed; either may be left out. */
export const dateSpan = { from: z.string().max(40).catch(""), to: z.string().max(40).catch("") };

export type DateSpan = { from: CalendarDate | null; to: CalendarDate | null };

/** Takes the dates as typed. Returns them, null for none, and a fault for each field that cannot be used. */
export function readDateSpan(typed: { from: string; to: string }): { span: DateSpan; faults: FieldFault[] } {
  const from = typed.from.trim();
  const to = typed.to.trim();
  const faults: FieldFault[] = [];
  for (const [field, text] of Object.entries({ from, to })) {
    if (text !== "" && !isCalendarDate(text)) {
      faults.push({ field, message: "Enter a real date, such as 2027-04-01" });
    }
  }
  if (faults.length === 0 && from !== "" && to !== "" && to < from) {
    faults.push({ field: "to", message: "The second date must be the first one or later" });
  }
  return { span: { from: from || null, to: to || null }, faults };
}
