import type { Actor } from "../../domain/actor.ts";
import { Conflict, Forbidden, Invalid } from "../../domain/errors.ts";
import type { Hub } from "../../domain/hub.ts";
import type { Person } from "../../domain/person.ts";
import { type Core, todayOf } from "../core.ts";
import { hubSeenBy } from "../find-hub.ts";
import { goesOn } from "../hubs/goes-on.ts";
import { findUser } from "../people/find-user.ts";
import { keepIdentityUser } from "../people/keep-identity-user.ts";
import { passHubOn } from "./pass-hub-on.ts";

export type HandOver = {
  hubId: string;
  /** The owner whom the page showed. */
  from: string;
  /** Username or e-mail address in Authentik, exactly. */
  named: string;
  /** Whether the former owner stays as a co-teacher; otherwise they leave. */
  stays: boolean;
};

/**
 * The hub's owner, or governance, hands the hub over to another teacher.
 * @returns the new owner
 * @throws Invalid for nobody, several, a deactivated account, who is no teacher, or the owner themselves
 * @throws Conflict when somebody was quicker, or the hub is over or going away
 */
export async function handOverHub(core: Core, actor: Actor, given: HandOver): Promise<Person> {
  const hub = await hubToHandOver(core, actor, given.hubId);
  if (!goesOn(hub, todayOf(core))) throw new Conflict(isOver);
  const user = await findUser(core, given.named, "named");
  const fault = (message: string) => new Invalid([{ field: "named", message }]);
  const name = user.name || user.username;
  if (user.id === hub.teacherId) throw fault(`The hub is ${name}'s already`);
  const { teachers } = core.rules.roleGroups;
  if (!user.groups.includes(teachers)) {
    throw fault(`${name} may not lead hubs: only teachers, who are in the group ${teachers} in Authentik, may`);
  }

  const owner = await core.store.transaction(async (store) => {
    const person = await keepIdentityUser(core, store, user);
    // Whoever had deleted their data is somebody the portal knows again.
    await store.personalData.cancelErasure(person.id);
    const { from, stays } = given;
    const done = await passHubOn(store, core, { hub, from, to: person, stays, actorId: actor.person.id });
    return done ? person : null;
  });
  if (owner === null) throw await tooLate(core, actor, given);
  core.wake(hub.id);
  return owner;
}

/** The hub, for handing it over: its owner and governance. Its other staff get `Forbidden`; others `NotFound`. */
export async function hubToHandOver(core: Core, actor: Actor, hubId: string): Promise<Hub> {
  const { hub, standing } = await hubSeenBy(core, actor, hubId);
  if (standing.staff === "owner" || standing.governance) return hub;
  throw new Forbidden("Only the teacher whose hub it is, and governance, may hand it over.");
}

/** Says what came first. */
async function tooLate(core: Core, actor: Actor, given: HandOver): Promise<Conflict> {
  const { hub } = await hubSeenBy(core, actor, given.hubId);
  if (hub.teacherId !== given.from) {
    const owner = await core.store.people.byId(hub.teacherId);
    return new Conflict(`The hub was handed over to ${owner?.name ?? "somebody else"} meanwhile.`);
  }
  if (!goesOn(hub, todayOf(core))) return new Conflict(isOver);
  return new Conflict("The hub changed meanwhile. Look at it again before you hand it over.");
}

const isOver = "This hub is over or going away, so it can no longer be handed over.";
