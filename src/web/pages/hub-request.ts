import { z } from "zod";
import type { FieldFault } from "../../domain/errors.ts";
import type { HubForm } from "../../domain/hub-request.ts";
import { proposeSlug } from "../../domain/slug.ts";
import type { CurrentActor } from "../../usecases/people/current-actor.ts";
import { checkHubRequest, requestHub, startHubRequest } from "../../usecases/requests/request-hub.ts";
import { type Answer, type Asked, addGet, addPost, type Web } from "../page.ts";
import { paths } from "../paths.ts";
import { hubId } from "./inputs.ts";
import { hubFormFields, reviewPage, wishFormPage } from "./wish-form.ts";

const submission = z
  .object({
    ...hubFormFields,
    terms: z.coerce.number().int().nullable().catch(null),
    submissionKey: z.string().max(64).min(1),
  })
  .transform(({ terms, submissionKey, ...form }) => ({
    // Who leaves the slug empty gets one made from the name.
    form: form.slug.trim() === "" ? { ...form, slug: proposeSlug(form.name) } : form,
    acceptedTerms: terms,
    submissionKey,
  }));
type Submission = z.infer<typeof submission>;

/** The request form, its review step, and filing it. */
export function addHubRequest(web: Web): void {
  const { core } = web;
  const again = (asked: Asked<Submission>, faults: readonly FieldFault[]) => showForm(web, asked, faults);

  addGet(web, {
    path: paths.newHub,
    input: z.object({ from: hubId.optional().catch(undefined) }),
    async handle({ actor, input: { from } }) {
      const view = await startHubRequest(core, actor, from === undefined ? {} : { from });
      return formPage({ ...view, acceptedTerms: null });
    },
  });
  // The addresses that forms are sent to stay in the address bar, and are reloaded or kept as bookmarks.
  for (const path of [paths.reviewHub, paths.hubs]) {
    addGet(web, { path, input: z.object({}), handle: async () => ({ redirect: paths.newHub }) });
  }
  // Back from the review step, with everything that was typed.
  addPost(web, { path: paths.newHub, input: submission, handle: (asked) => showForm(web, asked, []) });

  addPost(web, {
    path: paths.reviewHub,
    input: submission,
    again,
    async handle({ actor, input }) {
      const { wish } = await checkHubRequest(core, actor, input);
      return {
        ...reviewPage(core, wish),
        title: "Check your request",
        submit: { label: "Submit request", path: paths.hubs },
        back: paths.newHub,
        hidden: hiddenFields(input),
      };
    },
  });

  addPost(web, {
    path: paths.hubs,
    input: submission,
    again,
    async handle({ actor, input }) {
      const hub = await requestHub(core, actor, input);
      return {
        redirect: paths.leadership,
        notice: `Your request for ${hub.name} is filed. Governance decides; you are told by mail.`,
      };
    },
  });
}

async function showForm(web: Web, asked: { actor: CurrentActor; input: Submission }, faults: readonly FieldFault[]) {
  const view = await startHubRequest(web.core, asked.actor);
  const { form, acceptedTerms, submissionKey } = asked.input;
  return { ...formPage({ ...view, form, acceptedTerms, submissionKey }), faults };
}

type FormView = Awaited<ReturnType<typeof startHubRequest>> & { acceptedTerms: number | null };

function formPage(view: FormView): Answer & { template: string } {
  return {
    ...wishFormPage,
    title: "Create new Request",
    lead: "Governance reads your request and accepts or declines it. You can edit or cancel it until then.",
    action: paths.reviewHub,
    back: paths.leadership,
    hiddenInputs: { submissionKey: view.submissionKey },
    ...view,
  };
}

function hiddenFields({ form, acceptedTerms, submissionKey }: Submission): Partial<HubForm> & Record<string, string> {
  const terms: Record<string, string> = acceptedTerms === null ? {} : { terms: String(acceptedTerms) };
  return { ...form, ...terms, submissionKey };
}
