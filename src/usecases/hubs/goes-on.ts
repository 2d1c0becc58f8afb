import type { Hub } from "../../domain/hub.ts";
import type { CalendarDate } from "../../domain/usage-period.ts";

/** Whether a hub is asked for, coming or there: not declined, cancelled, over or going away. */
export function goesOn(hub: Hub, today: CalendarDate): boolean {
  if (hub.decision !== "pending" && hub.decision !== "accepted") return false;
  if (hub.deployment === "removing" || hub.deployment === "removed" || hub.degradeRequestedAt !== null) return false;
  return hub.decision === "pending" || today <= hub.period.end;
}
