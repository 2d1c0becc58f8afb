import type { Response } from "express";
import { type Html, html } from "./html.ts";

/** A page: the title is also its heading. */
export type Page = { title: string; body: Html };

/** Addresses of what pages load. */
export const stylesheet = "/stand-in.css";
export const icon = "/stand-in.svg";

/**
 * Sends a page. There is no `form-action` in the policy: browsers apply it to the redirects after a form too, and
 * those lead to the applications.
 */
export function sendPage(response: Response, status: number, { title, body }: Page): void {
  response
    .status(status)
    .set({
      "Cache-Control": "no-store",
      "Content-Security-Policy":
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'",
      "Referrer-Policy": "same-origin",
      "X-Content-Type-Options": "nosniff",
      "X-Frame-Options": "DENY",
    })
    .type("html")
    .send(layout(title, body).text);
}

const layout = (title: string, body: Html) => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – stand-in for Authentik</title>
<link rel="stylesheet" href="${stylesheet}">
<link rel="icon" href="${icon}">
</head>
<body>
<header><p><strong>Stand-in for Authentik</strong> For trying out and tests. No real accounts live here.</p></header>
<main>
${body}
</main>
</body>
</html>
`;
