import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, type TestContext, test } from "node:test";
import { createRemoteJWKSet, decodeJwt, jwtVerify } from "jose";
import { paths } from "../../src/embedded-authentik/oidc/addresses.ts";
import { holdClock, hourMs } from "../support/clock.ts";
import { callApi, getTokens, makeApplication, portalClient, startStandIn } from "../support/stand-in.ts";

/** An application that waits to be told of sign-outs. */
async function listen(t: TestContext) {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += String(chunk);
    });
    request.on("end", () => {
      response.end();
      server.emit("told", new URLSearchParams(body).get("logout_token"));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const next = async () => {
    const [token] = (await once(server, "told", { signal: AbortSignal.timeout(5_000) })) as [string];
    return token;
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, next };
}

describe("an application with an address for back-channel logout", () => {
  for (const version of ["2025.12", "2026.8"] as const) {
    test(`is told when the session ends, by a token that it can check, as ${version}`, async (t) => {
      const application = await listen(t);
      const standIn = await startStandIn(t, { version, seed: { portalLogoutUri: application.url } });
      const { browser, tokens } = await getTokens(standIn, portalClient(standIn), "teacher");
      const told = application.next();
      await browser.open(`${standIn.url}${paths.signOut}`);
      const keys = createRemoteJWKSet(new URL(`${standIn.portal.issuer}jwks/`));
      const { payload, protectedHeader } = await jwtVerify(await told, keys, {
        issuer: standIn.portal.issuer,
        audience: standIn.portal.clientId,
      });
      const { sub, sid } = decodeJwt(tokens.id_token ?? "");
      assert.equal(protectedHeader.typ, "logout+jwt");
      assert.deepEqual([payload.sub, payload.sid], [sub, sid]);
      assert.deepEqual(payload.events, { "http://schemas.openid.net/event/backchannel-logout": {} });
      assert.equal(payload.nonce, undefined);
    });
  }

  test("is not told when it signs the person out itself, nor once its tokens have expired", async (t) => {
    const application = await listen(t);
    const clock = holdClock(new Date().toISOString());
    const standIn = await startStandIn(t, { clock, seed: { portalLogoutUri: application.url } });
    const asked = await getTokens(standIn, portalClient(standIn), "teacher");
    await asked.browser.open(`${standIn.portal.issuer}end-session/`);
    const { browser } = await getTokens(standIn, portalClient(standIn), "teacher");
    clock.advance(24 * hourMs - 1000);
    const again = await getTokens(standIn, portalClient(standIn), "student");
    clock.advance(2000);
    await browser.open(`${standIn.url}${paths.signOut}`);
    const told = application.next();
    await again.browser.open(`${standIn.url}${paths.signOut}`);
    assert.equal(decodeJwt(await told).sub, decodeJwt(again.tokens.id_token ?? "").sub, "the student's is the first");
  });

  test("is told when the person is deactivated, and the session ends although another does not answer", async (t) => {
    const application = await listen(t);
    const standIn = await startStandIn(t, { seed: { portalLogoutUri: application.url } });
    const deaf = await makeApplication(standIn, "deaf", { provider: { logout_uri: "http://127.0.0.1:1/" } });
    const { browser } = await getTokens(standIn, portalClient(standIn), "student");
    await getTokens(standIn, deaf, "student");
    const { body } = await callApi(standIn, "GET", "/core/users/?username=student");
    const [user] = (body as { results: { pk: number }[] }).results;
    const told = application.next();
    await callApi(standIn, "PATCH", `/core/users/${user?.pk}/`, { is_active: false });
    assert.ok(await told);
    assert.match((await browser.open(`${standIn.url}/`)).text, /You are not signed in/);
  });
});
