import type { Actor } from "../domain/actor.ts";
import { Forbidden } from "../domain/errors.ts";
import type { HubPhase } from "../domain/hub-phase.ts";
import { type Core, todayOf } from "./core.ts";

/** How many requests wait, and how the hubs are. Throws `Forbidden` unless the actor governs. */
export async function showAdministration(
  core: Core,
  actor: Actor,
): Promise<{ pending: number; deployed: number; failed: number }> {
  if (!actor.roles.governance) throw new Forbidden("Only governance may see this page.");
  const today = todayOf(core);
  const count = async (phase: HubPhase) =>
    (await core.store.hubs.search({ text: "", phase, today }, { page: 1, size: 1 })).total;
  const [pending, deployed, failed] = await Promise.all([
    core.store.hubs.countPending(),
    count("deployed"),
    count("failed"),
  ]);
  return { pending, deployed, failed };
}
