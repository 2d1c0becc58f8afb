import type { ShownPerson } from "../world.ts";
import { html } from "./html.ts";
import type { Page } from "./send-page.ts";

export type SignInForm = {
  /** Where the form goes, with where to continue afterwards. */
  action: string;
  /** Name of the application that asked, where one did. */
  application: string | null;
  username: string;
  failed: boolean;
  people: readonly ShownPerson[];
};

/** Username and password. Says who can try things out, where the stand-in was told to. */
export function signInPage({ action, application, username, failed, people }: SignInForm): Page {
  const invalid = failed ? html` aria-invalid="true" aria-describedby="fault"` : null;
  return {
    title: failed ? "Error: Sign in" : "Sign in",
    body: html`<h1>Sign in</h1>
${application === null ? null : html`<p>to continue to <strong>${application}</strong></p>`}
${failed ? html`<p id="fault" class="fault" role="alert">The username or the password is wrong. Try again.</p>` : null}
<form method="post" action="${action}" novalidate>
<p><label for="username">Username</label>
<input id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false" value="${username}"${invalid}></p>
<p><label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password"${invalid}></p>
<p><button>Sign in</button></p>
</form>
${people.length === 0 ? null : whoCan(people)}`,
  };
}

const whoCan = (people: readonly ShownPerson[]) => html`<section aria-labelledby="who">
<h2 id="who">Who can sign in here</h2>
<table>
<thead><tr><th scope="col">Username</th><th scope="col">Password</th><th scope="col">Name</th><th scope="col">Role</th></tr></thead>
<tbody>
${people.map(
  ({ username, name, password, role }) =>
    html`<tr><td><code>${username}</code></td><td><code>${password}</code></td><td>${name}</td><td>${role}</td></tr>
`,
)}</tbody>
</table>
</section>`;
