import type { FieldFault } from "./errors.ts";
import { type CalendarDate, isCalendarDate } from "./usage-period.ts";

/** A version of the provider's terms of use. Its text never changes once it is published. */
export type Terms = {
  version: number;
  markdown: string;
  /** From this moment on people are asked to accept it. */
  validFrom: Date;
  publishedAt: Date | null;
  /** Taken back before it became valid; it is never asked for. */
  withdrawnAt: Date | null;
};

/** The text that governance works on. */
export type TermsDraft = {
  markdown: string;
  /** Counts what was saved, so that two people do not save over each other. */
  revision: number;
  savedBy: string;
  savedAt: Date;
};

/** Who accepted which version, and when. */
export type TermsAcceptance = { personId: string; version: number; at: Date };

/** Longest text, in characters as JavaScript counts them. */
export const termsLength = { max: 50_000 } as const;

/** Takes a text as typed; returns what is wrong with it as one sentence, or null. */
export function termsFault(markdown: string): string | null {
  if (markdown.trim() === "") return "Enter the text of the terms of use";
  if (markdown.length > termsLength.max) {
    return `The text must have at most ${termsLength.max.toLocaleString("en-GB")} characters; it has ${markdown.length.toLocaleString("en-GB")}`;
  }
  return null;
}

/** Takes the date from which a version is to be valid, as typed; returns its fault, or null. */
export function validFromFault(typed: string, today: CalendarDate): FieldFault | null {
  const field = "validFrom";
  if (!isCalendarDate(typed)) return { field, message: "Enter the date as a real date, such as 2027-04-01" };
  return typed < today ? { field, message: "The date must be today or later" } : null;
}
