import { type Actor, leads, maySeeHub } from "../domain/actor.ts";
import { Forbidden, NotFound } from "../domain/errors.ts";
import type { Hub } from "../domain/hub.ts";
import type { Core } from "./core.ts";

/** The hub, for its teacher and for governance. Others must not learn that it exists: throws `NotFound`. */
export async function hubOversightOf(core: Core, actor: Actor, hubId: string): Promise<Hub> {
  const hub = await core.store.hubs.byId(hubId);
  if (hub === null || !maySeeHub(actor, hub)) throw new NotFound();
  return hub;
}

/** The hub, for an act of its teacher. Governance, who see it, get `Forbidden`; others `NotFound`. */
export async function hubLedBy(core: Core, actor: Actor, hubId: string): Promise<Hub> {
  const hub = await hubOversightOf(core, actor, hubId);
  if (!leads(actor, hub)) throw new Forbidden("Only the teacher of this hub may do this.");
  return hub;
}

/** The hub, for an act of governance. Its teacher, who sees it, gets `Forbidden`; others `NotFound`. */
export async function hubGovernedBy(core: Core, actor: Actor, hubId: string): Promise<Hub> {
  const hub = await hubOversightOf(core, actor, hubId);
  if (!actor.roles.governance) throw new Forbidden("Only governance may do this.");
  return hub;
}
