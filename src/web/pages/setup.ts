import { z } from "zod";
import { NotFound } from "../../domain/errors.ts";
import { checkSetup } from "../../usecases/oversight/check-setup.ts";
import { addGet, type Web } from "../page.ts";
import { paths } from "../paths.ts";

/** What `npm run doctor` says, for governance. For others it does not exist. */
export function addSetup(web: Web): void {
  addGet(web, {
    path: paths.setup,
    input: z.object({}),
    async handle({ actor }) {
      if (!actor.roles.governance) throw new NotFound();
      const view = await checkSetup(web.core, actor);
      return { template: "setup", title: "Check the setup", tab: "administration", view };
    },
  });
}
