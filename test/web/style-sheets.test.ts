import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { startTestApp, type TestApp } from "../support/test-app.ts";

const root = resolve(import.meta.dirname, "../..");
const filesIn = (folder: string, ending: string) =>
  readdirSync(resolve(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(ending))
    .map((file) => readFileSync(resolve(root, folder, file), "utf8"))
    .join("\n");

describe("style sheets", () => {
  let portal: TestApp;
  before(async () => {
    portal = await startTestApp();
  });
  after(() => portal.close());

  test("every sheet is linked once by each page, in the order that the layers need, and is there", async () => {
    const page = await portal.signedOut().get("/");
    const linked = page
      .$("link[rel=stylesheet]")
      .toArray()
      .map((link) => page.$(link).attr("href") ?? "");
    assert.deepEqual(linked.slice(0, 2), ["/theme.css", "/public/css/base.css"]);
    const sheets = readdirSync(resolve(root, "public/css")).map((file) => `/public/css/${file}`);
    assert.deepEqual(linked.slice(1).sort(), sheets.sort());
    for (const href of linked) assert.equal((await portal.signedOut().get(href)).status, 200, href);
  });

  test("no rule is for a class that no page has", () => {
    const rules = filesIn("public/css", ".css").replace(/\/\*[\s\S]*?\*\//g, "");
    const selectors = [...rules.matchAll(/([^{}]+)\{/g)].map(([, selector = ""]) => selector);
    const classes = new Set(
      selectors.flatMap((each) => [...each.matchAll(/\.([a-z][\w-]*)/g)].map(([, name]) => name)),
    );
    assert.ok(classes.size > 50);
    const pages = `${filesIn("views", ".ejs")}\n${filesIn("src/web", ".ts")}\n${filesIn("public", ".js")}`;
    const unused = [...classes].filter((name) => !new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(pages));
    assert.deepEqual(unused, []);
  });
});
