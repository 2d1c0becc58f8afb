import cron from "node-cron";
import type { Log } from "../ports/log.ts";

export type Job = {
  name: string;
  /** A cron pattern; with six fields the first is seconds. */
  pattern: string;
  run(): Promise<void>;
};

/**
 * Runs jobs by the clock on the wall of the institution. A job that is still running is not started a second time; a job that fails is
 * logged and runs again next time.
 * @returns a function that starts nothing more and waits for what runs
 */
export function schedule(jobs: readonly Job[], timeZone: string, log: Log): () => Promise<void> {
  const running = new Map<string, Promise<void>>();
  const tasks = jobs.map((job) =>
    cron.schedule(
      job.pattern,
      () => {
        if (running.has(job.name)) return;
        const done = runLogged(job, log).finally(() => running.delete(job.name));
        running.set(job.name, done);
      },
      { timezone: timeZone },
    ),
  );
  return async () => {
    for (const task of tasks) await task.stop();
    await Promise.all(running.values());
  };
}

/** Runs a job once; a failure is logged, never thrown. */
export async function runLogged(job: Job, log: Log): Promise<void> {
  try {
    await job.run();
  } catch (error) {
    const fault = error instanceof Error ? { name: error.name, message: error.message, stack: error.stack } : error;
    log.error({ job: job.name, fault }, "a job failed");
  }
}
