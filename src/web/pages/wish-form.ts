import { usageFields } from "../../domain/expected-usage.ts";
import type { HubForm, HubWish } from "../../domain/hub-request.ts";
import { warningAbout } from "../../domain/image-reference.ts";
import { notebookName } from "../../domain/notebook-type.ts";
import { daysIn } from "../../domain/usage-period.ts";
import type { Core } from "../../usecases/core.ts";
import type { CheckedWish, WishView } from "../../usecases/requests/edit-request.ts";
import { paths } from "../paths.ts";
import { freeText } from "./inputs.ts";

/** The fields of the form with which hubs are requested, edited and changed. */
export const hubFormFields = {
  name: freeText,
  slug: freeText,
  description: freeText,
  startDate: freeText,
  endDate: freeText,
  notebookType: freeText,
  customImage: freeText,
  customDefaultUrl: freeText,
  participants: freeText,
  ramGib: freeText,
  cpus: freeText,
  storageGib: freeText,
  gpus: freeText,
} satisfies Record<keyof HubForm, typeof freeText>;

/** What all pages with the form have in common. */
export const wishFormPage = {
  template: "hub-form",
  tab: "leadership",
  script: "hub-form.js",
  usageFields,
  // What only some of them have.
  terms: null,
  acceptedTerms: null,
  question: null,
  comment: null,
  commentLabel: "",
  slugIsFixed: false,
  notes: [] as string[],
  hiddenInputs: {} as Record<string, string>,
} as const;

/** What all review steps have in common. */
export function reviewPage(core: Core, wish: HubWish) {
  return {
    template: "hub-review",
    tab: "leadership",
    wish,
    days: daysIn(wish.period),
    notebook: notebookName(wish.notebookType, core.rules.catalogue),
    warning: warningAbout(wish),
    addressPattern: core.backend.addressPattern,
    difference: null,
    comment: null,
    notes: [] as string[],
  } as const;
}

/** The form for a hub that exists, filled in or as it was typed. */
export function existingFormPage(view: WishView, hidden: Record<string, string>) {
  const { form, rules, addressPattern, question, comment, hub } = view;
  return {
    ...wishFormPage,
    form,
    rules,
    addressPattern,
    question,
    comment,
    commentLabel: question === null ? "Note for governance (optional)" : "Your answer",
    back: paths.hub(hub.id),
    hiddenInputs: hidden,
  };
}

/** The review step for a hub that exists: what differs, and what is sent on. */
export function existingReviewPage(core: Core, checked: CheckedWish, form: HubForm, hidden: Record<string, string>) {
  const { wish, difference, comment } = checked;
  return {
    ...reviewPage(core, wish),
    difference,
    comment,
    hidden: { ...form, comment: comment ?? "", ...hidden },
  };
}
