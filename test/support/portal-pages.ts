import type { Browser, BrowserContext, Page } from "playwright-core";
import { demoPassword } from "../../src/embedded-authentik/demo-people.ts";

/** What is typed into the request form; what is left out stays as the form presets it. */
export type TypedRequest = {
  name: string;
  slug?: string;
  description?: string;
  /** YYYY-MM-DD */
  startDate?: string;
  endDate?: string;
  /** Name of a notebook type, as the form shows it. */
  notebookType?: string;
  participants?: number;
};

/** Opens a browser of somebody's own; with scripts or, as the portal must also work, without. */
export function newPerson(browser: Browser, options: { scripts: boolean }): Promise<BrowserContext> {
  return browser.newContext({
    javaScriptEnabled: options.scripts,
    viewport: { width: 1280, height: 900 },
    locale: "en-GB",
    reducedMotion: "reduce",
  });
}

/** Opens an address of the portal and signs in on the way there. Takes a username of the try-out. */
export async function signIn(page: Page, url: string, username: string): Promise<void> {
  await page.goto(url);
  const welcome = page.getByRole("main").getByRole("link", { name: "Sign in" });
  if (await welcome.isVisible()) await welcome.click();
  await fillSignIn(page, username);
  await page.getByRole("button", { name: "Sign out" }).waitFor();
}

/** Fills the stand-in's sign-in page and sends it. */
export async function fillSignIn(page: Page, username: string): Promise<void> {
  await page.getByLabel("Username").fill(username);
  await page.getByLabel("Password").fill(demoPassword);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Goes to a tab: Participation, Leadership or Administration. */
export async function openTab(page: Page, name: string): Promise<void> {
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name }).click();
}

/** Fills the request form, which must be open. */
export async function fillRequest(page: Page, typed: TypedRequest): Promise<void> {
  await page.getByLabel("Project Name").fill(typed.name);
  if (typed.slug !== undefined) await page.getByLabel("Slug").fill(typed.slug);
  if (typed.description !== undefined) await page.getByLabel("Description").fill(typed.description);
  if (typed.startDate !== undefined) await page.getByLabel("Start date").fill(typed.startDate);
  if (typed.endDate !== undefined) await page.getByLabel("End date").fill(typed.endDate);
  if (typed.notebookType !== undefined) await page.getByLabel(typed.notebookType, { exact: true }).check();
  if (typed.participants !== undefined) {
    await page.getByLabel("Number of participants").fill(String(typed.participants));
  }
  const terms = page.getByLabel(/^I accept the terms of use/);
  if (await terms.isVisible()) await terms.check();
}

/** From the Leadership tab to the list with the new request in it. */
export async function fileRequest(page: Page, typed: TypedRequest): Promise<void> {
  await openTab(page, "Leadership");
  await page.getByRole("link", { name: "Create new Request" }).click();
  await fillRequest(page, typed);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("button", { name: "Submit request" }).click();
}

/** Goes to a part of the Administration tab, which must be open. */
export async function openAdministration(page: Page, name: string): Promise<void> {
  await page.getByRole("navigation", { name: "Administration" }).getByRole("link", { name }).click();
}

/** From any page to the decision page of an open request. */
export async function openRequest(page: Page, hubName: string): Promise<void> {
  await openTab(page, "Administration");
  await openAdministration(page, "Review open Requests");
  await page.getByRole("link", { name: hubName }).click();
}

/** The state that a hub's page shows, such as "Deployed". */
export function stateOf(page: Page) {
  return page.getByRole("region", { name: "State" }).locator(".tag");
}

/** A row of a table that names somebody or something. */
export function rowOf(page: Page, name: string | RegExp) {
  return page.getByRole("row").filter({ has: page.getByRole("rowheader", { name }) });
}
