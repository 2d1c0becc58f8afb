import type { Actor } from "../../domain/actor.ts";
import { type HubPhase, phaseOf } from "../../domain/hub-phase.ts";
import { addDays } from "../../domain/usage-period.ts";
import type { FoundHub, HubOrder, HubSearch } from "../../ports/hub-search.ts";
import type { Page, PageAsk } from "../../ports/store.ts";
import { type Core, todayOf } from "../core.ts";
import { mustGovern } from "../oversight/must-govern.ts";

/** Days before its end date from which a deployed hub counts as expiring. */
export const expiringDays = 14;

export type HubWanted = Omit<HubSearch, "phase" | "endsBy" | "today"> & {
  /** A phase, or deployed hubs whose end date is near; null for all. */
  state: HubPhase | "expiring" | null;
};
export type FoundHubView = FoundHub & { phase: HubPhase };

/** All hubs that match, with their phase. Throws `Forbidden` unless the actor governs. */
export async function searchHubs(
  core: Core,
  actor: Actor,
  given: HubWanted & { order: HubOrder; ask: PageAsk },
): Promise<Page<FoundHubView>> {
  mustGovern(actor);
  const { order, ask, ...wanted } = given;
  const page = await core.store.hubFinder.find(searchOf(core, wanted), order, ask);
  return { ...page, items: page.items.map((row) => ({ ...row, phase: phaseOf(row.hub, todayOf(core)) })) };
}

const batch = 500;

/** The same, all of them, read in pieces while somebody takes them. A hub that moves meanwhile is told once. */
export function exportHubs(
  core: Core,
  actor: Actor,
  given: HubWanted & { order: HubOrder },
): AsyncIterable<FoundHubView> {
  mustGovern(actor);
  return (async function* () {
    const told = new Set<string>();
    for (let page = 1, pages = 1; page <= pages; page++) {
      const found = await searchHubs(core, actor, { ...given, ask: { page, size: batch } });
      pages = found.pages;
      for (const row of found.items) {
        if (!told.has(row.hub.id)) yield row;
        told.add(row.hub.id);
      }
    }
  })();
}

/** How many match. For use cases that have made sure that the actor may see it. */
export function countHubs(core: Core, state: HubWanted["state"]): Promise<number> {
  return core.store.hubFinder.count(searchOf(core, { text: "", teacher: "", from: null, to: null, state }));
}

function searchOf(core: Core, { state, ...wanted }: HubWanted): HubSearch {
  const today = todayOf(core);
  const expiring = state === "expiring";
  const endsBy = expiring ? addDays(today, expiringDays) : null;
  return { ...wanted, phase: expiring ? "deployed" : state, endsBy, today };
}
