import type { Hub } from "./hub.ts";
import type { Person, Roles } from "./person.ts";

/** The person who acts, with the portal-wide roles they have now. */
export type Actor = { person: Person; roles: Roles };

/** Leads the hub: may see its page and its participants. */
export function leads(actor: Actor, hub: Pick<Hub, "teacherId">): boolean {
  return actor.person.id === hub.teacherId;
}

/** May see the hub's page. */
export function maySeeHub(actor: Actor, hub: Pick<Hub, "teacherId">): boolean {
  return leads(actor, hub) || actor.roles.governance;
}
