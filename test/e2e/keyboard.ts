import assert from "node:assert/strict";
import type { Page } from "playwright-core";

/** What has the focus: its tag, its text or name, and how its focus shows. */
type Focused = { tag: string; id: string; text: string; outline: string; left: number };

// As text, because functions for the browser would need types that the portal has no use for.
const askFocused = `(() => {
  const element = document.activeElement;
  const style = getComputedStyle(element);
  return {
    tag: element.tagName,
    id: element.id,
    text: (element.textContent || element.name || "").trim(),
    outline: style.outlineStyle + " " + style.outlineWidth,
    left: element.getBoundingClientRect().left,
  };
})()`;
export const focused = (page: Page) => page.evaluate(askFocused) as Promise<Focused>;

/** The first stop of the Tab key leads past the header, and shows only then. */
export async function checkSkipLink(page: Page): Promise<void> {
  await page.keyboard.press("Tab");
  const link = await focused(page);
  assert.equal(link.text, "Skip to main content");
  assert.ok(link.left >= 0, "the link shows once it has the focus");
  await page.keyboard.press("Enter");
  assert.equal((await focused(page)).id, "main");
}

/** Goes through a page with the Tab key: every stop shows that it has the focus. Returns the stops. */
export async function checkFocusShows(page: Page, atLeast: number): Promise<void> {
  const stops: string[] = [];
  for (let stop = 0; stop < 100; stop++) {
    await page.keyboard.press("Tab");
    const { tag, text, outline } = await focused(page);
    if (tag === "BODY") break;
    stops.push(text);
    assert.equal(outline, "solid 3px", `focus does not show at "${text}" (${tag}) of ${page.url()}`);
  }
  assert.ok(stops.length >= atLeast, `only ${stops.length} stops: ${stops.join(", ")}`);
}
