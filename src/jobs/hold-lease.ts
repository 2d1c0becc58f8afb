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
 * that a killed process on this machine left behind is taken over at once. Whoever holds it prolongs it for as long as
 * they run: what they do may take longer than a lease.
 * @param beatMs how often it is prolonged
 */
export function holdLease(leases: Leases, name: string, clock: Clock, beatMs = ttlMs / 3): HeldLease {
  const holder = `${hostname()} ${process.pid} ${randomBytes(6).toString("hex")}`;
  let surelyUntil = 0;
  let beating: NodeJS.Timeout | undefined;
  const take = async (): Promise<boolean> => {
    const now = clock.now();
    const taken = await leases.take(name, holder, now, ttlMs, isDead);
    // Prolonged early, so that it does not end between two beats.
    surelyUntil = taken ? now.getTime() + ttlMs / 3 : 0;
    return taken;
  };
  const rest = () => {
    clearInterval(beating);
    beating = undefined;
  };
  const beat = async () => {
    // When the database does not answer, the lease is as good as lost, and is asked for again by whoever wants to act.
    const taken = await take().catch(() => false);
    if (taken) return;
    surelyUntil = 0;
    rest();
  };
  return {
    async held() {
      if (clock.now().getTime() < surelyUntil) return true;
      const taken = await take();
      if (taken) beating ??= setInterval(() => void beat(), beatMs).unref();
      return taken;
    },
    async release() {
      rest();
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
