import type { Actor } from "../domain/actor.ts";
import type { Core } from "./core.ts";
import { mustGovern } from "./must-govern.ts";
import { countHubs } from "./search-hubs.ts";

/** How many requests wait, and how the hubs are. Throws `Forbidden` unless the actor governs. */
export async function showAdministration(
  core: Core,
  actor: Actor,
): Promise<{ pending: number; deployed: number; failed: number }> {
  mustGovern(actor);
  const [pending, deployed, failed] = await Promise.all([
    core.store.openRequests.count().then(({ waiting }) => waiting),
    countHubs(core, "deployed"),
    countHubs(core, "failed"),
  ]);
  return { pending, deployed, failed };
}
