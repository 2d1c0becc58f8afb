import { send, type Web } from "../page.ts";
import { paths } from "../paths.ts";

/** The start: what this is for people who are not signed in, and the tab that is most likely wanted for others. */
export function addHome(web: Web): void {
  web.app.get(paths.home, (request, response) => {
    const { actor } = request;
    if (actor === null) return send(web, request, response, { template: "welcome", title: "Welcome" });
    if (actor.tabs.administration) return response.redirect(303, paths.administration);
    response.redirect(303, actor.tabs.leadership ? paths.leadership : paths.participation);
  });
}
