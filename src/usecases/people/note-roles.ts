import { type Person, type Roles, rolesOf } from "../../domain/person.ts";
import type { Store } from "../../ports/store.ts";
import type { Core } from "../core.ts";
import { recordEvent } from "../record-event.ts";

type WithRoles = Pick<Person, "groups" | "active">;

/**
 * Puts into the audit log which roles a person was found to have got or lost in Authentik. Call it in the transaction
 * that keeps their groups.
 * @param told a role whose change is told by an event of its own
 */
export async function noteRoles(
  core: Pick<Core, "clock" | "rules">,
  store: Store,
  given: { personId: string; before: WithRoles; after: WithRoles; told?: keyof Roles | undefined },
): Promise<void> {
  const before = rolesOf(given.before, core.rules.roleGroups);
  const after = rolesOf(given.after, core.rules.roleGroups);
  for (const role of ["teacher", "governance"] as const) {
    if (role === given.told || before[role] === after[role]) continue;
    const [from, to] = after[role] ? [null, role] : [role, null];
    const kind = after[role] ? "role-found" : "role-gone";
    await recordEvent(store, core.clock, {
      hubId: null,
      kind,
      subjectId: given.personId,
      from,
      to,
      reason: reasons[role],
    });
  }
}

const reasons = { teacher: "Role: teacher", governance: "Role: governance" };
