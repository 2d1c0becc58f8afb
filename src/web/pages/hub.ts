import { toString as qrCode } from "qrcode";
import { z } from "zod";
import { todayOf } from "../../usecases/core.ts";
import { openHub } from "../../usecases/hubs/open-hub.ts";
import { type HubView, showHub } from "../../usecases/hubs/show-hub.ts";
import { showTimeline } from "../../usecases/hubs/show-timeline.ts";
import { addGet, commonLocals, type Web } from "../page.ts";
import { paths } from "../paths.ts";
import { remember } from "../remember.ts";
import { hubId, pageNumber } from "./inputs.ts";

/** Participants on the hub's own page, those who wait first; all of them have a page of their own. */
const participantsShown = 5;

/** Events on one page of the timeline. */
const eventsOnPage = 50;

/** A hub's page, what keeps it up to date, its timeline, and the way into the hub. */
export function addHub(web: Web): void {
  const { core } = web;
  const startsNow = (view: HubView) => view.deploysOn <= todayOf(core);

  addGet(web, {
    path: paths.hub(":id"),
    input: z.object({ id: hubId }),
    async handle({ actor, input: { id } }) {
      const ask = { page: 1, size: participantsShown };
      const view = await showHub(core, actor, { hubId: id, status: null, text: "", ask });
      return {
        template: "hub",
        title: view.hub.name,
        tab: view.standing.staff !== null ? "leadership" : "administration",
        view: { ...view, startsNow: startsNow(view) },
        underWay: view.underWay,
        qr: view.invitationUrl === null ? "" : await invitationQr(view.invitationUrl),
      };
    },
  });

  // A piece of the page, for browsers that run scripts.
  web.app.get(paths.hubProgress(":id"), async (request, response) => {
    const { actor } = request;
    const id = hubId.safeParse(request.params.id);
    if (actor === null || !id.success) return void response.status(404).type("text").send("not found\n");
    const ask = { page: 1, size: participantsShown };
    const view = await showHub(core, actor, { hubId: id.data, status: null, text: "", ask });
    response.set("X-At-Rest", view.underWay ? "no" : "yes");
    response.render("partials/hub-state", {
      ...commonLocals(web, request),
      view: { ...view, startsNow: startsNow(view) },
    });
  });

  addGet(web, {
    path: paths.timeline(":id"),
    input: z.object({ id: hubId, page: pageNumber }),
    async handle({ actor, input: { id, page } }) {
      const view = await showTimeline(core, actor, { hubId: id, ask: { page, size: eventsOnPage } });
      const tab = view.standing.staff !== null ? "leadership" : "administration";
      return { template: "timeline", title: `Timeline of ${view.hub.name}`, tab, view };
    },
  });

  addGet(web, {
    path: paths.openHub(":id"),
    input: z.object({ id: hubId }),
    async handle({ actor, input: { id } }) {
      return { redirect: await openHub(core, actor, { hubId: id }) };
    },
  });
}

/** The invitation link as an SVG that is part of the page; screen readers have the link beside it. */
const invitationQr = remember(500, async (url: string): Promise<string> => {
  const svg = await qrCode(url, { type: "svg", margin: 1 });
  return svg.replace("<svg ", '<svg role="img" aria-label="QR code of the invitation link" ');
});
