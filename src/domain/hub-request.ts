import type { FieldFault } from "./errors.ts";
import { checkUsage, type ExpectedUsage, type UsageLimits, usageFields } from "./expected-usage.ts";
import { parseImageReference } from "./image-reference.ts";
import { customNotebook, defaultUrlFault, type NotebookType } from "./notebook-type.ts";
import { slugFault } from "./slug.ts";
import { checkPeriod, nextSemester, type PeriodRules, type UsagePeriod } from "./usage-period.ts";

/** The request form as typed: every value is text, so that it can be shown again unchanged. */
export type HubForm = {
  name: string;
  slug: string;
  description: string;
  startDate: string;
  endDate: string;
  notebookType: string;
  customImage: string;
  customDefaultUrl: string;
  participants: string;
  ramGib: string;
  cpus: string;
  storageGib: string;
  gpus: string;
};

/** What a teacher asks for, once the form is good. */
export type HubWish = {
  name: string;
  slug: string;
  description: string;
  period: UsagePeriod;
  notebookType: string;
  image: string;
  defaultUrl: string;
  usage: ExpectedUsage;
};

export type HubFormRules = { period: PeriodRules; limits: UsageLimits; catalogue: readonly NotebookType[] };

export const nameLength = { min: 3, max: 63 } as const;
export const descriptionLength = { max: 2048 } as const;

/** The form as it first appears: next semester, first notebook type, preset usage. */
export function blankHubForm(rules: HubFormRules): HubForm {
  const period = nextSemester(rules.period.today);
  const preset = (key: keyof ExpectedUsage) => String(rules.limits[key].preset);
  return {
    name: "",
    slug: "",
    description: "",
    startDate: period.start,
    endDate: period.end,
    notebookType: rules.catalogue[0]?.id ?? customNotebook,
    customImage: "",
    customDefaultUrl: "/lab",
    participants: preset("participants"),
    ramGib: preset("ramGib"),
    cpus: preset("cpus"),
    storageGib: preset("storageGib"),
    gpus: preset("gpus"),
  };
}

/**
 * Checks the form against all rules except uniqueness of the slug.
 * @param keepsStart start date that the hub already has, when a request is changed: it may lie in the past
 * @returns what is asked for, or every fault, in the order of the fields
 */
export function readHubForm(
  typed: HubForm,
  rules: HubFormRules,
  keepsStart?: string,
): { wish: HubWish } | { faults: FieldFault[] } {
  const faults: FieldFault[] = [];
  const fault = (field: keyof HubForm, message: string | null) => {
    if (message !== null) faults.push({ field, message });
  };

  const name = typed.name.trim().replace(/\s+/g, " ");
  fault("name", nameFault(name));
  const slug = typed.slug.trim();
  fault("slug", slugFault(slug));
  // Browsers send CRLF, which would count twice.
  const description = typed.description.replace(/\r\n?/g, "\n").trim();
  if (length(description) > descriptionLength.max) {
    fault("description", `The description must have at most 2,048 characters; it has ${length(description)}`);
  } else if (hasControl(description)) {
    fault("description", "The description must be plain text");
  }
  const period = { start: typed.startDate.trim(), end: typed.endDate.trim() };
  faults.push(...checkPeriod(period, rules.period, keepsStart));
  const notebook = readNotebook(typed, rules.catalogue, fault);
  const usage = readUsage(typed, rules.limits);
  faults.push(...checkUsage(usage, rules.limits));

  return faults.length > 0 ? { faults } : { wish: { name, slug, description, period, ...notebook, usage } };
}

function nameFault(name: string): string | null {
  const { min, max } = nameLength;
  if (name === "") return "Enter a project name";
  if (length(name) < min || length(name) > max) return `The project name must have ${min} to ${max} characters`;
  return hasControl(name) ? "The project name must be plain text" : null;
}

function readNotebook(
  typed: HubForm,
  catalogue: readonly NotebookType[],
  fault: (field: keyof HubForm, message: string | null) => void,
): Pick<HubWish, "notebookType" | "image" | "defaultUrl"> {
  // Only read when Custom is chosen: without JavaScript the fields are always on the page, and may hold anything.
  if (typed.notebookType === customNotebook) {
    const image = typed.customImage.trim();
    const defaultUrl = typed.customDefaultUrl.trim();
    const parsed = parseImageReference(image);
    fault("customImage", typeof parsed === "string" ? parsed : null);
    fault("customDefaultUrl", defaultUrlFault(defaultUrl));
    return { notebookType: customNotebook, image, defaultUrl };
  }
  const chosen = catalogue.find((type) => type.id === typed.notebookType);
  if (chosen === undefined) {
    fault("notebookType", "Choose a notebook type");
    return { notebookType: "", image: "", defaultUrl: "" };
  }
  return { notebookType: chosen.id, image: chosen.image, defaultUrl: chosen.defaultUrl };
}

function readUsage(typed: HubForm, limits: UsageLimits): ExpectedUsage {
  const usage: ExpectedUsage = { participants: 0, ramGib: 0, cpus: 0, storageGib: 0, gpus: 0 };
  for (const { key } of usageFields) {
    // A provider without graphics cards does not show the field; what is sent for it is not read.
    const offered = limits[key].max > 0;
    // German keyboards type a comma.
    const text = typed[key].trim().replace(",", ".");
    usage[key] = !offered ? 0 : /^\d{1,6}(\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN;
  }
  return usage;
}

/** Characters as people count them. */
function length(text: string): number {
  return [...text].length;
}

function hasControl(text: string): boolean {
  return /[\p{Cc}\p{Cs}]/u.test(text.replace(/[\n\t]/g, ""));
}
