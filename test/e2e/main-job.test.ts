import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { DateTime } from "luxon";
import type { Page } from "playwright-core";
import { toString as qrCode } from "qrcode";
import { chromiumSkip } from "../support/chromium.ts";
import { jupyterHubVenv } from "../support/jupyterhub-venv.ts";
import { runInNotebook, untilJupyterLab } from "../support/jupyterlab.ts";
import {
  fileRequest,
  fillRequest,
  fillSignIn,
  newPerson,
  openAdministration,
  openRequest,
  openTab,
  rowOf,
  signIn,
  stateOf,
} from "../support/portal-pages.ts";
import { processesOf, serversOf } from "../support/processes.ts";
import { waitFor } from "../support/wait-for.ts";
import { leftInAuthentik, letThrough, membersOf } from "./in-authentik.ts";
import { checkFocusShows, checkSkipLink, focused } from "./keyboard.ts";
import { setUp, untilSays, watchInPlace, withScripts } from "./set-up.ts";

const skip = chromiumSkip() || (await jupyterHubVenv()).skip;
const timeZone = "Europe/Berlin";
const dayAhead = (days: number) => DateTime.now().setZone(timeZone).plus({ days });
const hub = { name: "Statistics I, summer", slug: "stats-1", description: "Exercises.\nBring a laptop." };
/** Both days count, so on the third the hub is taken down; home folders are kept for seven more. */
const period = { startDate: dayAhead(0).toISODate() ?? "", endDate: dayAhead(1).toISODate() ?? "" };
const deploysWithinMs = 90_000;

/**
 * What the portal is for, from a teacher's request to the removal after the end date, as people do it: a portal started
 * with `npm start`, pages without scripts, a real JupyterHub. One act after the other; the first that fails ends it.
 */
test("the main job, in a browser without scripts", { skip }, async (t) => {
  const { tryOut, browser, inspector, act } = await setUp(t);
  const { url } = tryOut;
  const open = async (username: string) => {
    const page = await (await newPerson(browser, { scripts: false })).newPage();
    await signIn(page, `${url}/`, username);
    return page;
  };
  const main = (page: Page) => page.getByRole("main");
  const says = (page: Page, words: string | RegExp) => untilSays(main(page), words);
  let teacher: Page;
  let governance: Page;
  let student: Page;
  let student2: Page;
  let hubPage = "";
  let hubId = "";
  let invitation = "";
  let hubUrl = "";
  let lab: Page;

  await act("who is signed out is welcomed, and signs in at Authentik", async () => {
    const page = await (await newPerson(browser, { scripts: false })).newPage();
    await page.goto(url);
    await inspector.inspect(page);
    await page.goto(`${url}/hubs/new`);
    assert.ok(page.url().startsWith(tryOut.authentikUrl), page.url());
    await inspector.inspect(page);
    await fillSignIn(page, "teacher");
    assert.equal(page.url(), `${url}/hubs/new`);
    teacher = page;
  });

  await act(
    "the teacher's request with faults comes back with everything typed, and says what is wrong where",
    async () => {
      await openTab(teacher, "Leadership");
      await inspector.inspect(teacher);
      await teacher.getByRole("link", { name: "Create new Request" }).click();
      await inspector.inspect(teacher);
      await fillRequest(teacher, { ...hub, ...period, slug: "-nonsense-", notebookType: "Custom", participants: 0 });
      await teacher.getByRole("button", { name: "Continue" }).click();
      await inspector.inspect(teacher);
      assert.match(await teacher.title(), /^Error: /);
      const faults = teacher.locator(".error-summary").getByRole("link");
      assert.equal(await faults.count(), 3);
      for (const fault of await faults.all()) {
        const field = teacher.locator((await fault.getAttribute("href")) ?? "");
        const described = ((await field.getAttribute("aria-describedby")) ?? "").split(" ").at(-1);
        assert.match(await teacher.locator(`#${described}`).innerText(), new RegExp(await fault.innerText()));
      }
      assert.equal(await teacher.getByLabel("Project Name").inputValue(), hub.name);
      assert.equal(await teacher.getByLabel("Slug").inputValue(), "-nonsense-");
    },
  );

  await act("mended, it is shown for review with its address, and filed", async () => {
    await fillRequest(teacher, { ...hub, notebookType: "Minimal", participants: 2 });
    await teacher.getByRole("button", { name: "Continue" }).click();
    await says(teacher, "Check your request");
    await says(teacher, `http://${hub.slug}.localhost`);
    await inspector.inspect(teacher);
    await teacher.getByRole("button", { name: "Submit request" }).click();
    assert.match(await rowOf(teacher, hub.name).innerText(), /Waiting for governance/);
    await inspector.inspect(teacher);
    await teacher.getByRole("link", { name: hub.name }).click();
    hubPage = teacher.url();
    hubId = new URL(hubPage).pathname.split("/").at(-1) ?? "";
    await inspector.inspect(teacher);
  });

  await act("with scripts, the slug is proposed, the address is shown, and the keyboard finds its way", async () => {
    const page = await withScripts(browser, teacher);
    await page.goto(`${url}/leadership`);
    await checkSkipLink(page);
    await page.goto(`${url}/hubs/new`);
    await checkFocusShows(page, 15);
    await page.getByLabel("Project Name").fill("Übungen: Größen & Maße");
    assert.equal(await page.getByLabel("Slug").inputValue(), "uebungen-groessen-masse");
    await says(page, "http://uebungen-groessen-masse.localhost");
    await page.getByLabel("Slug").fill("open-day");
    await page.getByLabel("Project Name").fill("Open day");
    assert.equal(await page.getByLabel("Slug").inputValue(), "open-day", "a slug of one's own is left alone");
    assert.equal(await page.getByLabel("Image").isVisible(), false);
    await page.getByLabel("Custom", { exact: true }).check();
    await page.getByRole("button", { name: "Continue" }).click();
    await says(page, "There is a problem");
    assert.match((await focused(page)).text, /^There is a problem/);
    await page.locator(".error-summary").getByRole("link").click();
    assert.equal((await focused(page)).id, "customImage");
    await fileRequest(page, { name: "Open day", slug: "open-day" });
    assert.match(await rowOf(page, "Open day").innerText(), /Waiting for governance/);
    await page.close();
  });

  await act(
    "governance sees what a decision needs, and declines only with a reason, which the teacher reads",
    async () => {
      governance = await open("governance");
      await openTab(governance, "Administration");
      await inspector.inspect(governance);
      await openAdministration(governance, "Review open Requests");
      await inspector.inspect(governance);
      await governance.getByRole("link", { name: "Open day" }).click();
      await governance.getByRole("button", { name: "Decline" }).click();
      assert.equal(await governance.locator(".error-summary").getByRole("link").count(), 1);
      await inspector.inspect(governance);
      await governance.getByLabel("Reason for declining").fill("One afternoon needs no hub.");
      await governance.getByRole("button", { name: "Decline" }).click();
      await openTab(teacher, "Leadership");
      assert.match(await rowOf(teacher, "Open day").innerText(), /Declined/);
      await teacher.getByRole("link", { name: "Open day" }).click();
      await says(teacher, "One afternoon needs no hub.");
      await inspector.inspect(teacher);
    },
  );

  await act(
    "accepted, the hub is deployed while its page shows how far it is, in place where scripts run",
    async () => {
      await openRequest(governance, hub.name);
      await says(governance, "Johanna Lindqvist");
      await says(governance, "If everybody uses everything");
      await inspector.inspect(governance);
      const live = await withScripts(browser, teacher);
      await live.goto(hubPage);
      await governance.getByRole("button", { name: "Accept" }).click();
      await Promise.all([teacher.goto(hubPage), live.goto(hubPage)]);
      let loads = 0;
      teacher.on("load", () => loads++);
      const inPlace = watchInPlace(live, deploysWithinMs);
      await inspector.inspect(teacher);
      await waitFor(async () => (await stateOf(teacher).innerText()) === "Deployed", "a page that refreshed itself", {
        withinMs: deploysWithinMs,
      });
      assert.ok(loads > 0);
      await waitFor(async () => (await stateOf(live).innerText()) === "Deployed", "a page brought up to date", {
        withinMs: deploysWithinMs,
      });
      assert.ok((await inPlace).length > 0, "no step was shown in place");
      await inspector.inspect(teacher);
      hubUrl = await main(teacher)
        .getByRole("link", { name: `http://${hub.slug}.localhost` })
        .innerText();

      const copy = live.getByRole("button", { name: "Copy link" });
      await copy.click();
      await says(live, "Copied");
      invitation = (await live.evaluate("navigator.clipboard.readText()")) as string;
      await says(teacher, invitation);
      const code =
        /stroke="#000000" d="([^"]+)"/.exec(await qrCode(invitation, { type: "svg", margin: 1 }))?.[1] ?? "no code";
      assert.ok((await teacher.content()).includes(code), "the QR code holds the link");
      const box = await teacher.getByRole("img", { name: "QR code of the invitation link" }).boundingBox();
      assert.ok(box !== null && box.width >= 120 && box.width === box.height, JSON.stringify(box));
      await live.close();
    },
  );

  await act("students open the invitation link, and ask for access", async () => {
    student = await (await newPerson(browser, { scripts: false })).newPage();
    await student.goto(invitation);
    await fillSignIn(student, "student");
    for (const words of [hub.name, "Bring a laptop.", "Johanna Lindqvist"]) await says(student, words);
    await inspector.inspect(student);
    await student.getByRole("button", { name: "Request access" }).click();
    await openTab(student, "Participation");
    await says(student, "Waiting for the teacher");
    await inspector.inspect(student);
    await student.goto(invitation);
    await inspector.inspect(student);
    student2 = await open("student2");
    await student2.goto(invitation);
    await student2.getByRole("button", { name: "Request access" }).click();
  });

  await act("the teacher accepts one of them, who is in the hub's group then", async () => {
    await teacher.goto(hubPage);
    await inspector.inspect(teacher);
    await rowOf(teacher, "Jonas Weber").getByRole("button", { name: "Accept" }).click();
    assert.match(await rowOf(teacher, "Jonas Weber").innerText(), /Accepted/);
    assert.match(await rowOf(teacher, "Aylin Kaya").innerText(), /Waiting/);
    const openLink = student.getByRole("link", { name: `Open ${hub.name}` });
    await waitFor(async () => {
      await student.goto(`${url}/participation`);
      return openLink.isVisible();
    }, "a hub to open");
    await inspector.inspect(student);
    const members = await membersOf(tryOut, hub.slug);
    assert.ok(members.includes("student") && !members.includes("student2"), members.join(", "));
  });

  await act("the student opens the hub without typing again, and the kernel says that 6*7 is 42", async () => {
    lab = await withScripts(browser, student);
    const visited: string[] = [];
    lab.on("framenavigated", (frame) => visited.push(frame.url()));
    await lab.goto(`${url}/participation`);
    await lab.getByRole("link", { name: `Open ${hub.name}` }).click();
    await untilJupyterLab(lab);
    assert.ok(lab.url().startsWith(`${hubUrl}user/student/lab`), lab.url());
    assert.deepEqual(
      visited.filter((address) => address.includes("/if/flow/")),
      [],
      "nobody was asked to sign in",
    );
    assert.equal(await runInNotebook(lab, "6*7"), "42");
    assert.equal(await serversOf(hubId), 1);
  });

  await act("who was not accepted is refused by Authentik's binding", async () => {
    const portal = await student2.goto(`${url}/hubs/${hubId}/open`);
    assert.equal(portal?.status(), 404);
    await inspector.inspect(student2);
    await student2.goto(hubUrl);
    assert.ok(student2.url().startsWith(tryOut.authentikUrl), student2.url());
    await says(student2, "Access denied");
    await inspector.inspect(student2);
  });

  await act("and would be refused by JupyterHub's own rule, if Authentik let them through", async () => {
    const unbind = await letThrough(tryOut, hub.slug, "student2");
    const answer = await student2.goto(hubUrl);
    assert.ok(student2.url().startsWith(`${hubUrl}hub/oauth_callback`), student2.url());
    assert.equal(answer?.status(), 403);
    await unbind();
    assert.equal(await serversOf(hubId), 1, "no server was started");
  });

  await act(
    "removed, the student's server is stopped, the session is over, and the next visit is refused",
    async () => {
      await teacher.goto(hubPage);
      await rowOf(teacher, "Jonas Weber").getByRole("link", { name: "Remove" }).click();
      await inspector.inspect(teacher);
      await main(teacher)
        .getByRole("button", { name: /^Remove/ })
        .click();
      await inspector.inspect(teacher);
      await waitFor(async () => (await serversOf(hubId)) === 0, "a stopped server");
      await waitFor(async () => {
        await teacher.goto(hubPage);
        return !/being ended/.test(await rowOf(teacher, "Jonas Weber").innerText());
      }, "an access that has ended");
      await lab.goto(`${hubUrl}hub/home`);
      assert.ok(lab.url().startsWith(tryOut.authentikUrl), lab.url());
      await says(lab, "Access denied");
      await student.goto(`${url}/participation`);
      await says(student, "Access ended");
      assert.equal((await student.goto(`${url}/hubs/${hubId}/open`))?.status(), 404);
      assert.equal(await serversOf(hubId), 0);
    },
  );

  await act("the day after the end date everything is taken down, and the page says when and why", async () => {
    const notebook = join(tryOut.dataDir, "hubs", hubId, "homes", "student", "Untitled.ipynb");
    assert.ok(existsSync(notebook));
    await tryOut.restartDaysAhead(2);
    teacher = await open("teacher");
    await waitFor(
      async () => {
        await teacher.goto(hubPage);
        return (await stateOf(teacher).innerText()) === "Removed";
      },
      "a hub that was taken down",
      { withinMs: deploysWithinMs, everyMs: 500 },
    );
    await says(teacher, `removed on ${dayAhead(2).setLocale("en-GB").toFormat("d MMMM yyyy")}`);
    await says(teacher, "because its usage period is over");
    await says(teacher, `kept until ${dayAhead(9).setLocale("en-GB").toFormat("d MMMM yyyy")}`);
    await inspector.inspect(teacher);
    assert.deepEqual(await processesOf(hubId), { all: 0, hubs: 0 });
    assert.deepEqual(await leftInAuthentik(tryOut, hub.slug), []);
    assert.ok(existsSync(notebook), "home folders are kept");
  });

  await act("a week later the home folders are erased", async () => {
    await tryOut.restartDaysAhead(10);
    teacher = await open("teacher");
    await waitFor(
      async () => {
        await teacher.goto(hubPage);
        return /Home folders were erased/.test(await main(teacher).innerText());
      },
      "erased home folders",
      { withinMs: deploysWithinMs, everyMs: 500 },
    );
    assert.equal(existsSync(join(tryOut.dataDir, "hubs", hubId)), false);
    await inspector.inspect(teacher);
  });
});
