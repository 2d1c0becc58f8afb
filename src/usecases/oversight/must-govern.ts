import type { Actor } from "../../domain/actor.ts";
import { Forbidden } from "../../domain/errors.ts";

/** Throws `Forbidden` unless the actor is of governance. */
export function mustGovern(actor: Pick<Actor, "roles">): void {
  if (!actor.roles.governance) throw new Forbidden("Only governance may see this page.");
}
