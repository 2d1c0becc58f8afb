import type { Hub } from "./hub.ts";

/** How many of the seats that governance granted are left. Never below 0. */
export function freeSeats(hub: Pick<Hub, "usage">, taken: number): number {
  return Math.max(0, hub.usage.participants - taken);
}

/**
 * Place on the waiting list, from 1; null while a seat is left for the application.
 * @param ahead how many applications that wait were made before it
 */
export function waitingPlace(ahead: number, free: number): number | null {
  return ahead < free ? null : ahead - free + 1;
}
