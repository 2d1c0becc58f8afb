import type { Hint } from "../domain/hint.ts";
import type { Log } from "../ports/log.ts";

export type HintCollector = {
  add(hint: Hint): void;
  /** Takes in nothing more, and waits for what is under way. */
  stop(): Promise<void>;
};

/** Hints kept at once; what comes beyond is left to the regular looks. */
const atMost = 500;

/**
 * Collects hints for a moment and heeds them together, one batch after the other: Authentik tells of a change before it
 * is done, and of one act many times.
 */
export function collectHints(options: {
  heed(hints: readonly Hint[]): Promise<void>;
  log: Log;
  delayMs?: number;
}): HintCollector {
  const { heed, log, delayMs = 2000 } = options;
  let waiting = new Map<string, Hint>();
  let timer: NodeJS.Timeout | null = null;
  let busy = false;
  let done = Promise.resolve();
  let stopped = false;

  const run = async () => {
    const hints = [...waiting.values()];
    waiting = new Map();
    try {
      await heed(hints);
    } catch (error) {
      const fault = error instanceof Error ? { name: error.name, message: error.message, stack: error.stack } : error;
      log.error({ fault, hints: hints.length }, "hints could not be heeded");
    }
  };
  const later = () => {
    if (timer !== null || busy || stopped || waiting.size === 0) return;
    timer = setTimeout(() => {
      timer = null;
      busy = true;
      done = run().finally(() => {
        busy = false;
        later();
      });
    }, delayMs);
  };
  return {
    add(hint) {
      if (stopped || waiting.size >= atMost) return;
      waiting.set(`${hint.about} ${hint.id}`, hint);
      later();
    },
    async stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      await done;
    },
  };
}
