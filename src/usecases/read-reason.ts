import { readText } from "./read-text.ts";

/**
 * Takes a reason as typed; returns it without space around it, or null when there is none.
 * @throws Invalid for the field `reason`
 */
export function readReason(typed: string): string | null {
  return readText(typed, "reason", "The reason", null);
}
