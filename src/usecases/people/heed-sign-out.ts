import type { Core } from "../core.ts";

/** Longer than any session of the portal goes without a request: whatever began earlier was looked at since. */
const keptMs = 24 * 60 * 60 * 1000;

/** What a verified logout token says. */
export type ToldSignOut = { jti: string; personId: string | null; authentikSession: string | null };

/**
 * Ends the portal's sessions that a sign-out at Authentik ends, at their next request.
 * @returns false when this token was taken in before
 */
export async function heedSignOut(core: Core, told: ToldSignOut): Promise<boolean> {
  const at = core.clock.now();
  return core.store.signOuts.add({ ...told, at }, new Date(at.getTime() - keptMs));
}
