import { ActError, Unavailable } from "../../domain/errors.ts";
import type { Hub, Step } from "../../domain/hub.ts";
import type { Core } from "../core.ts";
import { tellTeachers } from "../mails/tell-teachers.ts";
import { recordEvent } from "../record-event.ts";

const secondMs = 1000;
const minuteMs = 60 * secondMs;

/** How long to wait before the next attempt, by the number of attempts that failed. */
const backOff = [5, 15, 30, 60, 120, 300, 600, 900].map((seconds) => seconds * secondMs);
/** What somebody has to mend first is not tried as often. */
const backOffFinal = [2, 10, 30, 60].map((minutes) => minutes * minuteMs);
/** People are told when the portal has tried for about two minutes, or at once when trying again will not help. */
const attemptsBeforeMail = 4;

/**
 * Takes what went wrong in a step and writes it down: reason, attempts, next attempt. The reason is a sentence for
 * the person who can act on it; what is not meant to be read goes to the log.
 * @returns milliseconds until the next attempt
 */
export async function failStep(core: Core, hub: Hub, step: Step, error: unknown): Promise<number> {
  const now = core.clock.now();
  const transient = !(error instanceof Unavailable) || error.transient;
  const reason = error instanceof ActError ? error.sentence : "Something unexpected went wrong in the portal.";
  const attempts = hub.attempts + 1;
  const delays = transient ? backOff : backOffFinal;
  const delay = delays[Math.min(attempts, delays.length) - 1] ?? minuteMs;
  const underWay = hub.deployment === "deploying" || hub.deployment === "removing";
  const fault = error instanceof Error ? { name: error.name, message: error.message, stack: error.stack } : error;
  core.log.warn({ hub: hub.id, slug: hub.slug, step, attempts, fault }, "a step failed");

  await core.store.transaction(async (store) => {
    const done = await store.hubs.change(
      hub.id,
      { deployment: hub.deployment },
      {
        // A hub that only waits for its start can still be cancelled, and a removed one stays removed.
        ...(underWay ? { deployment: "failed" as const } : {}),
        step,
        progress: null,
        failureReason: reason,
        attempts,
        nextAttemptAt: new Date(now.getTime() + delay),
        updatedAt: now,
      },
    );
    if (!done) return;
    // The timeline tells what is new; that the same failed again is told by the number of attempts.
    if (hub.failureReason !== reason || attempts === 1) {
      await recordEvent(store, core.clock, { hubId: hub.id, kind: "failed", from: step, to: "failed", reason });
    }
    if (attempts === attemptsBeforeMail || (!transient && attempts === 1)) {
      const mail = { kind: "hub-failed", reason } as const;
      await store.mails.addOnceADay({ ...mail, to: "governance", hubId: hub.id }, now);
      await tellTeachers(store, hub, mail, now, { onceADay: true });
    }
  });
  return delay;
}
