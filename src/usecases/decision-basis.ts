import { type ExpectedUsage, totalOf, type UsageTotal } from "../domain/expected-usage.ts";
import type { HubWish } from "../domain/hub-request.ts";
import { warningAbout } from "../domain/image-reference.ts";
import { notebookName } from "../domain/notebook-type.ts";
import { daysIn } from "../domain/usage-period.ts";
import type { HubRow } from "../ports/store.ts";
import type { Core } from "./core.ts";

/** What governance decides by, for a request and for a change alike. */
export type DecisionBasis = {
  notebookName: string;
  /** What to think about before the image is used; null when there is nothing. */
  imageWarning: string | null;
  days: number;
  /** Over all participants of this hub. */
  total: UsageTotal;
  /** Accepted hubs that share a day with this one, and what all of them reserve together. */
  overlapping: HubRow[];
  overlappingTotal: UsageTotal;
  /** What this hub and those would reserve at most. */
  together: UsageTotal;
  capacity: Partial<UsageTotal>;
};

/**
 * Adds up what a decision needs.
 * @param wish what the hub would be
 * @param hubId id of the hub itself, which does not overlap with itself
 */
export async function decisionBasis(core: Core, wish: HubWish, hubId: string): Promise<DecisionBasis> {
  const overlapping = await core.store.hubs.overlapping(wish.period, hubId);
  const total = totalOf(wish.usage);
  const overlappingTotal = sum(overlapping.map((row) => row.hub.usage));
  return {
    notebookName: notebookName(wish.notebookType, core.rules.catalogue),
    imageWarning: warningAbout(wish),
    days: daysIn(wish.period),
    total,
    overlapping,
    overlappingTotal,
    together: add(total, overlappingTotal),
    capacity: core.rules.capacity,
  };
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
