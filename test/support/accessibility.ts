import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Browser, Page, Route } from "playwright-core";

const axePath = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** Ways of looking at a page: colours by day and by night, a desk and a phone. */
export const looks = [
  { name: "light", colorScheme: "light", width: 1280 },
  { name: "dark", colorScheme: "dark", width: 1280 },
  { name: "light, phone", colorScheme: "light", width: 360 },
  { name: "dark, phone", colorScheme: "dark", width: 360 },
] as const;

/** Rules whose answer depends on colours; in the dark the others would only say again what they said in the light. */
const colourRules = ["color-contrast", "link-in-text-block"];
/** Only what is wrong is reported, and no style sheet fetched once more. */
const whole = { resultTypes: ["violations"], preload: false };

type AxeResult = { violations: { id: string; help: string; nodes: { target: string[]; failureSummary?: string }[] }[] };

export type Inspector = {
  /**
   * Holds what somebody sees against axe's rules, in light and dark, on a desk and on a phone, and looks that nothing
   * sticks out sideways. Works for pages whose scripts are switched off, which axe itself could not.
   * @throws with every fault
   */
  inspect(page: Page): Promise<void>;
  /** Titles of the pages that were looked at. */
  seen(): readonly string[];
  close(): Promise<void>;
};

/** Looks at copies of pages in a browser context of its own, so that looking changes nothing for anybody. */
export async function createInspector(browser: Browser): Promise<Inspector> {
  const axe = await readFile(axePath, "utf8");
  const context = await browser.newContext();
  // One page for all copies: opening one takes as long as looking at it.
  const copy = await context.newPage();
  // The copy stays as it is: no script of its own changes it.
  await copy.route("**/*.js", (route) => route.abort());
  const seen: string[] = [];
  return {
    async inspect(original) {
      const body = await original.content();
      const url = original.url().replace(/#.*/, "");
      const showCopy = (route: Route) => route.fulfill({ body, contentType: "text/html; charset=utf-8" });
      await copy.route(url, showCopy);
      try {
        await copy.goto(url);
        const title = await copy.title();
        await copy.evaluate(axe);
        const faults: string[] = [];
        for (const { name, colorScheme, width } of looks) {
          await copy.emulateMedia({ colorScheme, reducedMotion: "reduce" });
          await copy.setViewportSize({ width, height: 900 });
          const options = colorScheme === "light" ? whole : { ...whole, runOnly: colourRules };
          const { violations } = (await copy.evaluate(`axe.run(document, ${JSON.stringify(options)})`)) as AxeResult;
          for (const { id, help, nodes } of violations) {
            for (const node of nodes) faults.push(`${name}: ${id} (${help}) at ${node.target.join(" ")}`);
          }
          const over = await copy.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth",
          );
          if (over !== 0) faults.push(`${name}: ${over} pixels stick out sideways`);
        }
        assert.deepEqual(faults, [], `${title} (${url})`);
        seen.push(title);
      } finally {
        await copy.unroute(url, showCopy);
      }
    },
    seen: () => seen,
    close: () => context.close(),
  };
}
