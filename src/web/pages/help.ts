import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import express from "express";
import { renderOwnMarkdown } from "../markdown.ts";
import { send, type Web } from "../page.ts";
import { paths } from "../paths.ts";

const docs = resolve(import.meta.dirname, "../../../docs");

/** The guides, which are the same as in the repository. */
const topics = [
  { id: "participants", title: "For participants", about: "Getting access, opening a hub, and keeping your files." },
  {
    id: "teachers",
    title: "For teachers",
    about: "Requesting a hub, inviting participants, and what to do in a lesson.",
  },
  { id: "governance", title: "For governance", about: "Deciding about requests, and looking after hubs and people." },
] as const;

/** Help for everybody, signed in or not: a guide for each role. */
export function addHelp(web: Web): void {
  web.app.get(paths.help, (request, response) => {
    send(web, request, response, { template: "help", title: "Help", topics });
  });
  for (const { id, title } of topics) {
    // The page has its own first heading; pictures lie beside the folder of the guides.
    const text = readFileSync(resolve(docs, "guide", `${id}.md`), "utf8")
      .replace(/^# .*\n/, "")
      .replaceAll("](../", "](/help/")
      // A picture that is not there (yet) is left out instead of shown broken.
      .replace(/!\[[^\]]*\]\(\/help\/([\w-]+\.png)\)/g, (picture, file: string) =>
        existsSync(resolve(docs, file)) ? picture : "",
      )
      .replace(/\]\((participants|teachers|governance)\.md\)/g, "](/help/$1)");
    const html = renderOwnMarkdown(text);
    web.app.get(paths.helpTopic(id), (request, response) => {
      send(web, request, response, { template: "help-topic", title, topics, topic: id, html });
    });
  }
  const pictures = express.static(docs, { maxAge: "1h", index: false, redirect: false });
  web.app.get("/help/:picture.png", (request, response, next) => {
    request.url = request.url.replace(/^\/help/, "");
    pictures(request, response, next);
  });
}
