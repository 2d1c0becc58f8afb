import type { Actor } from "../../domain/actor.ts";
import { ActError, Forbidden } from "../../domain/errors.ts";
import { type Finding, wrong } from "../../domain/finding.ts";
import type { HubBackend, Stray } from "../../ports/hub-backend.ts";
import type { SetupCheck } from "../../ports/setup-check.ts";
import type { Core } from "../core.ts";

/** How long one look may take before the page is shown without it. */
const checkWithinMs = 30_000;

export type SetupView = {
  /** Name of the place where hubs run. */
  backend: HubBackend["name"];
  parts: { name: string; findings: Finding[] }[];
  /** What the portal once made and that belongs to no hub; null when it could not be looked at. */
  strays: Stray[] | null;
  /** Why not, in words. */
  straysReason: string | null;
};

/**
 * Looks whether everything that the portal needs is set up, and for what it once made and no longer knows. Nothing is
 * changed. Throws `Forbidden` unless the actor governs.
 * @param withinMs how long each look may take
 */
export async function checkSetup(core: Core, actor: Actor, withinMs = checkWithinMs): Promise<SetupView> {
  if (!actor.roles.governance) throw new Forbidden("Only governance may see this page.");
  const [parts, strays] = await Promise.all([
    Promise.all(core.checks.map((check) => examine(core, check, withinMs))),
    findStrays(core, withinMs),
  ]);
  return { backend: core.backend.name, parts, ...strays };
}

async function examine(core: Core, check: SetupCheck, withinMs: number): Promise<SetupView["parts"][number]> {
  const { name } = check;
  try {
    const findings = await within(withinMs, check.examine());
    if (findings !== late) return { name, findings };
    const advice = "Something answers very slowly. Look again, or run npm run doctor beside the portal.";
    return { name, findings: [wrong(`The look took longer than ${withinMs / 1000} seconds.`, advice)] };
  } catch (error) {
    logFault(core, name, error);
    const what = error instanceof ActError ? error.sentence : "Something unexpected went wrong in the portal.";
    return { name, findings: [wrong(what, "The portal's log says more.")] };
  }
}

async function findStrays(core: Core, withinMs: number): Promise<Pick<SetupView, "strays" | "straysReason">> {
  try {
    const strays = await within(withinMs, core.backend.strays(await core.store.hubs.notErased()));
    if (strays !== late) return { strays, straysReason: null };
    return { strays: null, straysReason: `There was no answer within ${withinMs / 1000} seconds.` };
  } catch (error) {
    logFault(core, "strays", error);
    const straysReason = error instanceof ActError ? error.sentence : "Something unexpected went wrong in the portal.";
    return { strays: null, straysReason };
  }
}

function logFault(core: Core, check: string, error: unknown): void {
  const fault = error instanceof Error ? { name: error.name, message: error.message, stack: error.stack } : error;
  core.log.warn({ check, fault }, "a look at the setup failed");
}

const late = Symbol("late");

/** What comes in time, or `late`; what comes afterwards is not missed, nor is its failure. */
async function within<T>(withinMs: number, work: Promise<T>): Promise<T | typeof late> {
  work.catch(() => {});
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<typeof late>((resolve) => {
    timer = setTimeout(() => resolve(late), withinMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
