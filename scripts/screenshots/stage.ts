import type { Browser, BrowserContext, Page } from "playwright-core";
import { fileRequest, newPerson, openRequest, rowOf, signIn, stateOf } from "../../test/support/portal-pages.ts";
import type { TryOut } from "../../test/support/try-out.ts";
import { waitFor } from "../../test/support/wait-for.ts";

/** Everybody with a browser of their own, after a story that fills every page with something to see. */
export type Stage = {
  url: string;
  authentikUrl: string;
  /** Browsers by username; `nobody` is signed out. */
  people: ReadonlyMap<string, BrowserContext>;
  /** Addresses of hubs' pages and invitation links, by project name. */
  hubPages: ReadonlyMap<string, string>;
  invitations: ReadonlyMap<string, string>;
};

const stats = {
  name: "Statistics I, summer 2027",
  slug: "stats-1",
  description:
    "Exercises for the lecture: descriptive statistics, distributions, tests.\nNo prior knowledge of Python.",
  notebookType: "SciPy",
  participants: 120,
};
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toLocaleDateString("sv");

/** Plays the story: four requests, of which one is deployed, one is declined, and two wait; three applicants. */
export async function setStage(tryOut: TryOut, browser: Browser): Promise<Stage> {
  const people = new Map<string, BrowserContext>();
  const pages = new Map<string, Page>();
  people.set("nobody", await newPerson(browser, { scripts: true }));
  for (const username of ["teacher", "teacher2", "governance", "student", "student2", "student3"]) {
    const person = await newPerson(browser, { scripts: true });
    const page = await person.newPage();
    await signIn(page, tryOut.url, username);
    people.set(username, person);
    pages.set(username, page);
  }
  const pageOf = (username: string) => pages.get(username) as Page;
  const hubPages = new Map<string, string>();
  const invitations = new Map<string, string>();

  const teacher = pageOf("teacher");
  const today = { startDate: inDays(0), endDate: inDays(180) };
  await fileRequest(teacher, { ...stats, ...today });
  await fileRequest(teacher, { name: "Open day for schools", slug: "open-day", description: "One afternoon." });
  await fileRequest(pageOf("teacher2"), {
    name: "Geodata with R",
    slug: "geodata",
    description: "Seminar with maps.",
    notebookType: "R",
    participants: 40,
  });
  await fileRequest(pageOf("teacher2"), {
    name: "Thesis of a doctoral student",
    slug: "thesis",
    description: "Large simulations.",
    participants: 1,
  });

  const governance = pageOf("governance");
  await openRequest(governance, stats.name);
  await governance.getByRole("button", { name: "Accept" }).click();
  await openRequest(governance, "Thesis of a doctoral student");
  await governance
    .getByLabel("Reason")
    .fill("Hubs are for courses. The computing centre has a cluster for simulations: hpc@example.org");
  await governance.getByRole("button", { name: "Decline" }).click();

  for (const [username, names] of [
    ["teacher", [stats.name, "Open day for schools"]],
    ["teacher2", ["Geodata with R", "Thesis of a doctoral student"]],
  ] as const) {
    for (const name of names) {
      const page = pageOf(username);
      await page.goto(`${tryOut.url}/leadership`);
      await page.getByRole("link", { name, exact: true }).click();
      hubPages.set(name, page.url());
    }
  }
  await teacher.goto(hubPages.get(stats.name) ?? "");
  const link = (await teacher.getByRole("region", { name: "Invitation link" }).locator("code").innerText()).trim();
  invitations.set(stats.name, link);
  for (const username of ["student", "student2"]) {
    await pageOf(username).goto(link);
    await pageOf(username).getByRole("button", { name: "Request access" }).click();
  }
  await teacher.reload();
  await rowOf(teacher, "Jonas Weber").getByRole("button", { name: "Accept" }).click();
  const deployed = async () => {
    await teacher.goto(hubPages.get(stats.name) ?? "");
    return (await stateOf(teacher).innerText()) === "Deployed";
  };
  await waitFor(deployed, "a deployed hub", { withinMs: 120_000, everyMs: 1000 });
  return { url: tryOut.url, authentikUrl: tryOut.authentikUrl, people, hubPages, invitations };
}

/** The name of the hub that is deployed. */
export const deployedHub = stats.name;
