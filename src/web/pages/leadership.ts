import { z } from "zod";
import { NotFound } from "../../domain/errors.ts";
import { showLeadership } from "../../usecases/hubs/show-leadership.ts";
import { addGet, type Web } from "../page.ts";
import { paths } from "../paths.ts";
import { pageNumber, pageSize } from "./inputs.ts";

/** Tab Leadership: the teacher's own hubs. */
export function addLeadership(web: Web): void {
  addGet(web, {
    path: paths.leadership,
    input: z.object({ page: pageNumber }),
    async handle({ actor, input }) {
      if (!actor.tabs.leadership) throw new NotFound();
      const { hubs, may } = await showLeadership(web.core, actor, { page: input.page, size: pageSize });
      return { template: "leadership", title: "Leadership", tab: "leadership", list: hubs, may };
    },
  });
}
