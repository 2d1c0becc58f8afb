import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import type { Clock } from "../ports/clock.ts";
import type { Leases } from "../ports/store.ts";

const ttlMs = 30_000;

export type HeldLease = {
  /** Whether this process holds the lease now; takes or prolongs it when that is due. */
  held(): Promise<boolean>;
  release(): Promise<void>;
};

/**
 * Makes sure that of several portals on one database only one acts. The lease ends by itself after half a minute; one
 * that a killed process on this machine left behind is taken over at once.
 */
export function holdLease(leases: Leases, name: string, clock: Clock): HeldLease {
  const holder = `${hostname()} ${process.pid} ${randomBytes(6).toString("hex")}`;
  let surelyUntil = 0;
  return {
    async held() {
      const now = clock.now();
      if (now.getTime() < surelyUntil) return true;
      const taken = await leases.take(name, holder, now, ttlMs, isDead);
      // Prolonged early, so that a look that takes its time does not outlive the lease.
      surelyUntil = taken ? now.getTime() + ttlMs / 3 : 0;
      return taken;
    },
    async release() {
      surelyUntil = 0;
      await leases.release(name, holder);
    },
  };
}

/** Takes a holder as written above. Says true only when its process is surely gone. */
function isDead(holder: string): boolean {
  const [host, pid] = holder.split(" ");
  if (host !== hostname()) return false;
  // In a container every portal is process 1: the same number with another random part was an earlier one.
  if (Number(pid) === process.pid) return true;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}
