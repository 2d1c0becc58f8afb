import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createRemoteJWKSet, decodeJwt, jwtVerify } from "jose";
import { versions } from "../../src/embedded-authentik/versions.ts";
import { Browser } from "../support/browser.ts";
import {
  askForTokens,
  askUserinfo,
  authorizeUrl,
  callApi,
  callback,
  getTokens,
  portalClient,
  signIn,
  startStandIn,
} from "../support/stand-in.ts";

for (const version of versions) {
  describe(`signing in through OpenID Connect, as ${version}`, () => {
    test("someone signs in with PKCE, then the tokens say who they are", async (t) => {
      const standIn = await startStandIn(t, { version });
      const client = portalClient(standIn);
      const discovery = (await (
        await fetch(`${standIn.portal.issuer}.well-known/openid-configuration`)
      ).json()) as Record<string, string>;
      assert.equal(discovery.issuer, standIn.portal.issuer);
      assert.match(standIn.portal.issuer, /\/application\/o\/hub-portal\/$/);

      const browser = new Browser();
      const { url, verifier } = authorizeUrl(standIn, client);
      const toSignIn = await browser.open(url);
      assert.equal(toSignIn.status, 302);
      const page = await browser.open(toSignIn.location ?? "");
      assert.match(page.text, /<label for="username">/);
      assert.match(page.text, /Hub portal/);
      const back = await browser.open(await signIn(standIn, browser, "teacher", url));
      assert.equal(back.status, 302);
      const returned = new URL(back.location ?? "");
      assert.equal(`${returned.origin}${returned.pathname}`, callback);
      assert.equal(returned.searchParams.get("state"), "the-state");

      const { status, body } = await askForTokens(standIn, client, {
        grant_type: "authorization_code",
        code: returned.searchParams.get("code") ?? "",
        redirect_uri: callback,
        code_verifier: verifier,
      });
      assert.equal(status, 200);
      assert.equal(body.token_type, "Bearer");
      assert.equal(body.expires_in, 24 * 3600);
      assert.equal(body.refresh_token, undefined);

      const keys = createRemoteJWKSet(new URL(discovery.jwks_uri ?? ""));
      const { payload, protectedHeader } = await jwtVerify(body.id_token ?? "", keys, {
        issuer: standIn.portal.issuer,
        audience: client.clientId,
      });
      assert.equal(protectedHeader.alg, "RS256");
      assert.equal(payload.nonce, "the-nonce");
      assert.equal(payload.preferred_username, "teacher");
      assert.deepEqual(payload.groups, ["portal-leaders"]);
      assert.equal(payload.email_verified, version === "2024.12");
      const users = await callApi(standIn, "GET", `/core/users/?uuid=${payload.sub}`);
      assert.equal((users.body as { results: { username: string }[] }).results[0]?.username, "teacher");

      const { claims } = await askUserinfo(standIn, body.access_token ?? "");
      assert.equal(claims.sub, payload.sub);
      assert.equal(claims.email, "johanna.lindqvist@example.org");
    });

    test("someone signed in already opens another application, then no password is asked for", async (t) => {
      const standIn = await startStandIn(t, { version });
      const client = portalClient(standIn);
      const { browser } = await getTokens(standIn, client, "student");
      const again = await browser.open(authorizeUrl(standIn, client).url);
      assert.ok(new URL(again.location ?? "").searchParams.get("code"));
      assert.deepEqual(browser.cookiesOf(standIn.url), ["authentik_stand_in_session"]);
    });

    test("the person's groups change, then userinfo says so and the id token still what it was", async (t) => {
      const standIn = await startStandIn(t, { version });
      const { tokens } = await getTokens(standIn, portalClient(standIn), "student");
      const { body } = await callApi(standIn, "POST", "/core/groups/", { name: "jh_one" });
      const { body: users } = await callApi(standIn, "GET", "/core/users/?username=student");
      const pk = (users as { results: { pk: number }[] }).results[0]?.pk;
      await callApi(standIn, "POST", `/core/groups/${(body as { pk: string }).pk}/add_user/`, { pk });
      assert.deepEqual((await askUserinfo(standIn, tokens.access_token ?? "")).claims.groups, ["jh_one"]);
      assert.deepEqual(decodeJwt(tokens.id_token ?? "").groups, []);
    });
  });
}
