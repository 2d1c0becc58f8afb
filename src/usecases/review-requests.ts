import type { Actor } from "../domain/actor.ts";
import { Forbidden } from "../domain/errors.ts";
import { type ExpectedUsage, totalOf, type UsageTotal } from "../domain/expected-usage.ts";
import type { Hub } from "../domain/hub.ts";
import { type HubPhase, phaseOf } from "../domain/hub-phase.ts";
import { notebookName } from "../domain/notebook-type.ts";
import type { Person } from "../domain/person.ts";
import { daysIn } from "../domain/usage-period.ts";
import type { HubRow, HubSearch, Page, PageAsk } from "../ports/store.ts";
import { type Core, todayOf } from "./core.ts";
import { hubGovernedBy } from "./find-hub.ts";

/** Requests that wait for a decision, the oldest first. */
export async function listOpenRequests(core: Core, actor: Actor, ask: PageAsk): Promise<Page<HubRow>> {
  mustGovern(actor);
  return core.store.hubs.listPending(ask);
}

export type RequestView = {
  hub: Hub;
  teacher: Person | null;
  decidedBy: Person | null;
  notebookName: string;
  days: number;
  /** Over all participants of this request. */
  total: UsageTotal;
  /** Accepted hubs that share a day with this request, and what all of them reserve together. */
  overlapping: HubRow[];
  overlappingTotal: UsageTotal;
  /** What this request and those would reserve at most. */
  together: UsageTotal;
  capacity: Partial<UsageTotal>;
};

/** Everything a decision needs. Throws `NotFound` for those who see no hub, `Forbidden` for the teacher. */
export async function showRequest(core: Core, actor: Actor, given: { hubId: string }): Promise<RequestView> {
  const hub = await hubGovernedBy(core, actor, given.hubId);
  const [teacher, decidedBy, overlapping] = await Promise.all([
    core.store.people.byId(hub.teacherId),
    hub.decidedBy === null ? null : core.store.people.byId(hub.decidedBy),
    core.store.hubs.overlapping(hub.period, hub.id),
  ]);
  const total = totalOf(hub.usage);
  const overlappingTotal = sum(overlapping.map((row) => row.hub.usage));
  return {
    hub,
    teacher,
    decidedBy,
    notebookName: notebookName(hub.notebookType, core.rules.catalogue),
    days: daysIn(hub.period),
    total,
    overlapping,
    overlappingTotal,
    together: add(total, overlappingTotal),
    capacity: core.rules.capacity,
  };
}

/** All hubs that match, with their phase. */
export async function searchHubs(
  core: Core,
  actor: Actor,
  given: Omit<HubSearch, "today"> & { ask: PageAsk },
): Promise<Page<HubRow & { phase: HubPhase }>> {
  mustGovern(actor);
  const today = todayOf(core);
  const { ask, ...search } = given;
  const page = await core.store.hubs.search({ ...search, today }, ask);
  return { ...page, items: page.items.map((row) => ({ ...row, phase: phaseOf(row.hub, today) })) };
}

function mustGovern(actor: Actor): void {
  if (!actor.roles.governance) throw new Forbidden("Only governance may see this page.");
}

function sum(usages: readonly ExpectedUsage[]): UsageTotal {
  return usages.map(totalOf).reduce(add, { ramGib: 0, cpus: 0, storageGib: 0, gpus: 0 });
}

function add(a: UsageTotal, b: UsageTotal): UsageTotal {
  return {
    ramGib: a.ramGib + b.ramGib,
    cpus: a.cpus + b.cpus,
    storageGib: a.storageGib + b.storageGib,
    gpus: a.gpus + b.gpus,
  };
}
