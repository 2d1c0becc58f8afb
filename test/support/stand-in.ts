import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import type { TestContext } from "node:test";
import { load } from "cheerio";
import {
  type EmbeddedAuthentik,
  type EmbeddedAuthentikOptions,
  startEmbeddedAuthentik,
} from "../../src/embedded-authentik/start.ts";
import { Browser } from "./browser.ts";

/** A stand-in for Authentik on a free port, closed after the test. */
export async function startStandIn(
  t: TestContext,
  options: Partial<EmbeddedAuthentikOptions> = {},
): Promise<EmbeddedAuthentik> {
  const standIn = await startEmbeddedAuthentik({ dataFile: ":memory:", port: 0, ...options });
  t.after(() => standIn.close());
  return standIn;
}

export type Called = { status: number; body: unknown };

/** One API call as the superuser, or with another token. */
export async function callApi(
  standIn: EmbeddedAuthentik,
  method: string,
  path: string,
  body?: unknown,
  token = standIn.superuserToken,
): Promise<Called> {
  const response = await fetch(`${standIn.url}/api/v3${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    signal: AbortSignal.timeout(10_000),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  // A path that is not served is answered with a page.
  const isJson = response.headers.get("content-type")?.startsWith("application/json");
  return { status: response.status, body: isJson ? JSON.parse(text) : undefined };
}

/** The client side of an application. */
export type Client = { clientId: string; clientSecret: string; redirectUri: string };

export const callback = "http://localhost:3000/sign-in/callback";

/** The portal as a client. */
export function portalClient({ portal }: EmbeddedAuthentik): Client {
  return { clientId: portal.clientId, clientSecret: portal.clientSecret, redirectUri: callback };
}

/** Address to send a browser to, with what the client has to remember. */
export function authorizeUrl(standIn: EmbeddedAuthentik, client: Client, more: Record<string, string> = {}) {
  const verifier = randomBytes(32).toString("base64url");
  const query = new URLSearchParams({
    response_type: "code",
    client_id: client.clientId,
    redirect_uri: client.redirectUri,
    scope: "openid email profile",
    state: "the-state",
    nonce: "the-nonce",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    ...more,
  });
  for (const [name, value] of Object.entries(more)) if (value === "") query.delete(name);
  return { url: `${standIn.url}/application/o/authorize/?${query}`, verifier };
}

/** Signs a browser in, on the way to `url` or to the start page. Returns where it is sent next. */
export async function signIn(
  standIn: Pick<EmbeddedAuthentik, "url">,
  browser: Browser,
  username: string,
  url = `${standIn.url}/`,
  password = "demo",
) {
  const { pathname, search } = new URL(url);
  const form = `${standIn.url}/if/flow/default-authentication-flow/?${new URLSearchParams({ next: pathname + search })}`;
  const sent = await browser.open(form, { form: { username, password } });
  assert.equal(sent.status, 303, `${username} could not sign in`);
  assert.ok(sent.location);
  return sent.location;
}

/** A request to the token endpoint, with the client's secret by HTTP Basic. */
export async function askForTokens(standIn: EmbeddedAuthentik, client: Client, form: Record<string, string>) {
  const response = await fetch(`${standIn.url}/application/o/token/`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${client.clientId}:${client.clientSecret}`)}` },
    body: new URLSearchParams(form),
    signal: AbortSignal.timeout(10_000),
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

/** The whole way from the authorize address to tokens, by someone who may. */
export async function getTokens(
  standIn: EmbeddedAuthentik,
  client: Client,
  username: string,
  more: Record<string, string> = {},
) {
  const browser = new Browser();
  const { url, verifier } = authorizeUrl(standIn, client, more);
  let back = await browser.open(await signIn(standIn, browser, username, url));
  if (back.status === 200) back = await agree(standIn, browser, back.text);
  assert.equal(back.status, 302, back.text);
  const code = new URL(back.location ?? "").searchParams.get("code");
  assert.ok(code, `no code in ${back.location}`);
  const { status, body } = await askForTokens(standIn, client, {
    grant_type: "authorization_code",
    code,
    redirect_uri: client.redirectUri,
    ...(more.code_challenge === "" ? {} : { code_verifier: verifier }),
  });
  assert.equal(status, 200, JSON.stringify(body));
  return { browser, code, verifier, tokens: body };
}

/** Sends the form of the page that asks for consent. */
export function agree(standIn: EmbeddedAuthentik, browser: Browser, page: string) {
  const action = load(page)("form").attr("action");
  assert.ok(action, page);
  return browser.open(new URL(action, standIn.url).toString(), { form: {} });
}

/** An application with a provider, made over the API, as a client. `bound` names groups that may use it. */
export async function makeApplication(
  standIn: EmbeddedAuthentik,
  slug: string,
  more: { provider?: Record<string, unknown>; application?: Record<string, unknown>; bound?: readonly string[] } = {},
): Promise<Client & { providerPk: number; applicationPk: string }> {
  const made = async (path: string, body: unknown) => {
    const answer = await callApi(standIn, "POST", path, body);
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return answer.body as Record<string, string>;
  };
  const all = async (path: string) => {
    const { body } = await callApi(standIn, "GET", `${path}?page_size=100`);
    return (body as { results: Record<string, string>[] }).results;
  };
  const flows = await all("/flows/instances/");
  const flow = (name: string) => flows.find((one) => one.slug === name)?.pk;
  const keys = await all("/crypto/certificatekeypairs/");
  const redirectUri = `https://example.org/${slug}/callback`;
  const provider = await made("/providers/oauth2/", {
    name: slug,
    authorization_flow: flow("default-provider-authorization-implicit-consent"),
    invalidation_flow: flow("default-provider-invalidation-flow"),
    property_mappings: (await all("/propertymappings/provider/scope/")).map((scope) => scope.pk),
    redirect_uris: [{ matching_mode: "strict", url: redirectUri }],
    signing_key: keys[0]?.pk,
    grant_types: ["authorization_code", "refresh_token"],
    sub_mode: "user_uuid",
    ...more.provider,
  });
  const application = await made("/core/applications/", {
    name: slug,
    slug,
    provider: provider.pk,
    ...more.application,
  });
  for (const [order, name] of (more.bound ?? []).entries()) {
    const group = (await all("/core/groups/")).find((one) => one.name === name)?.pk;
    await made("/policies/bindings/", { target: application.pk, group, order });
  }
  return {
    clientId: String(provider.client_id),
    clientSecret: String(provider.client_secret),
    redirectUri,
    providerPk: Number(provider.pk),
    applicationPk: String(application.pk),
  };
}

/** What the userinfo endpoint says to the holder of a token. */
export async function askUserinfo(standIn: EmbeddedAuthentik, accessToken: string) {
  const response = await fetch(`${standIn.url}/application/o/userinfo/`, {
    headers: { authorization: `Bearer ${accessToken}` },
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  return {
    status: response.status,
    challenge: response.headers.get("www-authenticate"),
    claims: (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>,
  };
}
