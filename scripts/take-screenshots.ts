/**
 * Takes the pictures of the documentation: `npm run screenshots`, or `npm run screenshots -- hub-page decision` for some.
 * Starts a portal to try out, plays a story in Chromium (screenshots/stage.ts) and writes each scene
 * (screenshots/scenes.ts) to docs/. With `--looks`, for looking at changed styles, each whole page is written in light and
 * dark, on a desk and on a phone, to test-output/looks/ instead. Needs Chromium, Python and a package index.
 */
import { mkdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Page } from "playwright-core";
import { looks } from "../test/support/accessibility.ts";
import { launchChromium } from "../test/support/chromium.ts";
import { jupyterHubVenv } from "../test/support/jupyterhub-venv.ts";
import { openTryOut } from "../test/support/try-out.ts";
import { type Scene, scenes } from "./screenshots/scenes.ts";
import { type Stage, setStage } from "./screenshots/stage.ts";

type Shot = { file: string; width: number; height: number | null; colorScheme: "light" | "dark" };

const root = resolve(import.meta.dirname, "..");
/** Larger ones make the repository heavy: show less of the page. */
const maxBytes = 200_000;

/** Of the cluster that hubs are weighed against. */
const capacity = { CAPACITY_RAM_GIB: "256", CAPACITY_CPUS: "128", CAPACITY_STORAGE_GIB: "1000" };

async function main(given: readonly string[]): Promise<void> {
  const allLooks = given.includes("--looks");
  const names = given.filter((each) => !each.startsWith("--"));
  const unknown = names.filter((name) => !scenes.some((scene) => scene.name === name));
  if (unknown.length > 0) throw new Error(`No such scene: ${unknown.join(", ")}`);
  const chosen = scenes.filter((scene) => names.length === 0 || names.includes(scene.name));
  const folder = join(root, allLooks ? "test-output/looks" : "docs");
  await mkdir(folder, { recursive: true });

  const venv = await jupyterHubVenv();
  if (venv.skip) throw new Error(venv.skip);
  const browser = await launchChromium();
  const large: string[] = [];
  try {
    const tryOut = await openTryOut({ ...venv.env, INSTITUTION_NAME: "Example University", ...capacity });
    try {
      const stage = await setStage(tryOut, browser);
      for (const scene of chosen) {
        for (const shot of allLooks ? everyLook(scene) : [asDocumented(scene)]) {
          const path = join(folder, shot.file);
          await take(scene, stage, shot, path);
          const { size } = await stat(path);
          console.log(`${path}  ${Math.round(size / 1000)} kB`);
          if (size > maxBytes) large.push(path);
        }
      }
    } finally {
      await tryOut.close();
    }
  } finally {
    await browser.close();
  }
  if (!allLooks && large.length > 0) throw new Error(`Larger than ${maxBytes} bytes: ${large.join(", ")}`);
}

function asDocumented({ name, width, height, colours }: Scene): Shot {
  return { file: `${name}.png`, width: width ?? 1100, height: height ?? null, colorScheme: colours ?? "light" };
}

function everyLook({ name, colours }: Scene): Shot[] {
  if (colours !== undefined) return [];
  return looks.map((look) => {
    const file = `${name}.${look.name.replace(", ", "-")}.png`;
    return { file, width: look.width, height: null, colorScheme: look.colorScheme };
  });
}

async function take(scene: Scene, stage: Stage, shot: Shot, path: string): Promise<void> {
  const person = stage.people.get(scene.who);
  if (person === undefined) throw new Error(`Nobody is called ${scene.who}`);
  const page: Page = await person.newPage();
  await page.emulateMedia({ colorScheme: shot.colorScheme, reducedMotion: "reduce" });
  await page.setViewportSize({ width: shot.width, height: shot.height ?? 700 });
  await page.goto(scene.at(stage));
  await scene.prepare?.(page, stage);
  await page.screenshot({ path, fullPage: shot.height === null, animations: "disabled", caret: "hide" });
  await page.close();
}

await main(process.argv.slice(2));
