import type { Actor } from "../../domain/actor.ts";
import type { ChangeRequest } from "../../domain/change-request.ts";
import { Conflict, NotFound } from "../../domain/errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Store } from "../../ports/store.ts";
import type { Core } from "../core.ts";
import { hubLedBy } from "../find-hub.ts";
import { recordEvent } from "../record-event.ts";

/**
 * The teacher takes a change request back.
 * @throws Conflict when it does not wait any more
 */
export async function withdrawChange(
  core: Core,
  actor: Actor,
  given: { hubId: string; changeId: string },
): Promise<void> {
  const hub = await hubLedBy(core, actor, given.hubId);
  const change = await changeOf(core, hub.id, given.changeId);
  await mustBeOpen(core, change);
  const done = await core.store.transaction(async (store) => {
    const closed = { status: "withdrawn", closedBy: actor.person.id, closedAt: core.clock.now() } as const;
    const expected = { status: "open", version: change.version } as const;
    const withdrawn = await store.changes.change(change.id, expected, { ...closed, version: change.version + 1 });
    if (!withdrawn) return false;
    await recordEvent(store, core.clock, { hubId: hub.id, kind: "change-withdrawn", actorId: actor.person.id });
    return true;
  });
  if (done) return;
  await mustBeOpen(core, await changeOf(core, hub.id, given.changeId));
  throw new Conflict("Governance has asked a question about this change request meanwhile. Look at it again.");
}

/**
 * Closes the change request of a hub that can no longer be changed. Call it in the transaction of the act that makes
 * it so.
 * @param reason a sentence for the teacher
 * @returns whether one waited
 */
export async function lapseChange(store: Store, clock: Clock, hubId: string, reason: string): Promise<boolean> {
  const open = await store.changes.openOf(hubId);
  if (open === null) return false;
  const closed = { status: "lapsed", reason, closedAt: clock.now(), version: open.version + 1 } as const;
  if (!(await store.changes.change(open.id, { status: "open" }, closed))) return false;
  await recordEvent(store, clock, { hubId, kind: "change-lapsed", reason });
  return true;
}

/** The change request, if it is one of this hub. Throws `NotFound`. */
export async function changeOf(core: Core, hubId: string, changeId: string): Promise<ChangeRequest> {
  const change = await core.store.changes.byId(changeId);
  if (change === null || change.hubId !== hubId) throw new NotFound();
  return change;
}

/** Says what became of a change request that does not wait any more, and who did it. */
export async function mustBeOpen(core: Core, change: ChangeRequest): Promise<void> {
  if (change.status === "open") return;
  const who = change.closedBy === null ? null : await core.store.people.byId(change.closedBy);
  const name = who?.name ?? "Somebody";
  const sentences = {
    accepted: `${name} has already accepted this change request.`,
    declined: `${name} has already declined this change request.`,
    superseded: `${name} has replaced this change request by a newer one.`,
    withdrawn: `${name} has withdrawn this change request.`,
    lapsed: `This change request has lapsed. ${change.reason ?? ""}`.trim(),
  };
  throw new Conflict(sentences[change.status]);
}
