import { z } from "zod";
import { Conflict } from "../../domain/errors.ts";
import { languages } from "../../domain/person.ts";
import { chooseLanguage, deleteOwnData, inTheWaySentence, showOwnData } from "../../usecases/people/own-data.ts";
import { addGet, addPost, send, type Web } from "../page.ts";
import { paths } from "../paths.ts";

/** How many events the page itself shows; the file has all. */
const shownEvents = 50;

/**
 * What the portal holds of a person, for that person.
 * @param authentikUrl where people look after what Authentik holds of them
 */
export function addAccount(web: Web, authentikUrl: string): void {
  const { core } = web;
  addGet(web, {
    path: paths.account,
    input: z.object({}),
    async handle({ actor }) {
      const { data, inTheWay } = await showOwnData(core, actor);
      const events = data.events.slice(0, shownEvents);
      return { template: "account", title: "Your data", data, inTheWay, events, authentikUrl };
    },
  });
  addGet(web, {
    path: paths.accountFile,
    input: z.object({}),
    async handle({ actor }) {
      const { data } = await showOwnData(core, actor);
      return { download: "jhaas-data.json", body: `${JSON.stringify(data, null, 2)}\n` };
    },
  });
  addPost(web, {
    path: paths.accountLanguage,
    input: z.object({ language: z.enum(languages) }),
    async handle({ actor, input }) {
      await chooseLanguage(core, actor, input);
      const notice = `Mails to you are in ${input.language === "de" ? "German" : "English"} from now on.`;
      return { redirect: paths.account, notice };
    },
  });

  addGet(web, {
    path: paths.accountDeletion,
    input: z.object({}),
    async handle({ actor }) {
      const { inTheWay, passedOn } = await showOwnData(core, actor);
      if (inTheWay.length > 0) throw new Conflict(inTheWaySentence(inTheWay));
      return {
        template: "confirm",
        title: "Delete your data here",
        sentences: [
          ...passedOn.map(({ hub, to }) => `${hub.name} passes on to ${to.name}.`),
          "Your applications are withdrawn, you leave all hubs at once, and you are signed out. Your name, e-mail address and groups are erased.",
          "Files in your home folders are erased together with each hub's. Download what you want to keep first.",
          "What you did stays in the log as done by a deleted person, and that you accepted the terms of use is kept. Your account in Authentik is not touched: if you sign in again, the portal knows you anew.",
        ],
        action: paths.accountDeletion,
        button: "Delete my data",
        danger: true,
        back: paths.account,
      };
    },
  });
  addPost(web, {
    path: paths.accountDeletion,
    input: z.object({}),
    async handle({ actor }) {
      await deleteOwnData(core, actor);
      return { redirect: paths.accountDeleted };
    },
  });
  web.app.get(paths.accountDeleted, (request, response) => {
    send(web, request, response, { template: "account-deleted", title: "Your data is deleted", authentikUrl });
  });
}
