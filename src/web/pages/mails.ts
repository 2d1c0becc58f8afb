import { z } from "zod";
import { retryMails, showUnsentMails } from "../../usecases/mails/unsent-mails.ts";
import { addGet, addPost, type Web } from "../page.ts";
import { paths } from "../paths.ts";
import { pageNumber, pageSize } from "./inputs.ts";
import { mustHaveTab } from "./must-have-tab.ts";

/** Mails that have not gone out. */
export function addMails(web: Web): void {
  const { core } = web;
  addGet(web, {
    path: paths.mails,
    input: z.object({ page: pageNumber }),
    async handle({ actor, input }) {
      mustHaveTab(actor);
      const found = await showUnsentMails(core, actor, { page: input.page, size: pageSize });
      return { template: "mails", title: "Mails", tab: "administration", ...found };
    },
  });
  addPost(web, {
    path: paths.mails,
    input: z.object({ mail: z.union([z.literal("all"), z.coerce.number().int().min(1)]) }),
    async handle({ actor, input: { mail } }) {
      mustHaveTab(actor);
      const count = await retryMails(core, actor, { mailId: mail === "all" ? null : mail });
      return { redirect: paths.mails, notice: `${count === 1 ? "1 mail is" : `${count} mails are`} tried again now.` };
    },
  });
}
