import { Invalid } from "../domain/errors.ts";

/** Longest reason, question or comment, in characters as people count them. */
export const longestText = 1000;

/**
 * Takes a reason, question or comment as typed. What is too long for a mail is refused and not cut, since the end may be
 * what matters.
 * @param field where the fault belongs
 * @param name what it is called in a fault, such as "The reason"
 * @param missing what to say when it is empty; null when it may be
 * @returns the text without white space around it; null when it is empty
 * @throws Invalid
 */
export function readText(typed: string, field: string, name: string, missing: string | null): string | null {
  // Browsers send CRLF, which would count twice.
  const text = typed.replace(/\r\n?/g, "\n").trim();
  if (text === "" && missing !== null) throw new Invalid([{ field, message: missing }]);
  if ([...text].length > longestText) {
    throw new Invalid([{ field, message: `${name} must have at most 1,000 characters` }]);
  }
  return text === "" ? null : text;
}
