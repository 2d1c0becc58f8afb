import { z } from "zod";
import type { FieldFault } from "../../domain/errors.ts";
import { whenApplied } from "../../domain/hub-change.ts";
import { withdrawChange } from "../../usecases/requests/close-change.ts";
import {
  type ChangeFormView,
  checkChange,
  requestChange,
  startChange,
} from "../../usecases/requests/request-change.ts";
import { showOpenChange } from "../../usecases/requests/show-changes.ts";
import { type Asked, addGet, addPost, type Web } from "../page.ts";
import { paths } from "../paths.ts";
import { changeId, freeText, hubId } from "./inputs.ts";
import { existingFormPage, existingReviewPage, hubFormFields } from "./wish-form.ts";

const submission = z
  .object({
    ...hubFormFields,
    id: hubId,
    version: z.coerce.number().int(),
    openId: z.string().max(36).catch(""),
    comment: freeText,
  })
  .transform(({ id, version, openId, comment, ...form }) => ({ hubId: id, version, openId, comment, form }));
type Submission = z.infer<typeof submission>;

/** Where a teacher asks for changes to an accepted hub, and takes that back. */
export function addChangeRequest(web: Web): void {
  const { core } = web;
  const form = (view: ChangeFormView) => {
    const runs = view.hub.deployment !== "none";
    return {
      ...existingFormPage(view, { version: String(view.hub.version), openId: view.open?.id ?? "" }),
      title: `Request a change to ${view.hub.name}`,
      lead: "Governance reads what you propose and accepts or declines it. Until then the hub stays as it is.",
      action: paths.changeReview(view.hub.id),
      slugIsFixed: true,
      notes: [
        ...(view.open === null ? [] : ["A change request waits already and is shown here. A new one takes its place."]),
        ...(runs ? notesOnRunningHub : []),
      ],
    };
  };
  const again = async ({ actor, input }: Asked<Submission>, faults: readonly FieldFault[]) => {
    const view = await startChange(core, actor, { hubId: input.hubId });
    return { ...form({ ...view, form: { ...input.form, slug: view.hub.slug }, comment: input.comment }), faults };
  };

  // Also where forms are sent to: those addresses stay in the address bar, and are reloaded or kept as bookmarks.
  for (const path of [paths.change(":id"), paths.changeReview(":id"), paths.changes(":id")]) {
    addGet(web, {
      path,
      input: z.object({ id: hubId }),
      handle: async ({ actor, input: { id } }) => form(await startChange(core, actor, { hubId: id })),
    });
  }
  addPost(web, { path: paths.change(":id"), input: submission, handle: (asked) => again(asked, []) });

  addPost(web, {
    path: paths.changeReview(":id"),
    input: submission,
    again,
    async handle({ actor, input }) {
      const checked = await checkChange(core, actor, input);
      const hidden = { version: String(input.version), openId: input.openId };
      return {
        ...existingReviewPage(core, checked, input.form, hidden),
        title: "Check your change",
        submit: { label: "Submit change request", path: paths.changes(input.hubId) },
        back: paths.change(input.hubId),
        notes: checked.hub.deployment === "none" ? [] : whenApplied(checked.difference),
      };
    },
  });

  addPost(web, {
    path: paths.changes(":id"),
    input: submission,
    again,
    async handle({ actor, input }) {
      await requestChange(core, actor, input);
      return {
        redirect: `${paths.hub(input.hubId)}#changes`,
        notice: "Your change request is filed. Governance decides; you are told by mail.",
      };
    },
  });

  const ids = z.object({ id: hubId, changeId });
  addGet(web, {
    path: paths.changeWithdrawal(":id", ":changeId"),
    input: ids,
    async handle({ actor, input: { id, changeId: change } }) {
      const hub = await showOpenChange(core, actor, { hubId: id, changeId: change });
      return {
        template: "confirm",
        title: `Withdraw the change to ${hub.name}`,
        tab: "leadership",
        sentences: ["The hub stays as it is. The change request is kept on its page as withdrawn."],
        action: paths.changeWithdrawal(id, change),
        button: "Withdraw change request",
        danger: false,
        back: `${paths.hub(id)}#changes`,
      };
    },
  });
  addPost(web, {
    path: paths.changeWithdrawal(":id", ":changeId"),
    input: ids,
    async handle({ actor, input: { id, changeId: change } }) {
      await withdrawChange(core, actor, { hubId: id, changeId: change });
      return { redirect: `${paths.hub(id)}#changes`, notice: "The change request is withdrawn." };
    },
  });
}

const notesOnRunningHub = [
  "The hub's deployment has begun. Name, description, end date and seats change once governance accepts.",
  "Image, default URL, RAM and CPUs hold for servers that start from then on; running servers are not stopped.",
  "Home folders can only grow. Slug and start date stay.",
];
