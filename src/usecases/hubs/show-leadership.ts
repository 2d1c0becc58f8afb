import type { Actor } from "../../domain/actor.ts";
import { type HubPhase, phaseOf } from "../../domain/hub-phase.ts";
import type { HubRow, Page, PageAsk } from "../../ports/store.ts";
import { type Core, todayOf } from "../core.ts";
import { invitationUrl } from "./invitation-url.ts";

export type LeadershipView = HubRow & { phase: HubPhase; invitationUrl: string | null };

/** The actor's own hubs, the newest first, and whether they may request more. */
export async function showLeadership(
  core: Core,
  actor: Actor,
  ask: PageAsk,
): Promise<{ hubs: Page<LeadershipView>; may: { request: boolean } }> {
  const page = await core.store.hubs.listOf(actor.person.id, ask);
  const today = todayOf(core);
  const items = page.items.map((row) => ({
    ...row,
    phase: phaseOf(row.hub, today),
    invitationUrl: invitationUrl(core, row.hub),
  }));
  return { hubs: { ...page, items }, may: { request: actor.roles.teacher } };
}
