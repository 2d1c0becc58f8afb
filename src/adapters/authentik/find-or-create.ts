import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "./client.ts";
import { hasStatus, mayHaveHappened } from "./fault.ts";

/**
 * Looks for a thing and makes it when it is not there. Safe to run twice at once: Authentik refuses the second of a
 * name with 400, in words that differ by version, so that after a 400 the thing is looked for again. When a call
 * fails without saying whether it took effect, the thing is looked for before it is tried again.
 * @param find returns the thing, or null
 * @param create makes the thing; must not be repeated by itself
 * @returns what is there then, whoever made it
 */
export async function findOrCreate<T>(
  client: Client,
  find: () => Promise<T | null>,
  create: () => Promise<T>,
): Promise<T> {
  const { attempts, firstPause } = client.timings;
  for (let tries = 1; ; tries += 1) {
    const found = await find();
    if (found !== null) return found;
    try {
      return await create();
    } catch (error) {
      const refused = hasStatus(error, 400);
      if (!refused && !mayHaveHappened(error)) throw error;
      if (refused || tries >= attempts) {
        const made = await find();
        if (made !== null) return made;
        throw error;
      }
      await pause(firstPause * 2 ** (tries - 1) * (0.5 + Math.random() / 2));
    }
  }
}
