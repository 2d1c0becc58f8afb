import { Invalid } from "../domain/errors.ts";

/**
 * Takes a reason as typed; returns it without space around it, or null when there is none. What is too long for a
 * mail is refused and not cut, since the end may be what matters.
 * @throws Invalid for the field `reason`
 */
export function readReason(typed: string): string | null {
  const reason = typed.trim();
  if ([...reason].length > 1000) {
    throw new Invalid([{ field: "reason", message: "The reason must have at most 1,000 characters" }]);
  }
  return reason === "" ? null : reason;
}
