import { type Actor, leads, type Standing } from "../../domain/actor.ts";
import { NotFound } from "../../domain/errors.ts";
import type { Hub } from "../../domain/hub.ts";
import type { HubStaff, StaffRole } from "../../domain/hub-staff.ts";
import type { Person } from "../../domain/person.ts";
import { type Core, todayOf } from "../core.ts";
import { hubLedBy, hubSeenBy } from "../find-hub.ts";
import { goesOn } from "../hubs/goes-on.ts";

/** Somebody on the staff of a hub; the owner comes first. */
export type StaffMember = { person: Person; role: "owner" | StaffRole };

export type StaffView = {
  hub: Hub;
  standing: Standing;
  members: StaffMember[];
  may: { manage: boolean; leave: boolean; handOver: boolean };
};

/** Who looks after a hub: its owner, then co-teachers, then tutors. */
export async function staffOf(core: Pick<Core, "store">, hub: Pick<Hub, "id" | "teacherId">): Promise<StaffMember[]> {
  const [owner, others] = await Promise.all([core.store.people.byId(hub.teacherId), core.store.staff.listOf(hub.id)]);
  return staffFrom(hub, owner, others);
}

/** The same, from what was read already. @param others on the staff, as the store lists them */
export function staffFrom(
  hub: Pick<Hub, "teacherId">,
  owner: Person | null,
  others: readonly { staff: HubStaff; person: Person }[],
): [StaffMember, ...StaffMember[]] {
  if (owner === null) throw new Error(`Hub without its teacher ${hub.teacherId}`);
  const rest = others.map(({ person, staff: { role } }): StaffMember => ({ person, role }));
  return [{ person: owner, role: "owner" }, ...rest];
}

/** The staff of a hub, for its staff and governance. Throws `NotFound` for others. */
export async function showStaff(core: Core, actor: Actor, given: { hubId: string }): Promise<StaffView> {
  const { hub, standing } = await hubSeenBy(core, actor, given.hubId);
  const live = goesOn(hub, todayOf(core));
  return {
    hub,
    standing,
    members: await staffOf(core, hub),
    may: {
      manage: leads(standing) && live,
      leave: standing.staff === "teacher" || standing.staff === "tutor",
      handOver: (standing.staff === "owner" || standing.governance) && live,
    },
  };
}

/** One person on the staff beside the owner, for a teacher of the hub who takes them off. Throws `NotFound`. */
export async function showStaffMember(
  core: Core,
  actor: Actor,
  given: { hubId: string; personId: string },
): Promise<{ hub: Hub; part: HubStaff; person: Person; takesPart: boolean }> {
  const hub = await hubLedBy(core, actor, given.hubId);
  const { store } = core;
  const [part, person, participation] = await Promise.all([
    store.staff.of(hub.id, given.personId),
    store.people.byId(given.personId),
    store.participations.of(hub.id, given.personId),
  ]);
  if (!part?.active || person === null || person.id === hub.teacherId) throw new NotFound();
  return { hub, part, person, takesPart: participation?.status === "accepted" };
}
