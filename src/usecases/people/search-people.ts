import type { Actor } from "../../domain/actor.ts";
import { ActError } from "../../domain/errors.ts";
import { type Roles, rolesOf } from "../../domain/person.ts";
import type { KnownPerson } from "../../ports/directory.ts";
import type { IdentityUser } from "../../ports/identity.ts";
import type { Page, PageAsk } from "../../ports/store.ts";
import type { Core } from "../core.ts";
import { mustGovern } from "../oversight/must-govern.ts";

export type PeopleFound = {
  known: Page<KnownPerson & { hubs: number; roles: Roles }>;
  /** People in Authentik who match and whom the portal does not know yet; null when nobody was looked for there. */
  onlyInAuthentik: (IdentityUser & { roles: Roles })[] | null;
  /** Why Authentik could not be asked; null when it could, or was not. */
  trouble: string | null;
};

const fromAuthentik = 20;
/** Fewer letters find everybody. */
const shortest = 2;

/** People whom the portal knows, and those in Authentik. Throws `Forbidden` unless the actor governs. */
export async function searchPeople(
  core: Core,
  actor: Actor,
  given: { text: string; role: keyof Roles | null; ask: PageAsk },
): Promise<PeopleFound> {
  mustGovern(actor);
  const { roleGroups } = core.rules;
  const groups = { teacher: roleGroups.teachers, governance: roleGroups.governance };
  const group = given.role === null ? null : groups[given.role];
  const known = await core.store.directory.search({ text: given.text, group }, given.ask);
  const text = given.text.trim();
  const asked = text.length >= shortest ? await askAuthentik(core, text) : { users: null, trouble: null };
  const strangers: IdentityUser[] = [];
  for (const user of asked.users ?? []) {
    if (group !== null && !user.groups.includes(group)) continue;
    if ((await core.store.people.byId(user.id)) === null) strangers.push(user);
  }
  return {
    known: {
      ...known,
      items: known.items.map((row) => ({ ...row, roles: rolesOf(row.person, roleGroups) })),
    },
    onlyInAuthentik:
      asked.users === null ? null : strangers.map((user) => ({ ...user, roles: rolesOf(user, roleGroups) })),
    trouble: asked.trouble,
  };
}

async function askAuthentik(core: Core, text: string) {
  try {
    return { users: await core.identity.searchUsers(text, fromAuthentik), trouble: null };
  } catch (error) {
    if (!(error instanceof ActError)) throw error;
    return { users: null, trouble: error.sentence };
  }
}
