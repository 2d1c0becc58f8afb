import type { Actor } from "../../domain/actor.ts";
import { Conflict, Forbidden, Invalid, NotFound } from "../../domain/errors.ts";
import type { Hub } from "../../domain/hub.ts";
import type { StaffRole } from "../../domain/hub-staff.ts";
import type { Person } from "../../domain/person.ts";
import type { Store } from "../../ports/store.ts";
import { type Core, todayOf } from "../core.ts";
import { hubLedBy, hubSeenBy } from "../find-hub.ts";
import { goesOn } from "../hubs/goes-on.ts";
import { renewSpec } from "../hubs/renew-spec.ts";
import { findUser } from "../people/find-user.ts";
import { keepIdentityUser } from "../people/keep-identity-user.ts";
import { recordEvent } from "../record-event.ts";

const roleWords: Record<StaffRole, string> = { teacher: "co-teacher", tutor: "tutor" };
const made = {
  teacher: { event: "made-co-teacher", mail: "staff-co-teacher" },
  tutor: { event: "made-tutor", mail: "staff-tutor" },
} as const;

/**
 * A teacher of the hub adds a co-teacher or a tutor. The reconciler, woken at once, puts them into the hub's group.
 * @param given.named username or e-mail address in Authentik, exactly
 * @throws Invalid for nobody, several or a deactivated account, and for who is on the staff already
 * @throws Conflict when the hub is over or going away
 */
export async function addStaff(
  core: Core,
  actor: Actor,
  given: { hubId: string; named: string; role: StaffRole },
): Promise<Person> {
  const hub = await hubLedBy(core, actor, given.hubId);
  mustGoOn(core, hub);
  const user = await findUser(core, given.named, "named");
  const now = core.clock.now();
  const added = await core.store.transaction(async (store) => {
    const latest = (await store.hubs.byId(hub.id)) ?? hub;
    // It may have ended while Authentik was asked.
    mustGoOn(core, latest);
    const owned = latest.teacherId === user.id;
    const before = await store.staff.of(hub.id, user.id);
    if (owned || before?.active) {
      const part = owned ? "the teacher" : roleWords[before?.role ?? "tutor"];
      const message = `${user.name || user.username} is ${part} of this hub already`;
      throw new Invalid([{ field: "named", message }]);
    }
    const person = await keepIdentityUser(core, store, user);
    // Whoever had deleted their data is somebody the portal knows again.
    await store.personalData.cancelErasure(person.id);
    await store.staff.keep({
      hubId: hub.id,
      personId: person.id,
      role: given.role,
      active: true,
      access: before?.access ?? "none",
      addedBy: actor.person.id,
      addedAt: now,
      updatedAt: now,
    });
    await tell(core, store, actor, { hub, personId: person.id, role: given.role, from: null });
    return person;
  });
  core.wake(hub.id);
  return added;
}

/**
 * A teacher of the hub makes a tutor a co-teacher, or the other way round. Setting what it is changes nothing.
 * @throws NotFound when the person is not on the staff beside its owner; Conflict when the hub is over or going away
 */
export async function changeStaffRole(
  core: Core,
  actor: Actor,
  given: { hubId: string; personId: string; role: StaffRole },
): Promise<void> {
  const hub = await hubLedBy(core, actor, given.hubId);
  mustGoOn(core, hub);
  const { personId, role } = given;
  const changed = await core.store.transaction(async (store) => {
    const before = await activePart(store, hub.id, personId);
    if (before.role === role) return false;
    await store.staff.change(before, { active: true }, { role, updatedAt: core.clock.now() });
    await tell(core, store, actor, { hub, personId, role, from: before.role });
    return true;
  });
  if (changed) core.wake(hub.id);
}

/**
 * A teacher of the hub takes somebody off its staff. Access ends at once, unless they also take part.
 * @throws NotFound when the person is not on the staff beside its owner
 */
export async function removeStaff(core: Core, actor: Actor, given: { hubId: string; personId: string }): Promise<void> {
  const hub = await hubLedBy(core, actor, given.hubId);
  await endPart(core, actor, hub, given.personId);
}

/**
 * Somebody leaves the staff of a hub.
 * @throws Conflict for its owner, who hands it over first; Forbidden for who is not on the staff
 */
export async function leaveStaff(core: Core, actor: Actor, given: { hubId: string }): Promise<void> {
  const { hub, standing } = await hubSeenBy(core, actor, given.hubId);
  if (standing.staff === null) throw new Forbidden("You are not on the staff of this hub.");
  if (standing.staff === "owner") throw new Conflict(ownerStays);
  await endPart(core, actor, hub, actor.person.id);
}

export const ownerStays = "A hub needs a teacher. Hand it over to another teacher first; you can leave with that.";

async function endPart(core: Core, actor: Actor, hub: Hub, personId: string): Promise<void> {
  const now = core.clock.now();
  const bySelf = personId === actor.person.id;
  await core.store.transaction(async (store) => {
    const before = await activePart(store, hub.id, personId);
    await store.staff.change(before, { active: true }, { active: false, updatedAt: now });
    const kind = bySelf ? "staff-left" : "staff-removed";
    const event = { hubId: hub.id, kind, actorId: actor.person.id, subjectId: personId } as const;
    await recordEvent(store, core.clock, { ...event, from: before.role });
    if (!bySelf) await store.mails.add({ kind: "staff-removed", to: { personId }, hubId: hub.id, reason: null }, now);
    if (before.role === "teacher") await renewSpec(store, hub.id);
  });
  core.wake(hub.id);
}

/** The part of somebody who is on the staff now; the owner has none to be changed, whatever there was before. */
async function activePart(store: Store, hubId: string, personId: string) {
  const [hub, part] = [await store.hubs.byId(hubId), await store.staff.of(hubId, personId)];
  if (hub?.teacherId === personId || !part?.active) throw new NotFound("This person is not on the staff of this hub.");
  return part;
}

function mustGoOn(core: Core, hub: Hub): void {
  if (!goesOn(hub, todayOf(core))) throw new Conflict("This hub is over or going away, so its staff stays as it is.");
}

type Told = { hub: Hub; personId: string; role: StaffRole; from: StaffRole | null };

async function tell(core: Core, store: Store, actor: Actor, { hub, personId, role, from }: Told): Promise<void> {
  const { event, mail } = made[role];
  const about = { hubId: hub.id, kind: event, actorId: actor.person.id, subjectId: personId } as const;
  await recordEvent(store, core.clock, { ...about, from, to: role });
  if (personId !== actor.person.id) {
    await store.mails.add({ kind: mail, to: { personId }, hubId: hub.id, reason: null }, core.clock.now());
  }
  // The hub itself knows its teachers, not its tutors.
  if (role === "teacher" || from === "teacher") await renewSpec(store, hub.id);
}
