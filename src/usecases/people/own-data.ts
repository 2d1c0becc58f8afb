import { randomUUID } from "node:crypto";
import type { Actor } from "../../domain/actor.ts";
import { Conflict, NotFound } from "../../domain/errors.ts";
import type { Hub } from "../../domain/hub.ts";
import type { Language, Person } from "../../domain/person.ts";
import type { PersonalData } from "../../ports/personal-data.ts";
import type { Store } from "../../ports/store.ts";
import { type Core, todayOf } from "../core.ts";
import { goesOn } from "../hubs/goes-on.ts";
import { renewSpec } from "../hubs/renew-spec.ts";
import { recordEvent } from "../record-event.ts";
import { passHubOn } from "../staff/pass-hub-on.ts";

export type OwnDataView = {
  data: PersonalData;
  /** Hubs that keep the person from deleting their data: they are the only teacher, and the hubs go on. */
  inTheWay: Pick<Hub, "id" | "name">[];
  /** Hubs that a co-teacher takes over then. */
  passedOn: { hub: Pick<Hub, "id" | "name">; to: Pick<Person, "name"> }[];
};

/** What the portal holds of the actor. */
export async function showOwnData(core: Core, actor: Actor): Promise<OwnDataView> {
  const [data, heirs] = await Promise.all([
    core.store.personalData.collect(actor.person.id),
    findHeirs(core, core.store, actor.person.id),
  ]);
  if (data === null) throw new NotFound();
  return {
    data,
    inTheWay: heirs.filter(({ to }) => to === null).map(({ hub }) => hub),
    passedOn: heirs.flatMap(({ hub, to }) => (to === null ? [] : [{ hub, to }])),
  };
}

/** For each hub that a person owns and that goes on: the co-teacher who can take it over, or null. */
async function findHeirs(core: Core, store: Store, personId: string): Promise<{ hub: Hub; to: Person | null }[]> {
  const owned = await store.personalData.liveHubsOf(personId);
  const live = owned.filter((hub) => hub.decision === "pending" || goesOn(hub, todayOf(core)));
  const { teachers } = core.rules.roleGroups;
  return Promise.all(
    live.map(async (hub) => {
      const staff = await store.staff.listOf(hub.id);
      const mayLead = staff.filter(
        ({ staff: { role }, person }) =>
          role === "teacher" && person.id !== personId && person.active && person.groups.includes(teachers),
      );
      return { hub, to: mayLead[0]?.person ?? null };
    }),
  );
}

/** The actor chooses the language of their mails. */
export async function chooseLanguage(core: Core, actor: Actor, given: { language: Language }): Promise<void> {
  await core.store.people.change(actor.person.id, { language: given.language });
}

/**
 * The actor deletes what the portal holds of them. Hubs pass on to a co-teacher, applications are withdrawn, and access
 * ends at once; once it has ended everywhere, name, address and groups are erased (`erasePeople`). What Authentik holds
 * stays there.
 * @throws Conflict while the actor is the only teacher of a hub that goes on
 */
export async function deleteOwnData(core: Core, actor: Actor): Promise<void> {
  const personId = actor.person.id;
  const now = core.clock.now();
  const left = await core.store.transaction(async (store) => {
    const heirs = await findHeirs(core, store, personId);
    const inTheWay = heirs.filter(({ to }) => to === null).map(({ hub }) => hub);
    if (inTheWay.length > 0) throw new Conflict(inTheWaySentence(inTheWay));
    const hubs = new Set<string>();
    for (const { hub, to } of heirs) {
      if (to === null) continue;
      await passHubOn(store, core, { hub, from: personId, to, stays: false, actorId: personId });
      hubs.add(hub.id);
    }
    const data = await store.personalData.collect(personId);
    for (const { hubId, role, active } of data?.hubs ?? []) {
      if (role === "owner" || !active) continue;
      await store.staff.change({ hubId, personId }, { active: true }, { active: false, updatedAt: now });
      const event = { hubId, kind: "staff-left", actorId: personId, subjectId: personId } as const;
      await recordEvent(store, core.clock, { ...event, from: role });
      if (role === "teacher") await renewSpec(store, hubId);
      hubs.add(hubId);
    }
    for (const { hubId, status } of data?.participations ?? []) {
      const participation = await store.participations.of(hubId, personId);
      if (participation === null) continue;
      const expected = { status: ["applied", "accepted"] } as const;
      const change = { status: "withdrawn", reason: null, updatedAt: now } as const;
      if (!(await store.participations.change(participation.id, expected, change))) continue;
      const who = { hubId, actorId: personId, subjectId: personId };
      const event = { ...who, kind: "participant-withdrew", from: status, to: "withdrawn" } as const;
      await recordEvent(store, core.clock, event);
      hubs.add(hubId);
    }
    await store.personalData.requestErasure(personId, now);
    const who = { hubId: null, actorId: personId, subjectId: personId };
    await recordEvent(store, core.clock, { ...who, kind: "data-deletion-requested" });
    // Ends every session of the person, as a sign-out at Authentik does.
    const signOut = { jti: `deletion ${randomUUID()}`, personId, authentikSession: null, at: now };
    await store.signOuts.add(signOut, new Date(0));
    return hubs;
  });
  for (const hubId of left) core.wake(hubId);
}

/** Why the data cannot be deleted now, and what to do about it. */
export function inTheWaySentence(hubs: readonly Pick<Hub, "name">[]): string {
  const names = hubs.map(({ name }) => name).join(", ");
  return `You are the only teacher of hubs that are not over: ${names}. Hand them over to another teacher, or end them, first.`;
}

/**
 * Erases the data of those who asked for it and whose access has ended everywhere.
 * @returns how many people's
 */
export async function erasePeople(core: Core): Promise<number> {
  const ids = await core.store.personalData.erasable();
  for (const personId of ids) {
    await core.store.transaction(async (store) => {
      await store.personalData.erase(personId, core.clock.now());
      await recordEvent(store, core.clock, { hubId: null, kind: "data-deleted", subjectId: personId });
    });
  }
  return ids.length;
}
