import { paths } from "../oidc/addresses.ts";
import type { Application, User } from "../store/records.ts";
import { html } from "./html.ts";
import type { Page } from "./send-page.ts";

/**
 * Says what this is, and what the person can open.
 * @param user who is signed in, if anyone
 * @param applications those that are open to them
 */
export function indexPage(release: string, user: User | null, applications: readonly Application[]): Page {
  return {
    title: "What this is",
    body: html`<h1>What this is</h1>
<p>This server stands in for <a href="https://goauthentik.io">Authentik</a>, the identity provider, while you try out the portal
or run its tests. It behaves like release ${release} as far as the portal uses it: sign-in by OpenID Connect, groups, and
access to applications. It is not Authentik, and it is not safe to use for real accounts.</p>
${
  user === null
    ? html`<p>You are not signed in. <a href="${paths.signIn}">Sign in</a></p>`
    : html`<p>You are signed in as <strong>${user.name || user.username}</strong> (${user.username}).
<a href="${paths.signOut}">Sign out</a></p>
<h2>Your applications</h2>
${
  applications.length === 0
    ? html`<p>No application is open to you.</p>`
    : html`<ul>${applications.map(({ name, launchUrl }) => html`<li><a href="${launchUrl}">${name}</a></li>`)}</ul>`
}`
}`,
  };
}
