import assert from "node:assert/strict";
import { resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { makePerson } from "../support/make.ts";
import { routesOf } from "../support/routes.ts";
import { people, startTestApp, type TestApp } from "../support/test-app.ts";
import type { Seen, Visitor } from "../support/visitor.ts";
import { fillWorld, hostile, hostilePerson } from "./world.ts";

const origin = "http://portal.example.org";

describe("every page that a role can reach by links", () => {
  let portal: TestApp;
  before(async () => {
    const logo = resolve(import.meta.dirname, "../../public/icon.svg");
    const links = { IMPRINT_URL: "https://example.org/imprint", SUPPORT_EMAIL: "help@example.org" };
    portal = await startTestApp({
      env: { INSTITUTION_LOGO: logo, INSTITUTION_NAME: hostile, HUB_UPDATES: "on", ...links },
      rules: { capacity: { ramGib: 1 } },
    });
    await fillWorld(portal);
  });
  after(() => portal.close());

  /** Follows every link from the start, until there is no page left that was not seen. */
  const seenBy = async (visitor: Visitor): Promise<Map<string, Seen>> => {
    const pages = new Map<string, Seen>();
    const ahead = ["/"];
    for (let path = ahead.pop(); path !== undefined; path = ahead.pop()) {
      if (pages.has(path)) continue;
      const seen = await visitor.get(path);
      pages.set(path, seen);
      const isPage = seen.headers["content-type"]?.startsWith("text/html");
      for (const href of [...(isPage ? addressesOn(seen) : []), seen.location ?? ""]) {
        const url = new URL(href, origin + path);
        if (url.origin === origin) ahead.push(url.pathname + url.search);
      }
    }
    return pages;
  };
  const visitors: Record<string, () => Visitor | Promise<Visitor>> = {
    "somebody who is not signed in": () => portal.signedOut(),
    "a student in every status": () => portal.as(hostilePerson),
    "a student without hubs": () => portal.as(makePerson()),
    "a tutor": () => portal.as(makePerson({ id: "tutor" })),
    "a co-teacher": () => portal.as(makePerson({ id: "co-teacher" })),
    "a teacher": () => portal.asTeacher(),
    "a teacher without hubs": () => portal.asOtherTeacher(),
    governance: () => portal.asGovernance(),
    "governance that teaches": () =>
      portal.as({ ...people.governance, id: "both", groups: ["portal-admins", "portal-leaders"] }),
  };
  for (const [who, visitor] of Object.entries(visitors)) {
    test(`as ${who}: links lead somewhere, and each page keeps the rules of all pages`, async () => {
      const pages = await seenBy(await visitor());
      const html = [...pages].filter(([, seen]) => isPage(seen));
      assert.ok(html.length >= 2);
      const post = routesOf(portal.app).filter((route) => route.startsWith("POST "));
      for (const [path, seen] of html) {
        // Authentik does not answer in this test.
        const expected = path.startsWith("/sign-in") ? [503, 303] : [200, 303];
        assert.ok(expected.includes(seen.status), `${path}: ${seen.status} ${seen.main.slice(0, 200)}`);
        if (seen.status !== 303) checkPage(path, seen, post);
        checkFragments(path, seen, pages);
      }
    });
  }

  test("the crawl reaches the pages of every phase, and second pages of lists", async () => {
    const pages = await seenBy(await portal.asTeacher());
    for (const label of [
      "Waiting for governance",
      "Declined",
      "Cancelled",
      "Accepted",
      "Deploying",
      "Deployed",
      "Failed",
    ]) {
      assert.ok(
        [...pages.values()].some((seen) => seen.$("[aria-label=State] .tag").text() === label),
        label,
      );
    }
    assert.ok(pages.has("/leadership?page=2"));
    assert.ok([...pages.keys()].some((path) => /^\/hubs\/[^/]+\/participants\?page=2$/.test(path)));
    assert.ok([...pages.keys()].some((path) => path.endsWith("/removal")));
  });
});

const isPage = ({ headers }: Pick<Seen, "headers">) => headers["content-type"]?.startsWith("text/html") ?? false;

/** Addresses of links, of what the page loads, and of forms that are sent by GET. */
function addressesOn({ $, headers }: Seen): string[] {
  if (!isPage({ headers })) return [];
  const found = $("a[href], link[href], script[src], img[src], form[method=get]").toArray();
  return found.flatMap((each) => {
    const address = $(each).attr("href") ?? $(each).attr("src") ?? $(each).attr("action");
    return address === undefined ? [] : [address];
  });
}

function checkPage(path: string, { $, headers, text }: Seen, postRoutes: string[]): void {
  const where = (what: string) => `${path}: ${what}`;
  assert.match(headers["content-security-policy"] ?? "", /default-src 'self'/, where("has the policy"));
  assert.equal(headers["cache-control"], "no-store", where("is not kept"));
  assert.equal($("html").attr("lang"), "en", where("names its language"));
  assert.equal($("h1").length, 1, where("has one first heading"));
  assert.equal($("main#main").length, 1, where("has one main part"));
  assert.match($("title").text(), /\S.* – /, where("has a title of its own"));

  // What the policy would refuse, and what hostile text would have become.
  assert.equal($("[style], style").length, 0, where("has no inline style"));
  assert.equal($("script:not([src])").length, 0, where("has no inline script"));
  assert.equal($("[onerror], [onclick], [onload], [onsubmit]").length, 0, where("has no inline handler"));
  assert.equal($("img:not([src^='/'])").length, 0, where("has no picture but the portal's own"));
  assert.equal($("img:not([alt])").length, 0, where("each picture has words in its place"));
  assert.equal($("[href^='javascript:'], [action^='javascript:']").length, 0, where("has no address that runs"));
  assert.ok(!text.includes("<script>alert"), where("escapes what people typed"));
  assert.ok(!text.includes("undefined") && !text.includes("[object Object]"), where("shows no value that is none"));

  const ids = $("[id]")
    .toArray()
    .map((each) => $(each).attr("id"));
  assert.deepEqual(
    ids.filter((id, index) => ids.indexOf(id) !== index),
    [],
    where("has each id once"),
  );
  for (const each of $("input:not([type=hidden]), select, textarea").toArray()) {
    const id = $(each).attr("id") ?? "";
    assert.ok(
      $("label")
        .toArray()
        .some((label) => $(label).attr("for") === id),
      where(`labels ${id}`),
    );
  }
  for (const each of $("[aria-describedby], [aria-labelledby]").toArray()) {
    const named = `${$(each).attr("aria-describedby") ?? ""} ${$(each).attr("aria-labelledby") ?? ""}`;
    for (const id of named.split(" ").filter(Boolean)) assert.ok(ids.includes(id), where(`there is a #${id}`));
  }
  // Markdown has no captions and scopes, so guides and terms are left out.
  for (const table of $("table").not(".rendered table").toArray()) {
    assert.equal($(table).find("caption").length, 1, where("each table has a caption"));
    assert.equal($(table).find("th:not([scope])").length, 0, where("each heading of a table has a scope"));
    assert.equal($(table).closest(".scroll[tabindex=0][aria-label]").length, 1, where("each table can be scrolled"));
  }
  const names = $("main a, main button")
    .toArray()
    .map((each) => $(each).text().replace(/\s+/g, " ").trim());
  assert.ok(!names.includes(""), where("each link and button has a name"));
  const buttons = $("main td button")
    .toArray()
    .map((each) => $(each).text().replace(/\s+/g, " ").trim());
  assert.equal(
    new Set(buttons).size,
    buttons.length,
    where(`buttons of rows differ: ${buttons.join(" | ").slice(0, 300)}`),
  );

  for (const form of $("form[method=post]").toArray()) {
    assert.equal($(form).find("input[name=_csrf]").length, 1, where("each form has the token"));
    const targets = [
      $(form).attr("action"),
      ...$(form)
        .find("[formaction]")
        .toArray()
        .map((each) => $(each).attr("formaction")),
    ];
    for (const target of targets) {
      const found = postRoutes.some((route) => matches(route.replace("POST ", ""), target ?? ""));
      assert.ok(found, where(`a form leads to ${target}, which takes none`));
    }
  }
}

function matches(route: string, path: string): boolean {
  const pattern = route.replace(/:\w+/g, "[^/]+");
  return new RegExp(`^${pattern}$`).test(path);
}

/** Links to a part of a page must find that part there. */
function checkFragments(path: string, { $ }: Seen, pages: Map<string, Seen>): void {
  for (const each of $("a[href*='#']").toArray()) {
    const url = new URL($(each).attr("href") ?? "", origin + path);
    const target = pages.get(url.pathname + url.search);
    if (url.origin !== origin || target === undefined) continue;
    assert.equal(target.$(url.hash).length, 1, `${path}: ${url.hash} is on ${url.pathname}`);
  }
}
