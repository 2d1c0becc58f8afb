import type { Page } from "playwright-core";

/** Starting a server and loading JupyterLab, its scripts included. */
const startsWithinMs = 90_000;

/** Waits until JupyterLab is there, as after opening a hub. */
export async function untilJupyterLab(page: Page): Promise<void> {
  await page.locator(".jp-Launcher").waitFor({ timeout: startsWithinMs });
}

/** Makes a notebook with the launcher, runs one cell, and returns what the kernel answers. */
export async function runInNotebook(page: Page, code: string): Promise<string> {
  await page.locator('.jp-LauncherCard[data-category="Notebook"]').first().click();
  // A cell that is run before the notebook has its kernel is not run at all.
  await page.getByText("| Idle").waitFor({ timeout: startsWithinMs });
  const cell = page.locator(".jp-Notebook .jp-CodeCell").first();
  await cell.locator(".cm-content").click();
  await page.keyboard.type(code);
  await page.keyboard.press("Shift+Enter");
  const output = cell.locator(".jp-OutputArea-output");
  await output.first().waitFor({ timeout: startsWithinMs });
  return (await output.first().innerText()).trim();
}
