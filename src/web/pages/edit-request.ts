import { z } from "zod";
import type { FieldFault } from "../../domain/errors.ts";
import { proposeSlug } from "../../domain/slug.ts";
import { checkEdit, editRequest, startEdit, type WishView } from "../../usecases/requests/edit-request.ts";
import { type Asked, addGet, addPost, type Web } from "../page.ts";
import { paths } from "../paths.ts";
import { freeText, hubId } from "./inputs.ts";
import { existingFormPage, existingReviewPage, hubFormFields } from "./wish-form.ts";

const submission = z
  .object({ ...hubFormFields, id: hubId, version: z.coerce.number().int(), comment: freeText })
  .transform(({ id, version, comment, ...form }) => ({
    hubId: id,
    version,
    comment,
    form: form.slug.trim() === "" ? { ...form, slug: proposeSlug(form.name) } : form,
  }));
type Submission = z.infer<typeof submission>;

/** Where a teacher edits a request that governance has not decided. */
export function addEditRequest(web: Web): void {
  const { core } = web;
  const form = (view: WishView) => ({
    ...existingFormPage(view, { version: String(view.hub.version) }),
    title: `Edit request: ${view.hub.name}`,
    lead: "Governance has not decided yet. What you change replaces what you asked for; the earlier version is kept.",
    action: paths.editReview(view.hub.id),
  });
  // With what was typed, and the version that is the latest now: who submits again has been told.
  const again = async ({ actor, input }: Asked<Submission>, faults: readonly FieldFault[]) => {
    const view = await startEdit(core, actor, { hubId: input.hubId });
    return { ...form({ ...view, form: input.form, comment: input.comment }), faults };
  };

  // Also where forms are sent to: those addresses stay in the address bar, and are reloaded or kept as bookmarks.
  for (const path of [paths.edit(":id"), paths.editReview(":id"), paths.editSave(":id")]) {
    addGet(web, {
      path,
      input: z.object({ id: hubId }),
      handle: async ({ actor, input: { id } }) => form(await startEdit(core, actor, { hubId: id })),
    });
  }
  addPost(web, { path: paths.edit(":id"), input: submission, handle: (asked) => again(asked, []) });

  addPost(web, {
    path: paths.editReview(":id"),
    input: submission,
    again,
    async handle({ actor, input }) {
      const checked = await checkEdit(core, actor, input);
      return {
        ...existingReviewPage(core, checked, input.form, { version: String(input.version) }),
        title: "Check your request",
        submit: { label: "Save request", path: paths.editSave(input.hubId) },
        back: paths.edit(input.hubId),
      };
    },
  });

  addPost(web, {
    path: paths.editSave(":id"),
    input: submission,
    again,
    async handle({ actor, input }) {
      const hub = await editRequest(core, actor, input);
      return { redirect: paths.hub(hub.id), notice: `Your request for ${hub.name} is changed. Governance decides.` };
    },
  });
}
