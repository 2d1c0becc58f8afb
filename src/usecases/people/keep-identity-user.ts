import type { Person, Roles } from "../../domain/person.ts";
import type { IdentityUser } from "../../ports/identity.ts";
import type { Store } from "../../ports/store.ts";
import type { Core } from "../core.ts";
import { noteRoles } from "./note-roles.ts";

/**
 * Keeps somebody whom Authentik told of, who may never have signed in here. Their language is English until they
 * choose another; who is known already keeps theirs.
 * @param store of the transaction
 * @param told a role whose change is told by an event of its own; others that changed go into the audit log from here
 * @returns the person as kept
 */
export async function keepIdentityUser(
  core: Pick<Core, "clock" | "rules">,
  store: Store,
  user: IdentityUser,
  told?: keyof Roles,
): Promise<Person> {
  const known = await store.people.byId(user.id);
  const { id, username, email, active, groups } = user;
  const person: Person = {
    ...{ id, username, email, active, groups },
    name: user.name || username,
    checkedAt: core.clock.now(),
    language: known?.language ?? "en",
  };
  await store.people.keep(person);
  if (known !== null) await noteRoles(core, store, { personId: id, before: known, after: person, told });
  return person;
}
