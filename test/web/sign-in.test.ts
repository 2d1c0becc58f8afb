import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, test } from "node:test";
import { generateKeyPair } from "jose";
import { demoPassword } from "../../src/embedded-authentik/demo-people.ts";
import { localPath } from "../../src/web/sign-in/routes.ts";
import { PersonAtBrowser } from "../contract/authentik/person-at-browser.ts";
import { type OidcIssuer, signWith, startOidcIssuer } from "../support/oidc-issuer.ts";
import { startStandIn } from "../support/stand-in.ts";
import { people, startTestApp, type TestApp } from "../support/test-app.ts";
import type { Seen, Visitor } from "../support/visitor.ts";

const portalUrl = "http://portal.example.org";

describe("signing in through the stand-in for Authentik", () => {
  test("then the page that was wanted comes, with the roles of the groups; and signing out ends both sessions", async (t) => {
    const standIn = await startStandIn(t, { seed: { portalUrl } });
    const portal = await startTestApp({ issuer: standIn.portal.issuer, client: standIn.portal });
    t.after(() => portal.close());
    const visitor = portal.signedOut();
    const browser = new PersonAtBrowser(standIn.url, "governance", demoPassword);

    const wanted = await visitor.get("/administration/hubs?phase=failed");
    const leaving = await visitor.follow(wanted);
    const sessionBefore = visitor.cookies.get("jhaas");
    const { stoppedAt } = await browser.visit(leaving.location ?? "", portalUrl);
    assert.ok(stoppedAt);
    const back = await visitor.get(stoppedAt.slice(portalUrl.length));
    assert.equal(back.location, "/administration/hubs?phase=failed");
    assert.notEqual(visitor.cookies.get("jhaas"), sessionBefore, "the session has a new id");
    const page = await visitor.follow(back);
    assert.equal(page.status, 200);
    assert.match(page.$(".who").text(), /Sign out/);

    // Once more with the same answer: it is used up, and the person stays signed in.
    assert.equal((await visitor.get(stoppedAt.slice(portalUrl.length))).location, "/");

    const out = await visitor.press(page, "Sign out");
    const goodbye = new URL(out.location ?? "", portalUrl);
    assert.ok(out.location?.startsWith(standIn.url), "goes on to Authentik");
    assert.equal(goodbye.searchParams.get("post_logout_redirect_uri"), `${portalUrl}/`);
    assert.equal(visitor.cookies.has("jhaas"), false);
    assert.match((await visitor.get("/leadership")).location ?? "", /^\/sign-in/);
    await browser.visit(goodbye.href, portalUrl);
    const again = await visitor.get("/sign-in");
    await browser.visit(again.location ?? "", portalUrl);
    assert.equal(browser.signedIn, 2, "Authentik asks for the password again");
  });
});

describe("signing in", () => {
  let issuer: OidcIssuer;
  let portal: TestApp;
  let visitor: Visitor;
  const claims = { sub: "new", preferred_username: "new", name: "New Person", email: "new@example.org", groups: [] };
  beforeEach(async () => {
    issuer = await startOidcIssuer();
    portal = await startTestApp({ issuer: issuer.issuer, client: issuer });
    visitor = portal.signedOut();
  });
  afterEach(async () => {
    issuer.close();
    await portal.close();
  });

  /** Leaves for Authentik and comes back; what comes back can be changed. */
  const signIn = async (change: Record<string, string> = {}, from = "/sign-in"): Promise<Seen> => {
    const leaving = await visitor.get(from);
    const asked = new URL(leaving.location ?? "").searchParams;
    issuer.claims = { ...claims, nonce: asked.get("nonce") ?? "", ...issuer.claims };
    const answer = { code: "the-code", state: asked.get("state") ?? "", ...change };
    return visitor.get(`/sign-in/callback?${new URLSearchParams(answer)}`);
  };
  const signedIn = async () => (await visitor.get("/participation")).status === 200;
  const refused = async (seen: Seen, status: number, sentence: RegExp) => {
    assert.equal(seen.status, status, seen.main);
    assert.match(seen.main, sentence);
    assert.equal(seen.$("main a[href='/sign-in']").length, 1, "offers to begin again");
    assert.equal(await signedIn(), false);
    assert.equal(await portal.core.store.people.byId("new"), null);
  };

  test("asks Authentik with state, nonce and PKCE, and redeems the code with the verifier that belongs to it", async () => {
    const leaving = await visitor.get("/sign-in");
    const asked = Object.fromEntries(new URL(leaving.location ?? "").searchParams);
    assert.equal(asked.response_type, "code");
    assert.equal(asked.redirect_uri, `${portalUrl}/sign-in/callback`);
    assert.deepEqual(asked.scope?.split(" ").sort(), ["email", "openid", "profile"]);
    assert.equal(asked.code_challenge_method, "S256");
    for (const name of ["state", "nonce", "code_challenge"]) assert.ok((asked[name]?.length ?? 0) >= 20, name);
    issuer.claims = { ...claims, nonce: asked.nonce };
    await visitor.get(`/sign-in/callback?${new URLSearchParams({ code: "the-code", state: asked.state ?? "" })}`);
    const sent = issuer.redeemed[0];
    assert.equal(sent?.get("code"), "the-code");
    const challenge = createHash("sha256")
      .update(sent?.get("code_verifier") ?? "")
      .digest("base64url");
    assert.equal(challenge, asked.code_challenge);
    assert.equal(await signedIn(), true);
  });

  test("keeps who it is by sub, never by e-mail, and takes a new name along", async () => {
    issuer.claims = { email: people.teacher.email, name: "Somebody Else" };
    assert.equal((await signIn()).location, "/");
    assert.equal((await portal.core.store.people.byId("teacher"))?.name, people.teacher.name);
    assert.equal((await portal.core.store.people.byId("new"))?.name, "Somebody Else");
    assert.equal((await visitor.get("/leadership")).status, 404, "an address gives no role");
  });

  test("groups that are only at the userinfo endpoint count", async () => {
    issuer.claims = { groups: undefined };
    issuer.userinfo = { ...claims, groups: ["portal-admins"] };
    await signIn();
    assert.equal((await visitor.get("/administration")).status, 200);
  });

  const wrong: Record<string, [prepare: () => unknown, status: number, sentence: RegExp]> = {
    "a nonce of another sign-in": [() => (issuer.claims = { nonce: "another" }), 403, /Sign-in was refused/],
    "another audience": [() => (issuer.claims = { aud: "another" }), 403, /refused/],
    "another issuer": [() => (issuer.claims = { iss: "https://evil.example.org/" }), 403, /refused/],
    "a token that is over": [() => (issuer.claims = { exp: 1000 }), 403, /refused/],
    "an empty sub": [() => (issuer.claims = { sub: "" }), 503, /answer could not be read/],
    "something that is no token": [() => (issuer.sign = async () => "a.b.c"), 503, /answer could not be read/],
    "no user name": [() => (issuer.claims = { preferred_username: "" }), 403, /did not say who you are/],
    "somebody else at userinfo": [
      () => {
        issuer.claims = { groups: undefined };
        issuer.userinfo = { ...claims, sub: "another", groups: ["portal-admins"] };
      },
      503,
      /did not tell your groups/,
    ],
    "a key that is not Authentik's": [
      async () => {
        const { privateKey } = await generateKeyPair("RS256");
        issuer.sign = (payload) => signWith(privateKey, "RS256", issuer, payload);
      },
      403,
      /could not be verified/,
    ],
    "the client secret as key": [
      () => {
        const key = new TextEncoder().encode(issuer.clientSecret.padEnd(32, "-"));
        issuer.sign = (payload) => signWith(key, "HS256", issuer, payload);
      },
      503,
      /must choose a signing key/,
    ],
    "no signature at all": [
      () => {
        const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
        const { iss, aud, exp } = { iss: issuer.issuer, aud: issuer.clientId, exp: Date.now() / 1000 + 300 };
        issuer.sign = async (payload) =>
          `${part({ alg: "none" })}.${part({ iss, aud, exp, iat: exp - 300, ...payload })}.`;
      },
      503,
      /must choose a signing key/,
    ],
    "a code that Authentik refuses": [
      () => (issuer.tokenAnswer = { status: 400, body: JSON.stringify({ error: "invalid_grant" }) }),
      503,
      /invalid_grant/,
    ],
    "a page instead of tokens": [
      () => (issuer.tokenAnswer = { status: 502, body: "<h1>Bad gateway</h1>" }),
      503,
      /does not answer/,
    ],
  };
  for (const [what, [prepare, status, sentence]] of Object.entries(wrong)) {
    test(`with ${what} nobody is signed in, and the page says what happened`, async () => {
      await prepare();
      await refused(await signIn(), status, sentence);
    });
  }

  test("with a state of another sign-in nobody is signed in, and the code is not even tried", async () => {
    await refused(await signIn({ state: "another" }), 403, /sign in again/i);
    assert.equal(issuer.redeemed.length, 0);
  });

  test("when Authentik says no, the page says so", async () => {
    await refused(await signIn({ error: "access_denied" }), 403, /Sign-in was refused or not finished/);
    await refused(await signIn({ error: "server_error" }), 403, /did not let you sign in/);
  });

  test("an answer that this browser did not ask for begins anew", async () => {
    const seen = await portal.signedOut().get("/sign-in/callback?code=stolen&state=stolen");
    await refused(seen, 403, /not begun in this browser/);
  });

  test("while Authentik is down, the page says so and the rest of the portal works", async () => {
    issuer.close();
    const teacher = await portal.asTeacher();
    const seen = await visitor.get("/sign-in?returnTo=/leadership");
    await refused(seen, 503, /Authentik does not answer\. Try again in a few minutes/);
    assert.equal((await teacher.get("/leadership")).status, 200);
    assert.equal((await visitor.get("/")).status, 200);
  });

  test("when Authentik names another issuer, the page says that settings and Authentik differ", async () => {
    issuer.discovery = { ...issuer.discovery, issuer: "https://other.example.org/" };
    await refused(await visitor.get("/sign-in"), 503, /names another issuer/);
  });

  test("who is signed in already goes on, and a return to elsewhere leads to the start", async () => {
    const teacher = await portal.asTeacher();
    const locationFor = async (returnTo: string) =>
      (await teacher.get(`/sign-in?returnTo=${encodeURIComponent(returnTo)}`)).location;
    assert.equal(await locationFor("/hubs/new?x=1"), "/hubs/new?x=1");
    for (const elsewhere of elsewheres) assert.equal(await locationFor(elsewhere), "/", elsewhere);
    assert.equal((await teacher.get("/sign-in?returnTo=/a&returnTo=//evil.example.org")).location, "/");
    assert.equal((await signIn({}, `/sign-in?returnTo=${encodeURIComponent("//evil.example.org")}`)).location, "/");
  });

  test("no return leads to another host, as browsers read addresses", () => {
    for (const elsewhere of elsewheres) assert.equal(localPath(elsewhere), "/", elsewhere);
    for (const path of ["/", "/hubs/1?a=b#c", "/a//b", "/?x=https://example.org/"]) assert.equal(localPath(path), path);
  });

  test("the token that proves the sign-in is in no page and no log", async () => {
    await signIn();
    const idToken = await issuer.sign(issuer.claims);
    const pages = [await visitor.get("/participation"), await visitor.get("/terms")];
    for (const seen of pages) assert.ok(!seen.text.includes(idToken.split(".")[1] ?? "?"));
    assert.ok(!JSON.stringify(portal.core.logged).includes("portal-secret"));
  });
});

const elsewheres = [
  "https://evil.example.org/",
  "//evil.example.org",
  "///evil.example.org",
  "/\\evil.example.org",
  "\\\\evil.example.org",
  "/\t/evil.example.org",
  "/\n/evil.example.org",
  "javascript:alert(1)",
  "evil.example.org",
  "",
  " //evil.example.org",
];
