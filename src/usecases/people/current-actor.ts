import type { Actor } from "../../domain/actor.ts";
import { ActError } from "../../domain/errors.ts";
import { type Person, rolesOf } from "../../domain/person.ts";
import type { Core } from "../core.ts";
import { keepSeenPerson } from "./keep-seen-person.ts";

/** How old groups and activity may be while a person is signed in. */
export const rolesMaxAgeMs = 5 * 60 * 1000;

/** Who is signed in, and which tabs they have. */
export type CurrentActor = Actor & { tabs: { leadership: boolean; administration: boolean } };

/**
 * The person of a session, with roles at most five minutes old. When Authentik does not answer, what is known stays
 * good: people who are signed in keep working.
 * @returns null when the person is unknown here, or deactivated or gone in Authentik: the session is over
 */
export async function currentActor(core: Core, personId: string): Promise<CurrentActor | null> {
  const known = await core.store.people.byId(personId);
  if (known === null) return null;
  const person =
    core.clock.now().getTime() - known.checkedAt.getTime() > rolesMaxAgeMs ? await again(core, known) : known;
  if (!person.active) return null;
  const roles = rolesOf(person, core.rules.roleGroups);
  const leadership = roles.teacher || (await core.store.hubs.anyOf(person.id));
  return { person, roles, tabs: { leadership, administration: roles.governance } };
}

async function again(core: Core, known: Person): Promise<Person> {
  await core.store.directory.noteSeen(known.id, core.clock.now());
  try {
    return await readAgain(core, known);
  } catch (error) {
    if (!(error instanceof ActError)) throw error;
    core.log.warn({ person: known.id, reason: error.sentence }, "groups could not be read again");
    // Asked again after a minute, so that pages do not wait for an Authentik that is down.
    const checkedAt = new Date(core.clock.now().getTime() - rolesMaxAgeMs + 60_000);
    await core.store.people.change(known.id, { checkedAt });
    return known;
  }
}

/** Reads a person's account in Authentik and keeps what it says. Throws `Unavailable` when Authentik does not answer. */
export async function readAgain(core: Core, known: Person): Promise<Person> {
  const user = await core.identity.user(known.id);
  const seen =
    user === null
      ? { active: false, groups: [] }
      : {
          username: user.username,
          name: user.name || user.username,
          email: user.email,
          active: user.active,
          groups: user.groups,
        };
  const change = { ...seen, checkedAt: core.clock.now() };
  await keepSeenPerson(core, known.id, change);
  return { ...known, ...change };
}
