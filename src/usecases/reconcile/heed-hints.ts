import { ActError } from "../../domain/errors.ts";
import type { Hint } from "../../domain/hint.ts";
import type { Core } from "../core.ts";
import { readAgain } from "../people/current-actor.ts";

/** People asked for at once, at most; the others are found by the regular looks. */
const peopleAtMost = 50;

/** Looks at what hints are about: at a hub's group, at who may do what in the portal, at one person's account. */
export async function heedHints(core: Core, hints: readonly Hint[]): Promise<void> {
  const { teachers, governance } = core.rules.roleGroups;
  const groups = new Set<string>();
  const people = new Set<string>();
  let roles = false;
  for (const hint of hints) {
    if (hint.about === "person") people.add(hint.id);
    else if (hint.name === teachers || hint.name === governance) roles = true;
    else groups.add(hint.id);
  }
  // Everybody's roles are read again, each when they next ask for a page.
  if (roles) await core.store.people.expireAll();
  const due = new Set<string>();
  for (const id of groups) {
    const hubId = await core.store.identities.expire(id);
    if (hubId !== null) due.add(hubId);
  }
  for (const id of [...people].slice(0, peopleAtMost)) {
    for (const hubId of await lookAtPerson(core, id)) due.add(hubId);
  }
  for (const hubId of due) core.wake(hubId);
}

/** Returns the hubs to look at, which are those of the person when something about them is new. */
async function lookAtPerson(core: Core, id: string): Promise<string[]> {
  const known = await core.store.people.byId(id);
  if (known === null) return [];
  try {
    const now = await readAgain(core, known);
    const same =
      now.active === known.active && [...now.groups].sort().join("\n") === [...known.groups].sort().join("\n");
    return same ? [] : core.store.identities.expireOfPerson(id);
  } catch (error) {
    if (!(error instanceof ActError)) throw error;
    core.log.warn({ person: id, reason: error.sentence }, "a hint could not be followed");
    return [];
  }
}
