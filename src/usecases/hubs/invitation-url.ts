import { type Hub, wanted } from "../../domain/hub.ts";
import { type Core, todayOf } from "../core.ts";

/** The invitation link of a hub, from acceptance until it goes away; null otherwise. */
export function invitationUrl(core: Core, hub: Hub): string | null {
  const want = wanted(hub, { today: todayOf(core), leadDays: core.rules.leadDays });
  return want.group ? `${core.rules.publicUrl}/invitations/${hub.invitationToken}` : null;
}
