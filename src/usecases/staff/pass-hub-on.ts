import type { Hub } from "../../domain/hub.ts";
import type { Person } from "../../domain/person.ts";
import type { Store } from "../../ports/store.ts";
import type { Core } from "../core.ts";
import { renewSpec } from "../hubs/renew-spec.ts";
import { recordEvent } from "../record-event.ts";

export type PassingOn = {
  hub: Hub;
  /** The owner until now, as whoever acts knows it. */
  from: string;
  to: Person;
  /** Whether the former owner stays as a co-teacher; otherwise they leave. */
  stays: boolean;
  actorId: string;
};

/**
 * Makes somebody else the owner of a hub, and tells both. Call it in a transaction, and wake the hub afterwards.
 * @returns whether the hub was still the one that was read
 */
export async function passHubOn(store: Store, core: Pick<Core, "clock">, given: PassingOn): Promise<boolean> {
  const { hub, from, to, stays, actorId } = given;
  const now = core.clock.now();
  const done = await store.hubs.change(
    hub.id,
    {
      teacherId: from,
      version: hub.version,
      decision: hub.decision,
      deployment: ["none", "deploying", "deployed", "failed"],
      degradeRequestedAt: null,
    },
    { teacherId: to.id, version: hub.version + 1, updatedAt: now },
  );
  if (!done) return false;
  const part = { hubId: hub.id, role: "teacher", addedBy: actorId, addedAt: now, updatedAt: now } as const;
  // Also the owner has a part in the staff: it is how the reconciler learns whose membership to settle.
  const before = await store.staff.of(hub.id, to.id);
  await store.staff.keep({ ...part, personId: to.id, active: true, access: before?.access ?? "none" });
  const access = hub.groupId === null ? "none" : "granted";
  await store.staff.keep({ ...part, personId: from, active: stays, access });

  const event = { hubId: hub.id, actorId } as const;
  await recordEvent(store, core.clock, { ...event, kind: "handed-over", subjectId: to.id });
  const then = stays ? "made-co-teacher" : "staff-left";
  await recordEvent(store, core.clock, { ...event, kind: then, subjectId: from });
  const mail = { hubId: hub.id, reason: null };
  await store.mails.add({ ...mail, kind: "hub-handed-over", to: { personId: to.id } }, now);
  if (from !== actorId) await store.mails.add({ ...mail, kind: "hub-handed-on", to: { personId: from } }, now);
  await renewSpec(store, hub.id);
  return true;
}
