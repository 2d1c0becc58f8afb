import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { readCatalogue } from "../../src/config/read-catalogue.ts";
import { createInspector, looks } from "../support/accessibility.ts";
import { chromiumSkip, launchChromium } from "../support/chromium.ts";
import { makePerson } from "../support/make.ts";
import { routesOf } from "../support/routes.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { fillUniversity } from "../support/university.ts";
import type { Visitor } from "../support/visitor.ts";
import { matrix } from "../web/permission-matrix.ts";
import { type Look, type Looker, looksAt, noPages } from "./page-list.ts";

/** `PICTURES=folder` keeps a picture of each page in each look there, to be looked at by people. */
const pictures = process.env.PICTURES;
const skip = chromiumSkip();

/** What holds for every page beside axe's rules. As text, because functions for the browser would need its types. */
const faultsOfPage = `(() => {
  const faults = [];
  const count = (selector) => document.querySelectorAll(selector).length;
  if (count("h1") !== 1) faults.push(count("h1") + " first headings");
  if (!/\\S.* – /.test(document.title)) faults.push("no title of its own: " + document.title);
  const ids = [...document.querySelectorAll("[id]")].map((each) => each.id);
  for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at))) faults.push("the id " + id + " twice");
  for (const selector of ["main a[href]", "main button", "header a[href]"]) {
    const element = [...document.querySelectorAll(selector)].find((each) => each.checkVisibility());
    if (!element) continue;
    element.focus();
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    if (outlineStyle !== "solid" || outlineWidth !== "3px") faults.push("the focus does not show at the first " + selector);
  }
  // On a desk nothing of a table is out of sight; the table of all days is wide, and folded away.
  for (const table of document.querySelectorAll(".scroll")) {
    const over = table.scrollWidth - table.clientWidth;
    if (over > 0) faults.push(over + " pixels are out of sight in: " + table.getAttribute("aria-label"));
  }
  document.activeElement.blur();
  return faults;
})()`;

test("every page, looked at in Chromium in light and dark, on a desk and on a phone", { skip }, async (t) => {
  const portal = await startTestApp({
    env: { HUB_UPDATES: "on", INSTITUTION_NAME: "Universität Musterstadt", SUPPORT_EMAIL: "help@example.org" },
    rules: {
      updates: true,
      trustEmails: true,
      catalogue: readCatalogue(undefined),
      capacity: { ramGib: 1200, cpus: 900 },
    },
  });
  let browser: Browser | null = null;
  t.after(async () => {
    await browser?.close();
    await portal.close();
  });
  const university = await fillUniversity(portal);
  browser = await launchChromium();
  const inspector = await createInspector(browser);
  const visitors: Record<Looker, () => Promise<Visitor> | Visitor> = {
    signedOut: () => portal.signedOut(),
    student: () => portal.asStudent(),
    newcomer: () => portal.as(makePerson({ id: "newcomer", username: "newcomer", name: "Franziska Neumann" })),
    tutor: () => portal.as(university.tutor),
    coTeacher: () => portal.as(university.coTeacher),
    teacher: () => portal.asTeacher(),
    otherTeacher: () => portal.asOtherTeacher(),
    governance: () => portal.asGovernance(),
  };
  const pages = new Map<Looker, Page>();
  const pageOf = async (who: Looker) => {
    const page = pages.get(who) ?? (await openAs(browser as Browser, portal, await visitors[who]()));
    pages.set(who, page);
    return page;
  };

  const all = looksAt(university);
  const nameOf = ({ as, path, press }: Look) => `${as} ${university.readable(path)}${press ? `, ${press}` : ""}`;
  for (const look of all) {
    await t.test(nameOf(look), async () => {
      const page = await pageOf(look.as);
      assert.equal(await go(page, portal.url, look), look.status ?? 200);
      assert.deepEqual(await page.evaluate(faultsOfPage), []);
      if (pictures) await takePictures(page, pictures, `${all.indexOf(look)} ${nameOf(look)}`);
      await inspector.inspect(page);
    });
  }

  await t.test("every page that the permission matrix knows was looked at, or is named as none", () => {
    const routes = routesOf(portal.app).filter((route) => route.startsWith("GET "));
    const seen = new Set(all.map(({ path }) => routes.find((route) => fits(route, path.replace(/\?.*/, "")))));
    const known = matrix.map(({ route }) => route).filter((route) => route.startsWith("GET "));
    const advice =
      "Add an address of it to looksAt in test/e2e/page-list.ts, or the reason why it is no page to noPages.";
    assert.deepEqual(
      known.filter((route) => !seen.has(route) && !(route in noPages)),
      [],
      advice,
    );
    assert.deepEqual(
      Object.keys(noPages).filter((route) => !known.includes(route) || seen.has(route)),
      [],
      "noPages is out of date",
    );
  });
});

function fits(route: string, path: string): boolean {
  const pattern = route.replace("GET ", "").replaceAll(".", "\\.").replace(/:\w+/g, "[^/]+");
  return new RegExp(`^${pattern}$`).test(path);
}

/** A browser that is signed in as somebody is in a test of the web. */
async function openAs(browser: Browser, portal: TestApp, visitor: Visitor): Promise<Page> {
  const context: BrowserContext = await browser.newContext({
    viewport: { width: 1100, height: 900 },
    reducedMotion: "reduce",
  });
  await context.addCookies([...visitor.cookies].map(([name, value]) => ({ name, value, url: portal.url })));
  return context.newPage();
}

/** Opens the address, and presses the button when there is one to press. Returns the status of what came. */
async function go(page: Page, url: string, { path, typed = {}, press }: Look): Promise<number | undefined> {
  const response = await page.goto(url + path);
  if (press === undefined) return response?.status();
  for (const [name, value] of Object.entries(typed))
    await page.locator(`main [name="${name}"]:not([type=hidden])`).fill(value);
  const [answer] = await Promise.all([
    page.waitForResponse((each) => each.request().isNavigationRequest()),
    page.getByRole("button", { name: press, exact: true }).click(),
  ]);
  await page.waitForLoadState();
  return answer.status();
}

async function takePictures(page: Page, folder: string, of: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const name = of.replace(/[^\w-]+/g, "_").slice(0, 90);
  for (const { name: look, colorScheme, width } of looks) {
    if (look === "dark, phone") continue;
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    await page.screenshot({ path: join(folder, `${name} ${look}.png`), fullPage: true });
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 1100, height: 900 });
}
