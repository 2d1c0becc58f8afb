import type { Actor, Standing } from "../../domain/actor.ts";
import type { Hub } from "../../domain/hub.ts";
import type { Page, PageAsk, TimelineEvent } from "../../ports/store.ts";
import type { Core } from "../core.ts";
import { hubSeenBy } from "../find-hub.ts";

export type TimelineView = { hub: Hub; standing: Standing; list: Page<TimelineEvent> };

/** Everything that happened to a hub, the newest first, for its staff and for governance. Throws `NotFound` for others. */
export async function showTimeline(
  core: Core,
  actor: Actor,
  given: { hubId: string; ask: PageAsk },
): Promise<TimelineView> {
  const seen = await hubSeenBy(core, actor, given.hubId);
  return { ...seen, list: await core.store.events.pageOfHub(seen.hub.id, given.ask) };
}
