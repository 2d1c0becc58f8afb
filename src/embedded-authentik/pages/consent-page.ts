import type { Application, User } from "../store/records.ts";
import { html } from "./html.ts";
import type { Page } from "./send-page.ts";

const meanings: Record<string, string> = {
  email: "Email address",
  profile: "General profile information, groups included",
  offline_access: "Access without you being there",
  entitlements: "Application entitlements",
};

/** Asks whether the application may learn what it wants to. */
export function consentPage(application: Application, scope: readonly string[], action: string, user: User): Page {
  const told = scope.flatMap((one) => (meanings[one] === undefined ? [] : [html`<li>${meanings[one]}</li>`]));
  return {
    title: "Continue",
    body: html`<h1>Continue to ${application.name}</h1>
<p>You are signed in as <strong>${user.name || user.username}</strong> (${user.username}).</p>
${told.length === 0 ? null : html`<p>The application wants:</p><ul>${told}</ul>`}
<form method="post" action="${action}"><p><button>Continue</button></p></form>`,
  };
}
