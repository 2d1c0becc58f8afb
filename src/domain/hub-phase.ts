import type { Hub } from "./hub.ts";
import type { CalendarDate } from "./usage-period.ts";

/**
 * What one word says about a hub to a person: decision, deployment and date together. For showing and searching
 * only; what is done follows from `wanted`.
 */
export const hubPhases = [
  "pending",
  "declined",
  "cancelled",
  "scheduled",
  "deploying",
  "deployed",
  "failed",
  "removing",
  "removed",
] as const;
export type HubPhase = (typeof hubPhases)[number];

type Facts = Pick<Hub, "decision" | "deployment" | "degradeRequestedAt" | "period">;

/** Takes a hub and today's date; returns its phase. */
export function phaseOf(hub: Facts, today: CalendarDate): HubPhase {
  if (hub.deployment === "removed") return hub.decision === "cancelled" ? "cancelled" : "removed";
  if (hub.decision === "pending") return "pending";
  if (hub.decision === "declined") return "declined";
  if (hub.decision === "cancelled") return "cancelled";
  if (hub.deployment === "failed") return "failed";
  if (hub.deployment === "removing" || hub.degradeRequestedAt !== null || today > hub.period.end) return "removing";
  return hub.deployment === "none" ? "scheduled" : hub.deployment;
}
