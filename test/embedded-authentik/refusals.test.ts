import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { decodeJwt } from "jose";
import { versions } from "../../src/embedded-authentik/versions.ts";
import { Browser } from "../support/browser.ts";
import { holdClock, hourMs } from "../support/clock.ts";
import {
  askForTokens,
  askUserinfo,
  authorizeUrl,
  callApi,
  getTokens,
  makeApplication,
  portalClient,
  signIn,
  startStandIn,
} from "../support/stand-in.ts";

const queryOf = (location: string | null) => Object.fromEntries(new URL(location ?? "").searchParams);

describe("a request to sign in that is not in order", () => {
  for (const version of versions) {
    test(`from an unknown client or to an unregistered address is told to the person, as ${version}`, async (t) => {
      const standIn = await startStandIn(t, { version });
      const client = portalClient(standIn);
      const browser = new Browser();
      await signIn(standIn, browser, "teacher");
      const wrong: Record<string, string>[] = [
        { client_id: "someone-else" },
        { client_id: "" },
        { redirect_uri: "" },
        { redirect_uri: `${client.redirectUri}/` },
        { redirect_uri: `${client.redirectUri}?more=1` },
        { redirect_uri: "http://localhost:3000/" },
        { redirect_uri: "https://example.com/sign-in/callback" },
        { redirect_uri: "javascript:alert(1)" },
      ];
      for (const more of wrong) {
        const { url } = authorizeUrl(standIn, client, more);
        const answer = await browser.open(url);
        assert.equal(answer.status, 400, JSON.stringify(more));
        assert.equal(answer.location, null, JSON.stringify(more));
        assert.match(answer.text, /<h1>(Client ID|Redirect URI) Error<\/h1>/);
      }
    });
  }

  test("in another way is told to the client, then with its state", async (t) => {
    const standIn = await startStandIn(t);
    const client = portalClient(standIn);
    const wrong: [Record<string, string>, string][] = [
      [{ response_type: "token" }, "unsupported_response_type"],
      [{ response_type: "" }, "unsupported_response_type"],
      [{ code_challenge_method: "S512" }, "invalid_request"],
      [{ request: "e30.e30." }, "request_not_supported"],
      [{ prompt: "none" }, "login_required"],
    ];
    for (const [more, error] of wrong) {
      const { status, location } = await new Browser().open(authorizeUrl(standIn, client, more).url);
      assert.equal(status, 302, error);
      assert.ok(location?.startsWith(client.redirectUri));
      assert.equal(queryOf(location).error, error);
      assert.equal(queryOf(location).state, "the-state");
      assert.equal(queryOf(location).code, undefined);
    }
  });

  for (const version of versions) {
    test(`without grant types on the provider is refused from 2026.5 on, as ${version}`, async (t) => {
      const standIn = await startStandIn(t, { version });
      const client = await makeApplication(standIn, "grantless", { provider: { grant_types: undefined } });
      const browser = new Browser();
      await signIn(standIn, browser, "student");
      const { location } = await browser.open(authorizeUrl(standIn, client).url);
      assert.equal(queryOf(location).error, version === "2026.8" ? "invalid_request" : undefined);
      assert.equal(queryOf(location).code !== undefined, version !== "2026.8");
    });
  }

  test("a pattern is matched as a whole, and one that is none admits nothing", async (t) => {
    const standIn = await startStandIn(t);
    const uris = [
      { matching_mode: "regex", url: "https://[a-z]+\\.example\\.org/callback" },
      { matching_mode: "regex", url: "https://(.example.org/.*" },
    ];
    const client = await makeApplication(standIn, "patterned", { provider: { redirect_uris: uris } });
    const ask = async (redirect_uri: string) =>
      (await new Browser().open(authorizeUrl(standIn, client, { redirect_uri }).url)).status;
    assert.equal(await ask("https://one.example.org/callback"), 302);
    assert.equal(await ask("https://one.example.org/callback/more"), 400);
    assert.equal(await ask("https://(.example.org/x"), 400);
  });
});

describe("the token endpoint", () => {
  test("a code is redeemed twice, with another verifier, address or client, then it gives nothing", async (t) => {
    const standIn = await startStandIn(t);
    const client = portalClient(standIn);
    const other = await makeApplication(standIn, "other", {
      provider: { redirect_uris: [{ matching_mode: "strict", url: client.redirectUri }] },
    });
    const browser = new Browser();
    await signIn(standIn, browser, "teacher");
    const newCode = async (more: Record<string, string> = {}) => {
      const { url, verifier } = authorizeUrl(standIn, client, more);
      const { code = "" } = queryOf((await browser.open(url)).location);
      return { code, form: { grant_type: "authorization_code", code, redirect_uri: client.redirectUri }, verifier };
    };
    const refused = async (form: Record<string, string>, error: string, as = client) => {
      const { status, body } = await askForTokens(standIn, as, form);
      assert.deepEqual([status, body.error], [400, error]);
      assert.equal(body.access_token, undefined);
    };

    const { form, verifier } = await newCode();
    await refused(form, "invalid_grant");
    await refused({ ...form, code_verifier: "x".repeat(43) }, "invalid_grant");
    await refused({ ...form, code_verifier: verifier, redirect_uri: "" }, "invalid_client");
    await refused({ ...form, code_verifier: verifier, redirect_uri: "https://example.com/" }, "invalid_client");
    await refused({ ...form, code_verifier: verifier }, "invalid_grant", { ...other, redirectUri: client.redirectUri });
    await refused({ ...form, code_verifier: verifier }, "invalid_client", { ...client, clientSecret: "wrong" });
    await refused({ ...form, code_verifier: verifier }, "invalid_client", { ...client, clientId: "wrong" });
    await refused({ ...form, grant_type: "password" }, "unsupported_grant_type");
    await refused({ ...form, code: "" }, "invalid_grant");
    assert.equal((await askForTokens(standIn, client, { ...form, code_verifier: verifier })).status, 200);
    await refused({ ...form, code_verifier: verifier }, "invalid_grant");

    const plain = await newCode({ code_challenge: "plain-words", code_challenge_method: "plain" });
    assert.equal((await askForTokens(standIn, client, { ...plain.form, code_verifier: "plain-words" })).status, 200);
    const without = await newCode({ code_challenge: "", code_challenge_method: "" });
    await refused({ ...without.form, code_verifier: without.verifier }, "invalid_grant");
    assert.equal((await askForTokens(standIn, client, without.form)).status, 200);
  });

  test("one code redeemed at the same moment by two, then only one gets tokens", async (t) => {
    const standIn = await startStandIn(t);
    const client = portalClient(standIn);
    const browser = new Browser();
    const { url, verifier } = authorizeUrl(standIn, client);
    const { code = "" } = queryOf((await browser.open(await signIn(standIn, browser, "teacher", url))).location);
    const form = {
      grant_type: "authorization_code",
      code,
      redirect_uri: client.redirectUri,
      code_verifier: verifier,
    };
    const answers = await Promise.all([1, 2, 3].map(() => askForTokens(standIn, client, form)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400, 400]);
  });

  test("a code is older than a minute, then it gives nothing", async (t) => {
    const clock = holdClock("2026-11-24T09:00:00Z");
    const standIn = await startStandIn(t, { clock });
    const client = portalClient(standIn);
    const browser = new Browser();
    const { url, verifier } = authorizeUrl(standIn, client);
    const { code = "" } = queryOf((await browser.open(await signIn(standIn, browser, "teacher", url))).location);
    clock.advance(60_001);
    const { body } = await askForTokens(standIn, client, {
      grant_type: "authorization_code",
      code,
      redirect_uri: client.redirectUri,
      code_verifier: verifier,
    });
    assert.equal(body.error, "invalid_grant");
  });

  test("the client's secret comes in the form, then that is as good", async (t) => {
    const standIn = await startStandIn(t);
    const client = portalClient(standIn);
    const ask = async (client_secret: string) => {
      const response = await fetch(`${standIn.url}/application/o/token/`, {
        method: "POST",
        body: new URLSearchParams({
          grant_type: "authorization_code",
          code: "none",
          redirect_uri: client.redirectUri,
          client_id: client.clientId,
          client_secret,
        }),
      });
      return ((await response.json()) as { error: string }).error;
    };
    assert.equal(await ask(client.clientSecret), "invalid_grant");
    assert.equal(await ask("wrong"), "invalid_client");
  });
});

describe("refresh tokens", () => {
  for (const version of versions) {
    test(`are given with offline_access and consent only, and renew the groups, as ${version}`, async (t) => {
      const standIn = await startStandIn(t, { version });
      const client = await makeApplication(standIn, "offline");
      assert.equal((await getTokens(standIn, client, "student")).tokens.refresh_token, undefined);
      const { tokens } = await getTokens(standIn, client, "student", { scope: "openid profile offline_access" });
      assert.ok(tokens.refresh_token);

      const { body: group } = await callApi(standIn, "POST", "/core/groups/", { name: "jh_two" });
      const { body: users } = await callApi(standIn, "GET", "/core/users/?username=student");
      const pk = (users as { results: { pk: number }[] }).results[0]?.pk;
      await callApi(standIn, "POST", `/core/groups/${(group as { pk: string }).pk}/add_user/`, { pk });
      const form = { grant_type: "refresh_token", refresh_token: tokens.refresh_token };
      const { status, body } = await askForTokens(standIn, client, form);
      assert.equal(status, 200);
      assert.deepEqual(decodeJwt(body.id_token ?? "").groups, ["jh_two"]);
      // Before 2025.12 each refresh token serves once.
      const again = await askForTokens(standIn, client, form);
      assert.equal(again.status, version === "2024.12" ? 400 : 200);

      await callApi(standIn, "PATCH", `/core/users/${pk}/`, { is_active: false });
      const last = { grant_type: "refresh_token", refresh_token: body.refresh_token ?? tokens.refresh_token };
      assert.equal((await askForTokens(standIn, client, last)).body.error, "invalid_grant");
    });
  }
});

describe("an access token", () => {
  test("was deleted over the API, or is too old, then userinfo refuses it", async (t) => {
    const clock = holdClock("2026-11-24T09:00:00Z");
    const standIn = await startStandIn(t, { clock });
    const client = portalClient(standIn);
    const { tokens } = await getTokens(standIn, client, "teacher");
    const accessToken = tokens.access_token ?? "";
    assert.equal((await askUserinfo(standIn, accessToken)).status, 200);
    const { body } = await callApi(standIn, "GET", "/oauth2/access_tokens/", undefined, standIn.apiToken);
    const pk = (body as { results: { pk: number }[] }).results[0]?.pk;
    const path = `/oauth2/access_tokens/${pk}/`;
    assert.equal((await callApi(standIn, "DELETE", path, undefined, standIn.apiToken)).status, 204);
    const refused = await askUserinfo(standIn, accessToken);
    assert.equal(refused.status, 401);
    assert.match(refused.challenge ?? "", /invalid_token/);

    const { tokens: later } = await getTokens(standIn, client, "teacher");
    clock.advance(24 * hourMs);
    assert.equal((await askUserinfo(standIn, later.access_token ?? "")).status, 401);
    assert.equal((await askUserinfo(standIn, "")).status, 401);
  });

  test("was asked for without the scope openid, then userinfo says 403", async (t) => {
    const standIn = await startStandIn(t);
    const { tokens } = await getTokens(standIn, portalClient(standIn), "teacher", { scope: "profile" });
    assert.equal((await askUserinfo(standIn, tokens.access_token ?? "")).status, 403);
  });

  test("is revoked by its client, then it is inactive, and nobody else can do that", async (t) => {
    const standIn = await startStandIn(t);
    const client = portalClient(standIn);
    const { tokens } = await getTokens(standIn, client, "teacher");
    const token = tokens.access_token ?? "";
    const send = async (path: string, secret: string) => {
      const body = new URLSearchParams({ client_id: client.clientId, client_secret: secret, token });
      const response = await fetch(`${standIn.url}/application/o/${path}/`, { method: "POST", body });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };
    assert.equal((await send("introspect", client.clientSecret)).body.active, true);
    assert.deepEqual((await send("introspect", "wrong")).body, { active: false });
    assert.equal((await send("revoke", "wrong")).status, 401);
    assert.equal((await askUserinfo(standIn, token)).status, 200);
    assert.equal((await send("revoke", client.clientSecret)).status, 200);
    assert.equal((await askUserinfo(standIn, token)).status, 401);
    assert.deepEqual((await send("introspect", client.clientSecret)).body, { active: false });
  });
});
