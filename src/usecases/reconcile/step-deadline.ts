import type { Core } from "../core.ts";

/** Whether a step that began at this moment has taken longer than these minutes. */
export const isOver = (core: Pick<Core, "clock">, since: Date, minutes: number): boolean =>
  core.clock.now().getTime() - since.getTime() > minutes * 60_000;

/** "1 minute", "15 minutes". */
export const inMinutes = (minutes: number): string => (minutes === 1 ? "1 minute" : `${minutes} minutes`);
