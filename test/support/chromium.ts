import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const advice = "install it (on Debian: apt install chromium), or name the program of a Chrome in CHROMIUM";

/** Path of a Chromium or Chrome on this machine: the one named by CHROMIUM, or the first in PATH; null for none. */
export function findChromium(): string | null {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const named = process.env.CHROMIUM ? [process.env.CHROMIUM] : [];
  const places = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...named, ...places].find((path) => existsSync(path)) ?? null;
}

/** Why tests that need Chromium are skipped, or false. With `CI=true` a missing Chromium is a failure. */
export function chromiumSkip(): string | false {
  if (findChromium() !== null) return false;
  if (process.env.CI === "true") throw new Error(`Chromium is missing: ${advice}`);
  return `Chromium is missing: ${advice}`;
}

/** Starts it without a window. The caller closes it. */
export function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error(`Chromium is missing: ${advice}`);
  return chromium.launch({ executablePath, args });
}
