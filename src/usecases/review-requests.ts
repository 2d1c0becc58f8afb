import type { Actor } from "../domain/actor.ts";
import type { Hub } from "../domain/hub.ts";
import type { Person } from "../domain/person.ts";
import type { HubRow, Page, PageAsk } from "../ports/store.ts";
import type { Core } from "./core.ts";
import { type DecisionBasis, decisionBasis } from "./decision-basis.ts";
import { hubGovernedBy } from "./find-hub.ts";
import { mustGovern } from "./must-govern.ts";

/** Requests that wait for a decision, the oldest first. */
export async function listOpenRequests(core: Core, actor: Actor, ask: PageAsk): Promise<Page<HubRow>> {
  mustGovern(actor);
  return core.store.hubs.listPending(ask);
}

export type RequestView = DecisionBasis & { hub: Hub; teacher: Person | null; decidedBy: Person | null };

/** Everything a decision needs. Throws `NotFound` for those who see no hub, `Forbidden` for the teacher. */
export async function showRequest(core: Core, actor: Actor, given: { hubId: string }): Promise<RequestView> {
  const hub = await hubGovernedBy(core, actor, given.hubId);
  const [teacher, decidedBy, basis] = await Promise.all([
    core.store.people.byId(hub.teacherId),
    hub.decidedBy === null ? null : core.store.people.byId(hub.decidedBy),
    decisionBasis(core, hub, hub),
  ]);
  return { ...basis, hub, teacher, decidedBy };
}
