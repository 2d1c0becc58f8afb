import { html } from "./html.ts";
import type { Page } from "./send-page.ts";

/** A request that cannot be answered, and why. */
export const faultPage = (title: string, reason: string): Page => ({
  title,
  body: html`<h1>${title}</h1>
<p class="fault">${reason}</p>
<p><a href="/">What is this place?</a></p>`,
});
