import type { Actor } from "../../domain/actor.ts";
import { ActError, NotFound } from "../../domain/errors.ts";
import { type HubPhase, phaseOf } from "../../domain/hub-phase.ts";
import type { StaffRole } from "../../domain/hub-staff.ts";
import { type Roles, rolesOf } from "../../domain/person.ts";
import type { IdentityUser } from "../../ports/identity.ts";
import type { HubRow, Page, PageAsk, ParticipationRow } from "../../ports/store.ts";
import { type Core, todayOf } from "../core.ts";
import { mustGovern } from "../oversight/must-govern.ts";
import { keepSeenPerson } from "./keep-seen-person.ts";

export type PersonView = {
  id: string;
  name: string;
  username: string;
  email: string;
  active: boolean;
  roles: Roles;
  /** Null for somebody who is only in Authentik. */
  knownSince: Date | null;
  lastSeenAt: Date | null;
  /** As of when roles and account are; null when Authentik has just told. */
  asOf: Date | null;
  /** Why Authentik could not be asked; null when it could. */
  trouble: string | null;
  /** False once Authentik no longer has the account. */
  inAuthentik: boolean;
  hubs: Page<HubRow & { phase: HubPhase; part: "owner" | StaffRole }>;
  /** How many of the shown hubs are not over. */
  participations: Page<ParticipationRow & { phase: HubPhase }>;
};

/**
 * What the portal and Authentik know of somebody, for governance. When Authentik is away, what the portal knows is
 * shown with its age.
 * @throws NotFound when neither knows the person
 */
export async function showPerson(
  core: Core,
  actor: Actor,
  given: { personId: string; hubs: PageAsk; participations: PageAsk },
): Promise<PersonView> {
  mustGovern(actor);
  const { store, rules } = core;
  const { user, trouble } = await askAuthentik(core, given.personId);
  if (trouble === null) {
    const now = core.clock.now();
    await keepSeenPerson(core, given.personId, { ...seenOf(user), checkedAt: now });
  }
  const known = await store.directory.byId(given.personId);
  const told = known?.person ?? user;
  if (told === null) throw new NotFound();

  const today = todayOf(core);
  const [hubs, participations] = await Promise.all([
    store.hubs.listOf(given.personId, given.hubs),
    store.participations.listOfPerson(given.personId, given.participations),
  ]);
  const partIn = async (row: HubRow) => {
    if (row.hub.teacherId === given.personId) return "owner" as const;
    return (await store.staff.of(row.hub.id, given.personId))?.role ?? ("tutor" as const);
  };
  return {
    id: given.personId,
    name: told.name || told.username,
    username: told.username,
    email: told.email,
    active: told.active,
    roles: rolesOf(told, rules.roleGroups),
    knownSince: known?.knownSince ?? null,
    lastSeenAt: known?.lastSeenAt ?? null,
    asOf: trouble === null ? null : (known?.person.checkedAt ?? null),
    trouble,
    inAuthentik: trouble !== null || user !== null,
    hubs: {
      ...hubs,
      items: await Promise.all(
        hubs.items.map(async (row) => ({ ...row, phase: phaseOf(row.hub, today), part: await partIn(row) })),
      ),
    },
    participations: {
      ...participations,
      items: participations.items.map((row) => ({ ...row, phase: phaseOf(row.hub, today) })),
    },
  };
}

async function askAuthentik(core: Core, id: string): Promise<{ user: IdentityUser | null; trouble: string | null }> {
  try {
    return { user: await core.identity.user(id), trouble: null };
  } catch (error) {
    if (!(error instanceof ActError)) throw error;
    return { user: null, trouble: error.sentence };
  }
}

function seenOf(user: IdentityUser | null) {
  if (user === null) return { active: false, groups: [] };
  const { username, email, active, groups } = user;
  return { username, email, active, groups, name: user.name || username };
}
