import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, test } from "node:test";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { paths } from "../../src/embedded-authentik/oidc/addresses.ts";
import { startEmbeddedAuthentik } from "../../src/embedded-authentik/start.ts";
import { Browser } from "../support/browser.ts";
import { freePorts } from "../support/free-ports.ts";
import { signIn } from "../support/stand-in.ts";
import { people, startTestApp, type TestApp } from "../support/test-app.ts";
import type { Visitor } from "../support/visitor.ts";
import { waitFor } from "../support/wait-for.ts";

const path = "/sign-in/back-channel-logout";
const event = "http://schemas.openid.net/event/backchannel-logout";

/** An issuer that answers with its discovery document and its keys, as long as `up`. */
async function startIssuer() {
  const own = await generateKeyPair("RS256");
  const foreign = await generateKeyPair("RS256");
  const jwk = { ...(await exportJWK(own.publicKey)), kid: "one", alg: "RS256" };
  const state = { up: true };
  const server = createServer((request, response) => {
    response.setHeader("content-type", "application/json");
    if (!state.up) response.statusCode = 502;
    const document = {
      issuer,
      authorization_endpoint: `${issuer}authorize/`,
      token_endpoint: `${issuer}token/`,
      userinfo_endpoint: `${issuer}userinfo/`,
      jwks_uri: `${issuer}jwks/`,
    };
    response.end(JSON.stringify(request.url?.endsWith("/jwks/") ? { keys: [jwk] } : document));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/application/o/hub-portal/`;
  return { issuer, own, foreign, state, close: () => server.close() };
}

describe("sign-outs that Authentik tells of", () => {
  let issuer: Awaited<ReturnType<typeof startIssuer>>;
  let app: TestApp;
  beforeEach(async () => {
    issuer = await startIssuer();
    app = await startTestApp({ issuer: issuer.issuer });
  });
  afterEach(async () => {
    await app.close();
    issuer.close();
  });

  let made = 0;
  /** A logout token as Authentik makes it, with changes; undefined leaves a claim out. */
  const token = async (
    changes: Record<string, unknown> = {},
    header: Record<string, string> = {},
    key = issuer.own.privateKey,
  ) => {
    const iat = Math.floor(app.core.clock.now().getTime() / 1000);
    const claims: JWTPayload = {
      iss: issuer.issuer,
      aud: "portal",
      iat,
      exp: iat + 120,
      jti: `token-${++made}`,
      sub: "student",
      events: { [event]: {} },
      ...changes,
    };
    for (const [name, value] of Object.entries(claims)) if (value === undefined) delete claims[name];
    return new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "one", typ: "logout+jwt", ...header }).sign(key);
  };
  const tell = async (logoutToken: string) => {
    const answer = await fetch(app.url + path, {
      method: "POST",
      body: new URLSearchParams({ logout_token: logoutToken }),
    });
    return { status: answer.status, cache: answer.headers.get("cache-control"), text: await answer.text() };
  };
  const isIn = async (visitor: Visitor) => (await visitor.get("/participation")).status === 200;

  test("a sign-out ends all sessions of the person, and of nobody else", async () => {
    const [one, two, other] = [await app.asStudent(), await app.asStudent(), await app.asTeacher()];
    assert.deepEqual([await isIn(one), await isIn(two)], [true, true]);
    const told = await tell(await token());
    assert.deepEqual(told, { status: 200, cache: "no-store", text: "" });
    assert.deepEqual([await isIn(one), await isIn(two), await isIn(other)], [false, false, true]);
    app.core.clock.advance(1000);
    assert.equal(await isIn(await app.asStudent()), true, "who signs in again is in");
  });

  test("a sign-out of one of Authentik's sessions ends those that came from it, by sid alone too", async () => {
    const [here, there] = [
      await app.as(people.student, { authentikSession: "here" }),
      await app.as(people.student, { authentikSession: "there" }),
    ];
    assert.equal((await tell(await token({ sid: "here" }))).status, 200);
    assert.deepEqual([await isIn(here), await isIn(there)], [false, true]);
    assert.equal((await tell(await token({ sid: "there", sub: undefined }))).status, 200);
    assert.equal(await isIn(there), false);
  });

  test("a session of which the portal does not know where it came from ends with any of the person's", async () => {
    const visitor = await app.asStudent();
    await tell(await token({ sid: "elsewhere" }));
    assert.equal(await isIn(visitor), false);
  });

  test("tokens that are not as they must be are refused, and end nothing", async () => {
    const visitor = await app.asStudent();
    const now = Math.floor(app.core.clock.now().getTime() / 1000);
    const refused: [string, Promise<string>][] = [
      ["signed by another key", token({}, {}, issuer.foreign.privateKey)],
      ["from another issuer", token({ iss: "https://elsewhere.example.org/" })],
      ["for another client", token({ aud: "hub" })],
      ["without iat", token({ iat: undefined })],
      ["too old", token({ iat: now - 600, exp: now + 60 })],
      ["from the future", token({ iat: now + 600, exp: now + 660 })],
      ["expired", token({ iat: now - 200, exp: now - 100 })],
      ["without jti", token({ jti: undefined })],
      ["without events", token({ events: undefined })],
      ["with another event", token({ events: { "http://schemas.openid.net/event/other": {} } })],
      ["with an event that is no object", token({ events: { [event]: "yes" } })],
      ["an id token, which has a nonce", token({ nonce: "n" })],
      ["about nobody", token({ sub: undefined })],
      ["of another type", token({}, { typ: "at+jwt" })],
      [
        "signed with the client secret",
        new SignJWT({ sub: "student", events: { [event]: {} }, jti: "x" })
          .setProtectedHeader({ alg: "HS256" })
          .setIssuedAt(now)
          .setIssuer(issuer.issuer)
          .setAudience("portal")
          .sign(new TextEncoder().encode("portal-secret-portal-secret-portal")),
      ],
      ["no token at all", Promise.resolve("nonsense")],
      ["empty", Promise.resolve("")],
    ];
    for (const [what, made] of refused) {
      const told = await tell(await made);
      assert.equal(told.status, 400, what);
      assert.equal(JSON.parse(told.text).error, "invalid_request", what);
    }
    assert.equal(await isIn(visitor), true);
  });

  test("a token is taken in once, so that nobody who saw it can sign the person out again", async () => {
    const seen = await token();
    assert.equal((await tell(seen)).status, 200);
    app.core.clock.advance(1000);
    const visitor = await app.asStudent();
    assert.equal((await tell(seen)).status, 400);
    assert.equal(await isIn(visitor), true);
  });

  test("when Authentik's keys cannot be read, it is told to try again", async () => {
    issuer.state.up = false;
    const visitor = await app.asStudent();
    assert.equal((await tell(await token())).status, 503);
    issuer.state.up = true;
    assert.equal((await tell(await token())).status, 200);
    assert.equal(await isIn(visitor), false);
  });

  test("more than a token is not read", async () => {
    assert.equal((await tell("x".repeat(20_000))).status, 413);
  });
});

describe("signing out of the stand-in for Authentik", () => {
  for (const version of ["2025.12", "2026.8"] as const) {
    test(`ends the session of the portal, as ${version}`, async (t) => {
      const port = await freePorts(1);
      // The stand-in has to know where the portal is before the portal can know the stand-in.
      let portal: TestApp | null = null;
      const relay = createServer((request, response) => {
        fetch(`${portal?.url}${request.url}`, {
          method: "POST",
          body: request as never,
          duplex: "half",
          headers: { "content-type": "application/x-www-form-urlencoded" },
        } as RequestInit)
          .then(async (answer) => response.writeHead(answer.status).end(await answer.text()))
          .catch(() => response.writeHead(502).end());
      }).listen(port, "127.0.0.1");
      t.after(() => relay.close());
      const authentik = await startEmbeddedAuthentik({
        dataFile: ":memory:",
        port: 0,
        version,
        seed: { portalUrl: "http://portal.example.org", portalLogoutUri: `http://127.0.0.1:${port}${path}` },
      });
      t.after(() => authentik.close());
      const { issuer, clientId, clientSecret } = authentik.portal;
      const app = await startTestApp({ issuer, client: { clientId, clientSecret } });
      portal = app;
      t.after(() => app.close());
      app.core.clock.set(new Date());

      const browser = new Browser();
      const visitor = app.signedOut();
      const begun = await visitor.get("/sign-in");
      const back = await browser.open(await signIn(authentik, browser, "student", begun.location ?? ""));
      const { pathname, search } = new URL(back.location ?? "");
      assert.equal((await visitor.get(pathname + search)).status, 303);
      assert.equal((await visitor.get("/participation")).status, 200);

      await browser.open(`${authentik.url}${paths.signOut}`);
      await waitFor(async () => (await visitor.get("/participation")).status === 303, "the session to be over");
    });
  }
});
