import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { TestContext } from "node:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { createInspector, type Inspector } from "../support/accessibility.ts";
import { launchChromium } from "../support/chromium.ts";
import { jupyterHubVenv } from "../support/jupyterhub-venv.ts";
import { openTryOut, type TryOut } from "../support/try-out.ts";
import { waitFor } from "../support/wait-for.ts";

/** Portal, browser and inspector, cleared away in the end; and how one act is run. */
export async function setUp(t: TestContext) {
  const { env } = await jupyterHubVenv();
  let browser: Browser | null = null;
  let tryOut: TryOut | null = null;
  t.after(async () => {
    await browser?.close();
    await tryOut?.close();
  });
  browser = await launchChromium();
  tryOut = await openTryOut(env);
  const inspector: Inspector = await createInspector(browser);
  const running = { browser, tryOut };
  const act = async (name: string, run: () => Promise<void>) => {
    let failed = false;
    await t.test(name, async () => {
      try {
        await run();
      } catch (error) {
        failed = true;
        const pictures = await takePictures(running.browser);
        throw new Error(`${error instanceof Error ? error.message : String(error)}\n${pictures}`, { cause: error });
      }
    });
    if (failed) throw new Error(`It ended at: ${name}\n${running.tryOut.portal().output()}`);
  };
  return { ...running, inspector, act };
}

/** Pictures of what everybody sees, for finding out why an act failed. Returns where they are. */
async function takePictures(browser: Browser): Promise<string> {
  const folder = resolve(import.meta.dirname, "../../test-output/e2e");
  await mkdir(folder, { recursive: true });
  const pages = browser.contexts().flatMap((context) => context.pages());
  const taken = pages.map(async (page, at) => {
    const path = join(folder, `${at}.png`);
    await page.screenshot({ path, timeout: 5000 });
    return `${path}: ${page.url()}`;
  });
  return (await Promise.allSettled(taken)).map((each) => (each.status === "fulfilled" ? each.value : "")).join("\n");
}

/** The same person in a browser that runs scripts, signed in as before. */
export async function withScripts(browser: Browser, page: Page): Promise<Page> {
  const context: BrowserContext = await browser.newContext({
    storageState: await page.context().storageState(),
    viewport: { width: 1280, height: 900 },
    permissions: ["clipboard-read", "clipboard-write"],
    reducedMotion: "reduce",
  });
  return context.newPage();
}

/** Texts that a page showed without being loaded anew. Resolves when it is loaded anew in the end. */
export async function watchInPlace(page: Page, withinMs: number): Promise<string[]> {
  const shown: string[] = [];
  const onResponse = async (response: { url(): string; text(): Promise<string> }) => {
    if (!response.url().endsWith("/progress")) return;
    const text = await response.text().catch(() => "");
    if (text.includes('aria-current="step"')) shown.push(text);
  };
  page.on("response", onResponse);
  await page.waitForEvent("load", { timeout: withinMs });
  page.off("response", onResponse);
  return shown;
}

/** Waits until something on a page says so. */
export async function untilSays(part: ReturnType<Page["getByRole"]>, words: string | RegExp): Promise<void> {
  let text = "";
  await waitFor(async () => {
    text = await part.innerText();
    return typeof words === "string" ? text.includes(words) : words.test(text);
  }, `"${words}" on the page`).catch((error) => {
    throw new Error(`${String(error)}\n${text}`);
  });
}
