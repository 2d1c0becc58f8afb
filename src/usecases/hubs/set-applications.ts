import { randomBytes } from "node:crypto";
import type { Actor } from "../../domain/actor.ts";
import { Conflict } from "../../domain/errors.ts";
import { type Hub, wanted } from "../../domain/hub.ts";
import { type Core, todayOf } from "../core.ts";
import { hubLedBy } from "../find-hub.ts";
import { recordEvent } from "../record-event.ts";

/**
 * The teacher closes or reopens applications. Setting it to what it is changes nothing.
 * @throws Conflict when the hub has no invitation link, since it is not accepted, or over
 */
export async function setApplications(
  core: Core,
  actor: Actor,
  given: { hubId: string; open: boolean },
): Promise<void> {
  const hub = await hubLedBy(core, actor, given.hubId);
  mustHaveLink(core, hub);
  const { open } = given;
  await core.store.transaction(async (store) => {
    const change = { applicationsOpen: open, updatedAt: core.clock.now() };
    if (!(await store.hubs.change(hub.id, { applicationsOpen: !open }, change))) return;
    const kind = open ? "applications-opened" : "applications-closed";
    await recordEvent(store, core.clock, { hubId: hub.id, kind, actorId: actor.person.id });
  });
}

/**
 * The teacher replaces the invitation link; the old one stops working at once.
 * @param given.version version of the hub that the teacher looked at: a second click, or a colleague at the same
 *   moment, does not replace the new link, which may have been sent to people already
 * @throws Conflict then, and when the hub has no invitation link, since it is not accepted, or over
 */
export async function replaceInvitation(
  core: Core,
  actor: Actor,
  given: { hubId: string; version: number },
): Promise<void> {
  const hub = await hubLedBy(core, actor, given.hubId);
  mustHaveLink(core, hub);
  const invitationToken = randomBytes(16).toString("base64url");
  const replaced = await core.store.transaction(async (store) => {
    const change = { invitationToken, version: given.version + 1, updatedAt: core.clock.now() };
    if (!(await store.hubs.change(hub.id, { version: given.version }, change))) return false;
    await recordEvent(store, core.clock, { hubId: hub.id, kind: "invitation-replaced", actorId: actor.person.id });
    return true;
  });
  if (!replaced)
    throw new Conflict("The link was replaced, or the hub changed, since the page was made. Look at it again.");
}

function mustHaveLink(core: Core, hub: Hub): void {
  const want = wanted(hub, { today: todayOf(core), leadDays: core.rules.leadDays });
  if (!want.group) throw new Conflict("This hub has no invitation link now.");
}
