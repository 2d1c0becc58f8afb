import type { Actor } from "../../domain/actor.ts";
import type { ChangeRequest } from "../../domain/change-request.ts";
import type { Hub } from "../../domain/hub.ts";
import { changeFaults, changeRefusal, type Difference, differenceOf, whenApplied } from "../../domain/hub-change.ts";
import type { Person } from "../../domain/person.ts";
import type { ChangeRow } from "../../ports/change-requests.ts";
import { type Core, todayOf } from "../core.ts";
import { hubGovernedBy, hubLedBy } from "../find-hub.ts";
import { changeOf, mustBeOpen } from "./close-change.ts";
import { type DecisionBasis, decisionBasis } from "./decision-basis.ts";

/** One time that a request was edited: what differed, and what its teacher wrote. */
export type EditView = { by: string; at: Date; comment: string | null; difference: Difference[] };
/** One change request with what it proposes. */
export type ChangeView = ChangeRow & { difference: Difference[] };

/** How a request was edited before the decision, the newest first. */
export async function editsOf(core: Core, hubId: string): Promise<EditView[]> {
  const versions = await core.store.versions.listOf(hubId);
  return versions
    .flatMap((version, index): EditView[] => {
      const earlier = versions[index - 1];
      if (earlier === undefined) return [];
      const difference = differenceOf(earlier.wish, version.wish);
      return [{ by: version.writtenByName, at: version.writtenAt, comment: version.comment, difference }];
    })
    .reverse();
}

/** What was proposed for a hub after the decision, the newest first. */
export async function changesOf(core: Core, hubId: string): Promise<ChangeView[]> {
  const rows = await core.store.changes.listOf(hubId);
  return rows.map((row) => ({ ...row, difference: differenceOf(row.change.before, row.change.wish) }));
}

/**
 * What a request looks like now beside how it was in an earlier version.
 * @returns null when nothing of what is asked for differs
 */
export async function changedSince(core: Core, hub: Hub, version: number): Promise<Difference[] | null> {
  const versions = await core.store.versions.listOf(hub.id);
  const seen = versions.filter((each) => each.version <= version).at(-1);
  const difference = seen === undefined ? [] : differenceOf(seen.wish, hub);
  return difference.length === 0 ? null : difference;
}

export type ChangeDecisionView = DecisionBasis & {
  hub: Hub;
  teacher: Person | null;
  change: ChangeRequest;
  createdByName: string;
  closedByName: string | null;
  difference: Difference[];
  /** When it takes effect, for a hub that runs; empty before deployment. */
  whenApplied: string[];
  /** Why it cannot be accepted as things are; null when it can. */
  refusal: string | null;
  /** The other change requests of this hub. */
  others: ChangeView[];
};

/** Everything a decision about a change request needs. Throws `NotFound` or `Forbidden` for others than governance. */
export async function showChangeDecision(
  core: Core,
  actor: Actor,
  given: { hubId: string; changeId: string },
): Promise<ChangeDecisionView> {
  const hub = await hubGovernedBy(core, actor, given.hubId);
  const change = await changeOf(core, hub.id, given.changeId);
  const [teacher, changes, basis, accepted] = await Promise.all([
    core.store.people.byId(hub.teacherId),
    changesOf(core, hub.id),
    decisionBasis(core, change.wish, hub),
    core.store.seats.taken(hub.id),
  ]);
  const own = changes.find((each) => each.change.id === change.id);
  const difference = differenceOf(change.before, change.wish);
  const rules = { updates: core.rules.updates, today: todayOf(core) };
  return {
    ...basis,
    hub,
    teacher,
    change,
    createdByName: own?.createdByName ?? "",
    closedByName: own?.closedByName ?? null,
    difference,
    whenApplied: hub.deployment === "none" ? [] : whenApplied(difference),
    refusal: changeRefusal(hub, rules) ?? changeFaults(hub, change.wish, accepted)[0]?.message ?? null,
    others: changes.filter((each) => each.change.id !== change.id),
  };
}

/**
 * The hub of a change request that its teacher may still take back.
 * @throws Conflict when it does not wait any more
 */
export async function showOpenChange(
  core: Core,
  actor: Actor,
  given: { hubId: string; changeId: string },
): Promise<Hub> {
  const hub = await hubLedBy(core, actor, given.hubId);
  await mustBeOpen(core, await changeOf(core, hub.id, given.changeId));
  return hub;
}
