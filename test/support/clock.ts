import type { Clock } from "../../src/ports/clock.ts";

/** A clock that stands still until it is moved. */
export type HeldClock = Clock & { set(to: Date | string): void; advance(ms: number): void };

/** Takes a moment as ISO 8601; returns a clock held there. */
export function holdClock(at: string): HeldClock {
  let now = new Date(at);
  return {
    now: () => new Date(now),
    set(to) {
      now = new Date(to);
    },
    advance(ms) {
      now = new Date(now.getTime() + ms);
    },
  };
}

export const hourMs = 60 * 60 * 1000;
export const dayMs = 24 * hourMs;
