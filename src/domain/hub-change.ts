import type { FieldFault } from "./errors.ts";
import { usageFields } from "./expected-usage.ts";
import { type Hub, isBeforeDeployment } from "./hub.ts";
import { phaseOf } from "./hub-phase.ts";
import type { HubForm, HubFormRules, HubWish } from "./hub-request.ts";
import { customNotebook } from "./notebook-type.ts";
import type { CalendarDate } from "./usage-period.ts";

/** What of a hub a person can ask for, each with the name it has on pages. */
export const wishLabels = {
  name: "Project Name",
  slug: "Slug",
  description: "Description",
  startDate: "Start date",
  endDate: "End date",
  notebookType: "Notebook Type",
  image: "Image",
  defaultUrl: "Default URL",
  ...(Object.fromEntries(usageFields.map(({ key, label }) => [key, label])) as Record<
    (typeof usageFields)[number]["key"],
    string
  >),
} as const;
export type WishField = keyof typeof wishLabels;

/** One field that two versions differ in. Dates as `YYYY-MM-DD`. */
export type Difference = { field: WishField; before: string | number; after: string | number };

/** What a hub is, in the terms of a request. */
export function wishOf(hub: HubWish): HubWish {
  const { name, slug, description, period, notebookType, image, defaultUrl, usage } = hub;
  return { name, slug, description, period, notebookType, image, defaultUrl, usage };
}

/** Takes two versions; returns the fields they differ in, in the order of the form. */
export function differenceOf(before: HubWish, after: HubWish): Difference[] {
  const [old, now] = [flat(before), flat(after)];
  return (Object.keys(wishLabels) as WishField[])
    .filter((field) => old[field] !== now[field])
    .map((field) => ({ field, before: old[field], after: now[field] }));
}

function flat({ period, usage, ...plain }: HubWish): Record<WishField, string | number> {
  return { ...plain, startDate: period.start, endDate: period.end, ...usage };
}

/** A difference in one line, for the timeline. Texts that may be long are only named. */
export function sumUp(difference: readonly Difference[]): string {
  const told = ({ field, before, after }: Difference) =>
    field === "description" ? "Description rewritten" : `${wishLabels[field]}: ${before} → ${after}`;
  return `${difference.map(told).join("; ")}.`;
}

/** The form as it is for a hub that exists. */
export function formOf(wish: HubWish): HubForm {
  const custom = wish.notebookType === customNotebook;
  const { participants, ramGib, cpus, storageGib, gpus } = wish.usage;
  return {
    name: wish.name,
    slug: wish.slug,
    description: wish.description,
    startDate: wish.period.start,
    endDate: wish.period.end,
    notebookType: wish.notebookType,
    customImage: custom ? wish.image : "",
    customDefaultUrl: custom ? wish.defaultUrl : "/lab",
    participants: String(participants),
    ramGib: String(ramGib),
    cpus: String(cpus),
    storageGib: String(storageGib),
    gpus: String(gpus),
  };
}

/**
 * The rules of the form for a hub that exists: who leaves the notebook type as it is keeps the image that goes with it,
 * although the catalogue may have moved on.
 */
export function rulesFor(wish: HubWish, rules: HubFormRules): HubFormRules {
  const { notebookType: id, image, defaultUrl } = wish;
  if (id === customNotebook) return rules;
  if (rules.catalogue.some((type) => type.id === id)) {
    const catalogue = rules.catalogue.map((type) => (type.id === id ? { ...type, image, defaultUrl } : type));
    return { ...rules, catalogue };
  }
  const gone = { id, name: id, description: "No longer offered for new hubs.", image, defaultUrl };
  return { ...rules, catalogue: [...rules.catalogue, gone] };
}

/** What the provider and the calendar say about changes. */
export type ChangeRules = { updates: boolean; today: CalendarDate };

export const deploymentHasBegun =
  "The deployment of this hub has begun, so it can no longer be cancelled or changed. It can be marked for degradation.";

/** Why changes to a hub cannot be asked for, as a sentence; null when they can. */
export function changeRefusal(
  hub: Pick<Hub, "decision" | "deployment" | "degradeRequestedAt" | "period">,
  { updates, today }: ChangeRules,
): string | null {
  if (hub.decision === "pending") return "This request is not decided yet, so it can simply be edited.";
  if (hub.decision !== "accepted") return `This hub is ${hub.decision}, so it cannot be changed.`;
  const phase = phaseOf(hub, today);
  const going = phase === "removing" || phase === "removed" || hub.degradeRequestedAt !== null;
  if (going || today > hub.period.end) return "This hub is over or going away, so it can no longer be changed.";
  return isBeforeDeployment(hub) || updates ? null : deploymentHasBegun;
}

/**
 * What in a proposed change does not fit the hub as it is now, beside the rules of the form.
 * @param accepted how many people are accepted
 */
export function changeFaults(hub: Hub, wish: HubWish, accepted: number): FieldFault[] {
  const faults: FieldFault[] = [];
  if (!isBeforeDeployment(hub) && wish.period.start !== hub.period.start) {
    faults.push({ field: "startDate", message: "The start date can no longer change: the hub's deployment has begun" });
  }
  if (wish.usage.participants < accepted) {
    const people = accepted === 1 ? "1 person is" : `${accepted} people are`;
    faults.push({
      field: "participants",
      message: `${people} accepted already, so the number of participants must be at least ${accepted}`,
    });
  }
  if (!isBeforeDeployment(hub) && wish.usage.storageGib < hub.usage.storageGib) {
    faults.push({
      field: "storageGib",
      message: `Home folders can only grow once they exist: enter ${hub.usage.storageGib} GiB or more`,
    });
  }
  return faults;
}

const serverFields: readonly WishField[] = ["notebookType", "image", "defaultUrl", "ramGib", "cpus", "gpus"];

/** When accepted changes to a hub that runs take effect; one sentence for each kind of change in it. */
export function whenApplied(difference: readonly Difference[]): string[] {
  const changed = (...fields: WishField[]) => difference.some(({ field }) => fields.includes(field));
  const sentences: string[] = [];
  if (changed("name", "description")) sentences.push("Name and description change at once.");
  if (changed("endDate")) sentences.push("The end date changes at once.");
  const ofServers = difference
    .filter(({ field }) => serverFields.includes(field))
    .map(({ field }) => wishLabels[field]);
  if (ofServers.length > 0) {
    sentences.push(
      `For servers that start from then on: ${ofServers.join(", ")}. Running servers are not stopped; a participant gets it with the next start.`,
    );
  }
  if (changed("storageGib"))
    sentences.push("Home folders grow with the next start of a server; nothing in them is lost.");
  if (changed("participants"))
    sentences.push("The number of seats changes at once, and with it what the hub may use in all.");
  return sentences;
}
