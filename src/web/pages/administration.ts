import { z } from "zod";
import { showAdministration } from "../../usecases/oversight/show-administration.ts";
import { listOpenRequests } from "../../usecases/requests/review-requests.ts";
import { addGet, type Web } from "../page.ts";
import { paths } from "../paths.ts";
import { pageNumber, pageSize } from "./inputs.ts";
import { mustHaveTab } from "./must-have-tab.ts";

/** Tab Administration. For others it does not exist. */
export function addAdministration(web: Web): void {
  const { core } = web;
  addGet(web, {
    path: paths.administration,
    input: z.object({}),
    async handle({ actor }) {
      mustHaveTab(actor);
      const view = await showAdministration(core, actor);
      return { template: "administration", title: "Administration", tab: "administration", view };
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
}
