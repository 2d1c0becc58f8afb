import { ActError } from "../../domain/errors.ts";
import type { Participation } from "../../domain/participation.ts";
import type { Person } from "../../domain/person.ts";
import type { Stranger } from "../../ports/hub-identities.ts";
import type { IdentityUser } from "../../ports/identity.ts";
import type { Core } from "../core.ts";
import { keepSeenPerson } from "../people/keep-seen-person.ts";
import { recordEvent } from "../record-event.ts";
import { endAccess, type GroupedHub } from "./settle-access.ts";

/** People asked for one by one in a look, at most: those who are missing, and those whose account had ended. */
const askedAtMost = 50;

type Due = { person: Person; participation: Participation | null; present: boolean };

/**
 * Compares who is in a hub's group in Authentik with whom the teacher accepted. Whoever is missing is marked to be put
 * back, which `settleAccess` does; accounts that have ended, or are there again, are noted; strangers are reported or
 * taken out, as the settings say.
 * @param members of the group, as just read
 * @returns what could not be done, in plain words; null when all was
 */
export async function keepMembers(
  core: Core,
  hub: GroupedHub,
  members: readonly IdentityUser[],
): Promise<string | null> {
  const { participations, staff } = core.store;
  // Read after the group was: whoever was accepted in between is not mistaken for missing, their access is not granted.
  const [accepted, helpers, owner, leaving] = await Promise.all([
    participations.listOfHub(hub.id, { status: "accepted", text: "" }, { page: 1, size: 100_000 }),
    staff.listOf(hub.id),
    core.store.people.byId(hub.teacherId),
    peopleLeaving(core, hub),
  ]);
  const byId = new Map(members.map((member) => [member.id, member]));
  const due: Due[] = accepted.items.map(({ person, participation }) => ({
    person,
    participation,
    present: byId.has(person.id),
  }));
  const entitled = new Set([hub.teacherId, ...due.map(({ person }) => person.id), ...helpers.map((h) => h.person.id)]);

  for (const { person } of [...due, ...helpers]) {
    const member = byId.get(person.id);
    if (member !== undefined) await noteAccount(core, person, member);
  }
  const missing = due.filter(({ participation, present }) => !present && participation?.access === "granted");
  const ended = due.filter(({ person, present }) => !present && !person.active);
  for (const { person, participation } of [...new Set([...missing, ...ended])].slice(0, askedAtMost)) {
    const user = await core.identity.user(person.id);
    await noteAccount(core, person, user);
    // Of an account that has ended, `settleAccess` frees the seat.
    if (user?.active !== true || participation?.access !== "granted") continue;
    await core.store.transaction(async (store) => {
      const expected = { status: "accepted" } as const;
      if (!(await store.participations.change(participation.id, expected, { access: "none" }))) return;
      await recordEvent(store, core.clock, { hubId: hub.id, kind: "member-put-back", subjectId: person.id });
    });
  }
  for (const helper of helpers) {
    const { person, staff: part } = helper;
    if (byId.has(person.id) || part.access !== "granted") continue;
    await core.store.transaction(async (store) => {
      if (!(await store.staff.change(part, { active: true }, { access: "none" }))) return;
      await recordEvent(store, core.clock, { hubId: hub.id, kind: "member-put-back", subjectId: person.id });
    });
  }
  if (owner !== null) await keepOwner(core, hub, owner, byId.get(owner.id) ?? null);
  return handleStrangers(
    core,
    hub,
    members.filter((member) => !entitled.has(member.id) && !leaving.has(member.id)),
  );
}

async function keepOwner(core: Core, hub: GroupedHub, owner: Person, member: IdentityUser | null): Promise<void> {
  const user = member ?? (await core.identity.user(owner.id));
  await noteAccount(core, owner, user);
  if (member !== null || user?.active !== true) return;
  await core.identity.addToGroup(hub.groupId, owner.id);
  await recordEvent(core.store, core.clock, { hubId: hub.id, kind: "member-put-back", subjectId: owner.id });
}

/** Who is still in the group, but about to be taken out. */
async function peopleLeaving(core: Core, hub: GroupedHub): Promise<Set<string>> {
  const unsettled = await Promise.all([
    core.store.participations.unsettled(hub.id),
    core.store.staff.unsettled(hub.id),
  ]);
  return new Set(unsettled.flat().map(({ personId }) => personId));
}

async function noteAccount(core: Core, person: Person, user: IdentityUser | null): Promise<void> {
  const active = user?.active === true;
  if (person.active === active) return;
  const groups = active ? user.groups : [];
  await keepSeenPerson(core, person.id, { active, groups, checkedAt: core.clock.now() });
}

async function handleStrangers(core: Core, hub: GroupedHub, found: readonly IdentityUser[]): Promise<string | null> {
  const { strangers: rule } = core.rules;
  const { identities } = core.store;
  const known = new Map((await identities.strangers(hub.id)).map((stranger) => [stranger.userId, stranger]));
  if (rule === "keep") {
    if (known.size > 0) await identities.keepStrangers(hub.id, []);
    return null;
  }
  const now = core.clock.now();
  const strangers = found.map(
    ({ id, username, name, email }): Stranger =>
      known.get(id) ?? { userId: id, username, name: name || username, email, foundAt: now },
  );
  const fresh = strangers.filter(({ userId }) => !known.has(userId));
  const gone = [...known.values()].filter(({ userId }) => !found.some(({ id }) => id === userId));
  await core.store.transaction(async (store) => {
    await store.identities.keepStrangers(hub.id, strangers);
    for (const stranger of fresh) await tell(core, store, hub, "member-found", stranger);
    for (const stranger of gone) await tell(core, store, hub, "member-gone", stranger);
  });
  if (rule === "report") return null;

  let trouble: string | null = null;
  const left: Stranger[] = [];
  for (const stranger of strangers) {
    try {
      await endAccess(core, hub, { id: stranger.userId, username: stranger.username });
    } catch (error) {
      if (!(error instanceof ActError)) throw error;
      trouble = error.sentence;
      left.push(stranger);
    }
  }
  await core.store.transaction(async (store) => {
    await store.identities.keepStrangers(hub.id, left);
    for (const stranger of strangers) {
      if (!left.includes(stranger)) await tell(core, store, hub, "member-taken-out", stranger);
    }
  });
  return trouble;
}

/** A stranger need not be anybody the portal knows, so the event names them in words. */
async function tell(
  core: Core,
  store: Core["store"],
  hub: GroupedHub,
  kind: "member-found" | "member-gone" | "member-taken-out",
  { name, username }: Stranger,
): Promise<void> {
  await recordEvent(store, core.clock, { hubId: hub.id, kind, reason: `${name} (${username})` });
}
