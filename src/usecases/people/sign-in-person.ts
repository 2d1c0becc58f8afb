import { Forbidden } from "../../domain/errors.ts";
import type { Language, Person } from "../../domain/person.ts";
import type { Core } from "../core.ts";
import { keepSeenPerson } from "./keep-seen-person.ts";

/** What the id token and the userinfo endpoint said, already verified. */
export type SignedInClaims = {
  sub: string;
  username: string;
  name: string;
  email: string;
  groups: readonly string[];
};

/**
 * Keeps who signed in, keyed by `sub` and never by e-mail, with the groups that Authentik told.
 * @param language the one the browser prefers; who has signed in before keeps theirs
 */
export async function signInPerson(core: Core, claims: SignedInClaims, language: Language): Promise<Person> {
  if (claims.sub === "" || claims.username === "") throw new Forbidden("Authentik did not say who you are.");
  const known = await core.store.directory.byId(claims.sub);
  const person: Person = {
    id: claims.sub,
    username: claims.username,
    name: claims.name || claims.username,
    email: claims.email,
    groups: claims.groups,
    active: true,
    checkedAt: core.clock.now(),
    // Others may have made the person known, such as by putting them on the staff of a hub.
    language: known === null || known.lastSeenAt === null ? language : known.person.language,
  };
  if (known !== null) await keepSeenPerson(core, person.id, person);
  await core.store.people.keep(person);
  await core.store.directory.noteSeen(person.id, person.checkedAt);
  // Who had their data deleted and is back is known anew.
  await core.store.personalData.cancelErasure(person.id);
  return person;
}
