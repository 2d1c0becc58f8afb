import { paths } from "../oidc/addresses.ts";
import type { Application, User } from "../store/records.ts";
import { html } from "./html.ts";
import type { Page } from "./send-page.ts";

/**
 * After signing out.
 * @param application the one that was left, if any
 * @param user who is still signed in here, where the flow leaves only the application
 */
export function signedOutPage(application: Application | null, user: User | null): Page {
  return {
    title: "Signed out",
    body: html`<h1>You have signed out${application === null ? null : html` of ${application.name}`}</h1>
${
  user === null
    ? html`<p>You are not signed in here any more.</p>`
    : html`<p>You are still signed in here as <strong>${user.name || user.username}</strong>, and other applications let you in
without a password. <a href="${paths.signOut}">Sign out here too</a></p>`
}
${
  application === null || application.launchUrl === ""
    ? html`<p><a href="/">To the start page</a></p>`
    : html`<p><a href="${application.launchUrl}">Back to ${application.name}</a></p>`
}`,
  };
}
