import type { Person } from "../domain/person.ts";
import type { IdentityUser } from "../ports/identity.ts";
import type { Store } from "../ports/store.ts";

/**
 * Keeps somebody whom Authentik told of, who may never have signed in here. Their language is English until they
 * choose another; who is known already keeps theirs.
 * @returns the person as kept
 */
export async function keepIdentityUser(store: Pick<Store, "people">, user: IdentityUser, now: Date): Promise<Person> {
  const known = await store.people.byId(user.id);
  const { id, username, email, active, groups } = user;
  const person: Person = {
    ...{ id, username, email, active, groups },
    name: user.name || username,
    checkedAt: now,
    language: known?.language ?? "en",
  };
  await store.people.keep(person);
  return person;
}
