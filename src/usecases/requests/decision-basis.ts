import { totalOf, type UsageTotal } from "../../domain/expected-usage.ts";
import type { Hub } from "../../domain/hub.ts";
import { type HubPhase, phaseOf } from "../../domain/hub-phase.ts";
import type { HubWish } from "../../domain/hub-request.ts";
import { warningAbout } from "../../domain/image-reference.ts";
import { notebookName } from "../../domain/notebook-type.ts";
import { daysIn } from "../../domain/usage-period.ts";
import type { HubRow, Page } from "../../ports/store.ts";
import { type Core, todayOf } from "../core.ts";
import { type CapacityView, capacityView } from "./capacity-view.ts";

/** What governance decides by, for a request and for a change alike. */
export type DecisionBasis = {
  notebookName: string;
  /** What to think about before the image is used; null when there is nothing. */
  imageWarning: string | null;
  days: number;
  /** Over all participants of this hub. */
  total: UsageTotal;
  /** What is reserved on each day, with and without this hub. */
  load: CapacityView;
  /** Accepted hubs that share a day with this one; the first of them, and how many there are in all. */
  overlapping: Page<HubRow>;
  /** The newest hubs of the same teacher but this one, and how many there are in all. */
  othersOfTeacher: { hubs: (HubRow & { phase: HubPhase })[]; total: number };
};

const othersShown = 10;
const overlappingShown = 50;

/**
 * Puts together what a decision needs.
 * @param wish what the hub would be
 * @param hub the hub itself, which does not overlap with itself
 */
export async function decisionBasis(
  core: Core,
  wish: HubWish,
  hub: Pick<Hub, "id" | "teacherId">,
): Promise<DecisionBasis> {
  const today = todayOf(core);
  const [load, overlapping, ofTeacher] = await Promise.all([
    capacityView(core, { usage: wish.usage, period: wish.period, exceptHubId: hub.id }),
    core.store.hubs.overlapping(wish.period, hub.id, { page: 1, size: overlappingShown }),
    core.store.hubs.listOf(hub.teacherId, { page: 1, size: othersShown + 1 }),
  ]);
  const others = ofTeacher.items.filter((row) => row.hub.id !== hub.id).slice(0, othersShown);
  return {
    notebookName: notebookName(wish.notebookType, core.rules.catalogue),
    imageWarning: warningAbout(wish),
    days: daysIn(wish.period),
    total: totalOf(wish.usage),
    load,
    overlapping,
    othersOfTeacher: {
      hubs: others.map((row) => ({ ...row, phase: phaseOf(row.hub, today) })),
      total: ofTeacher.total - 1,
    },
  };
}
