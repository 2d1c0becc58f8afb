import { paths } from "../oidc/addresses.ts";
import type { Application, User } from "../store/records.ts";
import { html } from "./html.ts";
import type { Page } from "./send-page.ts";

/** What Authentik shows instead of sending someone on to an application that is not open to them. */
export function deniedPage(application: Application | null, reason: string, user: User | undefined): Page {
  return {
    title: "Access denied",
    body: html`<h1>Permission denied</h1>
<p class="fault"><strong>Access denied.</strong> ${reason}</p>
${application === null ? null : html`<p>Application: <strong>${application.name}</strong></p>`}
${
  user === undefined
    ? null
    : html`<p>You are signed in as <strong>${user.name || user.username}</strong> (${user.username}).
<a href="${paths.signOut}">Sign out to use another account</a></p>`
}`,
  };
}
