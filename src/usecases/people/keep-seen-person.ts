import type { Person } from "../../domain/person.ts";
import type { Core } from "../core.ts";
import { noteRoles } from "./note-roles.ts";

/** What Authentik says of somebody, and when it was asked. */
export type SeenInAuthentik = Pick<Person, "active" | "groups" | "checkedAt"> &
  Partial<Pick<Person, "username" | "name" | "email">>;

/**
 * Keeps what Authentik says of a person who is known here. A role that they got or lost there, by somebody's hand in
 * Authentik, goes into the audit log. Of somebody who had their data deleted here, nothing is kept.
 */
export async function keepSeenPerson(core: Core, personId: string, seen: SeenInAuthentik): Promise<void> {
  await core.store.transaction(async (store) => {
    const found = await store.directory.byId(personId);
    if (found === null || found.erased) return;
    await store.people.change(personId, seen);
    await noteRoles(core, store, { personId, before: found.person, after: seen });
  });
}
