import { type Person, rolesOf } from "../domain/person.ts";
import type { Core } from "./core.ts";
import { recordEvent } from "./record-event.ts";

/** What Authentik says of somebody, and when it was asked. */
export type SeenInAuthentik = Pick<Person, "active" | "groups" | "checkedAt"> &
  Partial<Pick<Person, "username" | "name" | "email">>;

/**
 * Keeps what Authentik says of a person who is known here. A role that they got or lost there, by somebody's hand in
 * Authentik, goes into the audit log. Of somebody who had their data deleted here, nothing is kept.
 */
export async function keepSeenPerson(core: Core, personId: string, seen: SeenInAuthentik): Promise<void> {
  const { roleGroups } = core.rules;
  await core.store.transaction(async (store) => {
    const found = await store.directory.byId(personId);
    if (found === null || found.erased) return;
    const known = found.person;
    await store.people.change(personId, seen);
    const before = rolesOf(known, roleGroups);
    const after = rolesOf(seen, roleGroups);
    for (const role of ["teacher", "governance"] as const) {
      if (before[role] === after[role]) continue;
      const [from, to] = after[role] ? [null, role] : [role, null];
      const event = { hubId: null, kind: after[role] ? "role-found" : "role-gone", subjectId: personId } as const;
      await recordEvent(store, core.clock, { ...event, from, to, reason: roleReasons[role] });
    }
  });
}

const roleReasons = { teacher: "Role: teacher", governance: "Role: governance" };
