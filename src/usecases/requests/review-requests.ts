import type { Actor } from "../../domain/actor.ts";
import type { Hub } from "../../domain/hub.ts";
import type { Difference } from "../../domain/hub-change.ts";
import type { Person } from "../../domain/person.ts";
import type { OpenRequest } from "../../ports/open-requests.ts";
import type { Page, PageAsk } from "../../ports/store.ts";
import type { Core } from "../core.ts";
import { hubGovernedBy } from "../find-hub.ts";
import { mustGovern } from "../oversight/must-govern.ts";
import { type DecisionBasis, decisionBasis } from "./decision-basis.ts";
import { changedSince, type EditView, editsOf } from "./show-changes.ts";

/** Requests and change requests that wait for a decision, the oldest first; those that were sent back come last. */
export async function listOpenRequests(core: Core, actor: Actor, ask: PageAsk): Promise<Page<OpenRequest>> {
  mustGovern(actor);
  return core.store.openRequests.list(ask);
}

export type RequestView = DecisionBasis & {
  hub: Hub;
  teacher: Person | null;
  decidedBy: Person | null;
  askedBy: Person | null;
  /** How the request was edited, the newest first. */
  edits: EditView[];
  /** What differs from the version that somebody looked at before; null when nothing does, or none is given. */
  changedSince: Difference[] | null;
  /** Of a hub that is decided: the change request that waits, if one does. */
  openChangeId: string | null;
};

/**
 * Everything a decision needs. Throws `NotFound` for those who see no hub, `Forbidden` for the teacher.
 * @param given.since version that the actor looked at before, when it is known
 */
export async function showRequest(
  core: Core,
  actor: Actor,
  given: { hubId: string; since?: number },
): Promise<RequestView> {
  const hub = await hubGovernedBy(core, actor, given.hubId);
  const personOrNull = (id: string | null) => (id === null ? null : core.store.people.byId(id));
  const [teacher, decidedBy, askedBy, basis, edits, change] = await Promise.all([
    personOrNull(hub.teacherId),
    personOrNull(hub.decidedBy),
    personOrNull(hub.askedBy),
    decisionBasis(core, hub, hub),
    editsOf(core, hub.id),
    core.store.changes.openOf(hub.id),
  ]);
  const since = given.since === undefined ? null : await changedSince(core, hub, given.since);
  return { ...basis, hub, teacher, decidedBy, askedBy, edits, changedSince: since, openChangeId: change?.id ?? null };
}
