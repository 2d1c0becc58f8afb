import type { Actor } from "../../domain/actor.ts";
import { Conflict, NotFound } from "../../domain/errors.ts";
import type { Core } from "../core.ts";
import { mustGovern } from "../oversight/must-govern.ts";
import { recordEvent } from "../record-event.ts";
import { keepIdentityUser } from "./keep-identity-user.ts";

/**
 * Governance makes somebody a teacher, or no longer one, by membership of the group in Authentik. Hubs of a former
 * teacher stay theirs. When the portal is killed after Authentik did it, the same act once more writes it down.
 * @throws Conflict when the person has the role already, or does not have it, or their account is deactivated
 * @throws Unavailable when Authentik does not do it; nothing has changed then
 */
export async function setTeacherRole(
  core: Core,
  actor: Actor,
  given: { personId: string; teacher: boolean },
): Promise<{ name: string }> {
  mustGovern(actor);
  const { personId, teacher } = given;
  const group = core.rules.roleGroups.teachers;
  const user = await core.identity.user(personId);
  if (user === null) throw new NotFound("Authentik does not know this person.");
  const name = user.name || user.username;
  if (teacher && !user.active) throw new Conflict(`The account of ${name} is deactivated in Authentik.`);

  const found = await core.store.directory.byId(personId);
  const known = found?.person ?? null;
  const isSo = user.groups.includes(group) === teacher;
  const isKnown = known === null || known.groups.includes(group) === teacher;
  if (isSo && isKnown) throw new Conflict(teacher ? `${name} is a teacher already.` : `${name} is not a teacher.`);
  if (!isSo) await core.identity.setNamedGroupMembership(group, personId, teacher);

  const others = user.groups.filter((each) => each !== group);
  await core.store.transaction(async (store) => {
    const groups = teacher ? [...others, group] : others;
    // Who had their data deleted here is known anew when they sign in.
    if (!found?.erased) await keepIdentityUser(core, store, { ...user, groups }, "teacher");
    const event = { hubId: null, actorId: actor.person.id, subjectId: personId } as const;
    await recordEvent(store, core.clock, {
      ...event,
      kind: teacher ? "teacher-granted" : "teacher-taken",
      from: teacher ? null : "teacher",
      to: teacher ? "teacher" : null,
    });
  });
  return { name };
}
