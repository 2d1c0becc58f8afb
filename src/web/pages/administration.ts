import { z } from "zod";
import { NotFound } from "../../domain/errors.ts";
import { hubPhases } from "../../domain/hub-phase.ts";
import type { CurrentActor } from "../../usecases/current-actor.ts";
import { listOpenRequests, searchHubs } from "../../usecases/review-requests.ts";
import { showAdministration } from "../../usecases/show-administration.ts";
import { addGet, type Web } from "../page.ts";
import { paths } from "../paths.ts";
import { freeText, pageNumber, pageSize } from "./inputs.ts";

/** Tab Administration. For others it does not exist. */
export function addAdministration(web: Web): void {
  const { core } = web;
  addGet(web, {
    path: paths.administration,
    input: z.object({}),
    async handle({ actor }) {
      mustHaveTab(actor);
      const figures = await showAdministration(core, actor);
      return { template: "administration", title: "Administration", tab: "administration", ...figures };
    },
  });
  addGet(web, {
    path: paths.openRequests,
    input: z.object({ page: pageNumber }),
    async handle({ actor, input }) {
      mustHaveTab(actor);
      const list = await listOpenRequests(core, actor, { page: input.page, size: pageSize });
      return { template: "requests", title: "Review open Requests", tab: "administration", list };
    },
  });
  addGet(web, {
    path: paths.hubSearch,
    input: z.object({ page: pageNumber, text: freeText, phase: z.enum(hubPhases).nullable().catch(null) }),
    async handle({ actor, input: { page, text, phase } }) {
      mustHaveTab(actor);
      const list = await searchHubs(core, actor, { text, phase, ask: { page, size: pageSize } });
      return { template: "hub-search", title: "Search JupyterHubs", tab: "administration", list, text, phase };
    },
  });
}

function mustHaveTab(actor: CurrentActor): void {
  if (!actor.tabs.administration) throw new NotFound();
}
