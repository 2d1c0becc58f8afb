import type { Log } from "../ports/log.ts";

export type ReconcileRunnerOptions = {
  /** One look at one hub; returns milliseconds until the next, or null. */
  reconcile(hubId: string): Promise<number | null>;
  /** Whether this process may act now; another one may hold the lease. */
  mayAct(): Promise<boolean>;
  log: Log;
  /** How many hubs are looked at side by side. */
  concurrency?: number;
};

export type ReconcileRunner = {
  /** Looks at a hub as soon as there is room. Never at the same hub twice at once. */
  wake(hubId: string): void;
  /** Resolves when nothing is under way or due at once. */
  idle(): Promise<void>;
  /** Takes in nothing more, and waits for the looks that are under way. */
  stop(): Promise<void>;
};

/**
 * Runs looks at hubs within this process: each hub one at a time, some side by side. What it knows is only a hint;
 * when the process is killed, the next scheduled round finds the same work in the database.
 */
export function createReconcileRunner(options: ReconcileRunnerOptions): ReconcileRunner {
  const { reconcile, mayAct, log, concurrency = 8 } = options;
  const waiting = new Set<string>();
  const running = new Map<string, Promise<void>>();
  const later = new Map<string, NodeJS.Timeout>();
  let stopped = false;

  const wake = (hubId: string) => {
    if (stopped) return;
    clearTimeout(later.get(hubId));
    later.delete(hubId);
    waiting.add(hubId);
    startNext();
  };

  const startNext = () => {
    for (const hubId of waiting) {
      if (running.size >= concurrency) return;
      // Stays waiting: what woke it may have come after the look under way had read the hub.
      if (running.has(hubId)) continue;
      waiting.delete(hubId);
      const done = look(hubId).finally(() => {
        running.delete(hubId);
        startNext();
      });
      running.set(hubId, done);
    }
  };

  const look = async (hubId: string) => {
    try {
      if (!(await mayAct())) return;
      const again = await reconcile(hubId);
      if (again === null || stopped || waiting.has(hubId)) return;
      later.set(
        hubId,
        setTimeout(() => wake(hubId), again),
      );
    } catch (error) {
      const fault = error instanceof Error ? { name: error.name, message: error.message, stack: error.stack } : error;
      log.error({ hub: hubId, fault }, "a look at a hub failed");
    }
  };

  return {
    wake,
    async idle() {
      while (running.size > 0) await Promise.all(running.values());
    },
    async stop() {
      stopped = true;
      waiting.clear();
      for (const timer of later.values()) clearTimeout(timer);
      later.clear();
      while (running.size > 0) await Promise.all(running.values());
    },
  };
}
