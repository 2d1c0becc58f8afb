import { randomBytes } from "node:crypto";
import type { Actor } from "../domain/actor.ts";
import type { Core } from "./core.ts";
import { hubLedBy } from "./find-hub.ts";
import { recordEvent } from "./record-event.ts";

/** The teacher closes or reopens applications. Setting it to what it is changes nothing. */
export async function setApplications(
  core: Core,
  actor: Actor,
  given: { hubId: string; open: boolean },
): Promise<void> {
  const hub = await hubLedBy(core, actor, given.hubId);
  if (hub.applicationsOpen === given.open) return;
  await core.store.transaction(async (store) => {
    await store.hubs.change(hub.id, {}, { applicationsOpen: given.open, updatedAt: core.clock.now() });
    const kind = given.open ? "applications-opened" : "applications-closed";
    await recordEvent(store, core.clock, { hubId: hub.id, kind, actorId: actor.person.id });
  });
}

/** The teacher replaces the invitation link; the old one stops working at once. */
export async function replaceInvitation(core: Core, actor: Actor, given: { hubId: string }): Promise<void> {
  const hub = await hubLedBy(core, actor, given.hubId);
  const invitationToken = randomBytes(16).toString("base64url");
  await core.store.transaction(async (store) => {
    await store.hubs.change(hub.id, {}, { invitationToken, updatedAt: core.clock.now() });
    await recordEvent(store, core.clock, { hubId: hub.id, kind: "invitation-replaced", actorId: actor.person.id });
  });
}
