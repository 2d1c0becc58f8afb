import { z } from "zod";
import { NotFound } from "../../domain/errors.ts";
import { todayOf } from "../../usecases/core.ts";
import type { CurrentActor } from "../../usecases/people/current-actor.ts";
import {
  publishTerms,
  saveTermsDraft,
  showAcceptances,
  showTermsManagement,
  startTermsDraft,
  withdrawTerms,
} from "../../usecases/terms/manage-terms.ts";
import { renderMarkdown } from "../markdown.ts";
import { addGet, addPost, type Web } from "../page.ts";
import { paths } from "../paths.ts";
import { freeText, pageNumber, pageSize } from "./inputs.ts";

const tab = "administration" as const;
const version = z.coerce.number().int().min(1).max(1_000_000);
const revision = z.coerce.number().int().min(0).catch(0);

/** Where governance writes, publishes and withdraws the terms of use, and sees who accepted them. */
export function addTermsManagement(web: Web): void {
  const { core } = web;
  addGet(web, {
    path: paths.termsManagement,
    input: z.object({}),
    async handle({ actor }) {
      mustHaveTab(actor);
      const view = await showTermsManagement(core, actor);
      return { template: "terms-management", title: "Terms of use", tab, view };
    },
  });

  const draftPage = (given: { markdown: string; revision: number }, saved: string | null) => ({
    template: "terms-draft",
    title: "Draft of the terms of use",
    tab,
    ...given,
    preview: given.markdown.trim() === "" ? "" : renderMarkdown(given.markdown),
    other: saved === null || saved === given.markdown ? "" : renderMarkdown(saved),
  });
  addGet(web, {
    path: paths.termsDraft,
    input: z.object({}),
    async handle({ actor }) {
      mustHaveTab(actor);
      return draftPage(await startTermsDraft(core, actor), null);
    },
  });
  addPost(web, {
    path: paths.termsDraft,
    input: z.object({ markdown: freeText, revision }),
    async again({ actor, input: { markdown } }) {
      // What somebody else saved is shown beside what was typed, and saving once more replaces it knowingly.
      const saved = await core.store.terms.draft();
      mustHaveTab(actor);
      return draftPage({ markdown, revision: saved?.revision ?? 0 }, saved?.markdown ?? null);
    },
    async handle({ actor, input }) {
      mustHaveTab(actor);
      await saveTermsDraft(core, actor, input);
      return { redirect: paths.termsDraft, notice: "The draft is saved. Nobody but governance sees it." };
    },
  });

  const publicationPage = async (actor: CurrentActor, validFrom: string) => {
    mustHaveTab(actor);
    const { draft } = await showTermsManagement(core, actor);
    if (draft === null) throw new NotFound("There is no draft to publish.");
    const html = renderMarkdown(draft.markdown);
    return { template: "terms-publication", title: "Publish the terms of use", tab, draft, html, validFrom };
  };
  addGet(web, {
    path: paths.termsPublication,
    input: z.object({}),
    handle: ({ actor }) => publicationPage(actor, todayOf(core)),
  });
  addPost(web, {
    path: paths.termsPublication,
    input: z.object({ validFrom: freeText, revision }),
    again: ({ actor, input }) => publicationPage(actor, input.validFrom),
    async handle({ actor, input }) {
      mustHaveTab(actor);
      const published = await publishTerms(core, actor, input);
      return { redirect: paths.termsManagement, notice: `Version ${published} of the terms of use is published.` };
    },
  });

  const withdrawal = paths.termsWithdrawal(":version");
  addGet(web, {
    path: withdrawal,
    input: z.object({ version }),
    async handle({ actor, input }) {
      mustHaveTab(actor);
      const { versions } = await showTermsManagement(core, actor);
      const coming = versions.find((each) => each.version === input.version && each.state === "coming");
      if (coming === undefined) throw new NotFound("There is no version of this number that is still to come.");
      return {
        template: "confirm",
        title: `Withdraw version ${input.version}`,
        tab,
        sentences: ["It will not become valid, and people are not asked to accept it. This cannot be undone."],
        action: paths.termsWithdrawal(input.version),
        button: `Withdraw version ${input.version}`,
        danger: true,
        back: paths.termsManagement,
      };
    },
  });
  addPost(web, {
    path: withdrawal,
    input: z.object({ version }),
    async handle({ actor, input }) {
      mustHaveTab(actor);
      await withdrawTerms(core, actor, input);
      return { redirect: paths.termsManagement, notice: `Version ${input.version} is withdrawn.` };
    },
  });

  addGet(web, {
    path: paths.termsAcceptances(":version"),
    input: z.object({ version, page: pageNumber }),
    async handle({ actor, input }) {
      mustHaveTab(actor);
      const ask = { page: input.page, size: pageSize };
      const list = await showAcceptances(core, actor, { version: input.version, ask });
      const title = `Who accepted version ${input.version}`;
      return { template: "terms-acceptances", title, tab, version: input.version, list };
    },
  });
}

function mustHaveTab(actor: CurrentActor): void {
  if (!actor.tabs.administration) throw new NotFound();
}
