import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { startEmbeddedAuthentik } from "../../src/embedded-authentik/start.ts";
import { versions } from "../../src/embedded-authentik/versions.ts";
import { askUserinfo, callApi, getTokens, makeApplication, startStandIn } from "../support/stand-in.ts";

type User = { pk: number; uuid: string; uid: string; username: string; email: string };

describe("what a provider's tokens hold", () => {
  for (const version of versions) {
    test(`a provider without a signing key, then HS256 and no keys to look up, as ${version}`, async (t) => {
      const standIn = await startStandIn(t, { version });
      const client = await makeApplication(standIn, "keyless", { provider: { signing_key: null } });
      const { tokens } = await getTokens(standIn, client, "student");
      assert.equal(decodeProtectedHeader(tokens.id_token ?? "").alg, "HS256");
      await jwtVerify(tokens.id_token ?? "", new TextEncoder().encode(client.clientSecret));
      const issuer = `${standIn.url}/application/o/keyless/`;
      assert.deepEqual(await (await fetch(`${issuer}jwks/`)).json(), {});
      const discovery = await (await fetch(`${issuer}.well-known/openid-configuration`)).json();
      assert.deepEqual((discovery as Record<string, unknown>).id_token_signing_alg_values_supported, ["HS256"]);
    });
  }

  test("each way to name a person, then sub is that", async (t) => {
    const standIn = await startStandIn(t);
    const { body } = await callApi(standIn, "GET", "/core/users/?username=student");
    const [user] = (body as { results: User[] }).results;
    assert.ok(user);
    const wanted: Record<string, string> = {
      hashed_user_id: user.uid,
      user_id: String(user.pk),
      user_uuid: user.uuid,
      user_username: "student",
      user_email: user.email,
      user_upn: user.uid,
    };
    for (const [sub_mode, sub] of Object.entries(wanted)) {
      const client = await makeApplication(standIn, `sub-${sub_mode}`, { provider: { sub_mode } });
      const { tokens } = await getTokens(standIn, client, "student");
      assert.equal(decodeJwt(tokens.id_token ?? "").sub, sub, sub_mode);
      assert.equal((await askUserinfo(standIn, tokens.access_token ?? "")).claims.sub, sub, sub_mode);
    }
    const preset = await makeApplication(standIn, "preset", { provider: { sub_mode: undefined } });
    const { tokens } = await getTokens(standIn, preset, "student");
    assert.equal(decodeJwt(tokens.id_token ?? "").sub, user.uid);
  });

  test("claims are not to be in the id token, then userinfo alone has them", async (t) => {
    const standIn = await startStandIn(t);
    const client = await makeApplication(standIn, "lean", { provider: { include_claims_in_id_token: false } });
    const { tokens } = await getTokens(standIn, client, "teacher");
    assert.equal(decodeJwt(tokens.id_token ?? "").groups, undefined);
    assert.deepEqual((await askUserinfo(standIn, tokens.access_token ?? "")).claims.groups, ["portal-leaders"]);
  });

  test("the provider lacks the mapping of a scope, then the scope is dropped without a word", async (t) => {
    const standIn = await startStandIn(t);
    const { body } = await callApi(standIn, "GET", "/propertymappings/provider/scope/?scope_name=openid");
    const [openid] = (body as { results: { pk: string }[] }).results;
    const client = await makeApplication(standIn, "few", { provider: { property_mappings: [openid?.pk] } });
    const { tokens } = await getTokens(standIn, client, "teacher");
    assert.equal(tokens.scope, "openid");
    assert.equal(decodeJwt(tokens.id_token ?? "").groups, undefined);
  });

  test("no scope is asked for, then all that are mapped are given", async (t) => {
    const standIn = await startStandIn(t);
    const { tokens } = await getTokens(
      standIn,
      { ...standIn.portal, redirectUri: "http://localhost:3000/sign-in/callback" },
      "teacher",
      { scope: "" },
    );
    assert.equal(tokens.scope, "email openid profile");
  });

  test("the issuer is global, then it is the server's address for every application", async (t) => {
    const standIn = await startStandIn(t);
    const client = await makeApplication(standIn, "global", { provider: { issuer_mode: "global" } });
    const { tokens } = await getTokens(standIn, client, "teacher");
    assert.equal(decodeJwt(tokens.id_token ?? "").iss, `${standIn.url}/`);
  });

  test("the signing key is an elliptic one, then ES256", async (t) => {
    const standIn = await startStandIn(t, { seed: { moreKeys: [{ name: "elliptic", algorithm: "ES256" }] } });
    const { body } = await callApi(standIn, "GET", "/crypto/certificatekeypairs/?name=elliptic");
    const [key] = (body as { results: { pk: string }[] }).results;
    const client = await makeApplication(standIn, "elliptic", { provider: { signing_key: key?.pk } });
    const { tokens } = await getTokens(standIn, client, "teacher");
    const keys = createRemoteJWKSet(new URL(`${standIn.url}/application/o/elliptic/jwks/`));
    const { protectedHeader } = await jwtVerify(tokens.id_token ?? "", keys);
    assert.equal(protectedHeader.alg, "ES256");
  });

  test("the stand-in has a public address, then that is in the tokens", async (t) => {
    const standIn = await startEmbeddedAuthentik({
      dataFile: ":memory:",
      port: 0,
      publicUrl: "https://id.example.org/",
    });
    t.after(() => standIn.close());
    assert.equal(standIn.portal.issuer, "https://id.example.org/application/o/hub-portal/");
    const path = "/application/o/hub-portal/.well-known/openid-configuration";
    const discovery = await (await fetch(`http://localhost:${standIn.port}${path}`)).json();
    assert.equal((discovery as Record<string, string>).token_endpoint, "https://id.example.org/application/o/token/");
  });
});

describe("a provider with an encryption key", () => {
  test("then its tokens cannot be read without the key, and still open userinfo", async (t) => {
    const standIn = await startStandIn(t);
    const { body } = await callApi(standIn, "GET", "/crypto/certificatekeypairs/");
    const [key] = (body as { results: { pk: string }[] }).results;
    const client = await makeApplication(standIn, "locked", { provider: { encryption_key: key?.pk } });
    const { tokens } = await getTokens(standIn, client, "teacher");
    assert.equal(decodeProtectedHeader(tokens.id_token ?? "").enc, "A256CBC-HS512");
    assert.equal((await askUserinfo(standIn, tokens.access_token ?? "")).status, 200);
  });
});
