import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import type { IdentityHub, OidcEndpoints } from "../../../src/ports/identity.ts";

/** How an attempt to open a hub ended. */
export type Opened = { kind: "code"; code: string; verifier: string } | { kind: "denied" };

type Challenge = { component: string; to?: string; password_fields?: boolean; token?: string };

/** Somebody with a browser without JavaScript: follows redirects, keeps cookies, signs in where asked. */
export class PersonAtBrowser {
  readonly #base: string;
  readonly #username: string;
  readonly #password: string;
  readonly #cookies = new Map<string, string>();
  /** How often username and password were asked for. */
  signedIn = 0;

  constructor(authentikUrl: string, username: string, password: string) {
    this.#base = authentikUrl;
    this.#username = username;
    this.#password = password;
  }

  /** Opens a hub as its provider would send them, until a code comes back or Authentik refuses. */
  async open(hub: IdentityHub, oidc: OidcEndpoints): Promise<Opened> {
    const verifier = randomBytes(32).toString("base64url");
    const address = new URL(oidc.authorizeUrl);
    const query = {
      client_id: hub.clientId,
      redirect_uri: hub.callbackUrl,
      response_type: "code",
      scope: "openid email profile",
      state: "the-state",
      nonce: "the-nonce",
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
    };
    for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
    const end = await this.visit(address.href, hub.callbackUrl);
    if (end.stoppedAt === null) {
      assert.match(end.text, /denied/i, "neither sent back nor denied");
      return { kind: "denied" };
    }
    const back = new URL(end.stoppedAt).searchParams;
    assert.equal(back.get("state"), "the-state");
    assert.equal(back.get("error"), null, back.get("error_description") ?? "");
    return { kind: "code", code: back.get("code") ?? "", verifier };
  }

  /** Follows an address until a page is shown, or an address that begins with `stopAt` is reached. */
  async visit(address: string, stopAt = "nowhere:"): Promise<{ stoppedAt: string | null; text: string }> {
    let next = address;
    for (let step = 0; step < 30; step += 1) {
      if (next.startsWith(stopAt)) return { stoppedAt: next, text: "" };
      const { status, location, text } = await this.#send(next);
      if (status >= 300 && status < 400 && location !== null) {
        next = new URL(location, next).href;
        continue;
      }
      const flow = /^\/if\/flow\/([^/]+)\//.exec(new URL(next).pathname)?.[1];
      const form = /<form method="post" action="([^"]+)"/.exec(text)?.[1];
      if (form !== undefined && /name="password"/.test(text)) {
        next = await this.#fillForm(new URL(form.replaceAll("&amp;", "&"), next).href);
      } else if (flow !== undefined) {
        const to = await this.#goThroughFlow(flow, new URL(next).search.slice(1));
        if (to === null) return { stoppedAt: null, text: "Permission denied" };
        next = new URL(to, this.#base).href;
      } else return { stoppedAt: null, text };
    }
    assert.fail("too many redirects");
  }

  /** The stand-in's sign-in page. */
  async #fillForm(action: string): Promise<string> {
    this.signedIn += 1;
    const body = new URLSearchParams({ username: this.#username, password: this.#password });
    const { status, location } = await this.#send(action, { body, origin: new URL(action).origin });
    assert.equal(status, 303, `${this.#username} could not sign in`);
    return new URL(location ?? "", action).href;
  }

  /** Authentik's own pages are a program in the browser that talks to the flow executor; so do we. */
  async #goThroughFlow(slug: string, query: string): Promise<string | null> {
    const address = `${this.#base}/api/v3/flows/executor/${slug}/?${new URLSearchParams({ query })}`;
    const post = (fields: Record<string, unknown>) => this.#challenge(address, fields);
    let challenge = await this.#challenge(address);
    for (let stage = 0; stage < 10; stage += 1) {
      const { component } = challenge;
      if (component === "xak-flow-redirect") return challenge.to ?? "/";
      if (component === "ak-stage-access-denied") return null;
      if (component === "ak-stage-identification") {
        this.signedIn += 1;
        const fields = { uid_field: this.#username };
        challenge = await post(challenge.password_fields ? { ...fields, password: this.#password } : fields);
      } else if (component === "ak-stage-password") challenge = await post({ password: this.#password });
      else if (component === "ak-stage-user-login") challenge = await post({ remember_me: false });
      else if (component === "ak-stage-consent") challenge = await post({ token: challenge.token });
      else assert.fail(`Authentik asks for ${component}; use people without a second factor for this test`);
    }
    assert.fail("the flow does not end");
  }

  async #challenge(address: string, fields?: Record<string, unknown>): Promise<Challenge> {
    let answer = await this.#send(address, fields ? { json: fields } : {});
    // Each stage answers with a redirect to the executor itself.
    while (answer.status >= 300 && answer.status < 400 && answer.location !== null) {
      answer = await this.#send(new URL(answer.location, address).href);
    }
    return JSON.parse(answer.text) as Challenge;
  }

  async #send(address: string, form: { body?: URLSearchParams; json?: Record<string, unknown>; origin?: string } = {}) {
    const csrf = this.#cookies.get("authentik_csrf");
    const answer = await fetch(address, {
      redirect: "manual",
      headers: {
        cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; "),
        ...(form.origin ? { origin: form.origin } : {}),
        ...(form.json ? { "content-type": "application/json", accept: "application/json" } : {}),
        ...(csrf ? { "x-authentik-csrf": csrf } : {}),
      },
      ...(form.body ? { method: "POST", body: form.body } : {}),
      ...(form.json ? { method: "POST", body: JSON.stringify(form.json) } : {}),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      const at = pair.indexOf("=");
      const value = pair.slice(at + 1);
      if (value === "" || value === '""') this.#cookies.delete(pair.slice(0, at));
      else this.#cookies.set(pair.slice(0, at), value);
    }
    return { status: answer.status, location: answer.headers.get("location"), text: await answer.text() };
  }
}

export type Tokens = { access_token: string; id_token: string; refresh_token?: string; expires_in: number };

/** What the hub does with a code. */
export async function redeem(hub: IdentityHub, oidc: OidcEndpoints, opened: Opened): Promise<Tokens> {
  assert.ok(opened.kind === "code");
  const answer = await fetch(oidc.tokenUrl, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`${hub.clientId}:${hub.clientSecret}`).toString("base64")}` },
    body: new URLSearchParams({
      grant_type: "authorization_code",
      code: opened.code,
      redirect_uri: hub.callbackUrl,
      code_verifier: opened.verifier,
    }),
  });
  assert.equal(answer.status, 200, await answer.clone().text());
  return (await answer.json()) as Tokens;
}

/** What a hub learns of the person with an access token; the status when it learns nothing. */
export async function userinfo(oidc: OidcEndpoints, accessToken: string): Promise<Record<string, unknown> | number> {
  const answer = await fetch(oidc.userinfoUrl, { headers: { authorization: `Bearer ${accessToken}` } });
  const text = await answer.text();
  return answer.status === 200 ? (JSON.parse(text) as Record<string, unknown>) : answer.status;
}
