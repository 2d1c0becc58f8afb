import assert from "node:assert/strict";
import { resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { startOidcIssuer } from "../support/oidc-issuer.ts";
import { people, startTestApp, type TestApp } from "../support/test-app.ts";
import type { Seen } from "../support/visitor.ts";

const setCookie = (seen: Seen) => [seen.headers["set-cookie"] ?? []].flat().join("\n");

describe("headers and cookies", () => {
  let plain: TestApp;
  let secure: TestApp;
  before(async () => {
    const logo = resolve(import.meta.dirname, "../../public/icon.svg");
    plain = await startTestApp({ env: { INSTITUTION_LOGO: logo } });
    const issuer = "https://auth.example.org/application/o/hub-portal/";
    secure = await startTestApp({ env: { PUBLIC_URL: "https://portal.example.org", TRUST_PROXY: "1" }, issuer });
  });
  after(async () => {
    await plain.close();
    await secure.close();
  });

  test("every kind of answer has a strict policy, and says neither what it runs on nor where one came from", async () => {
    const teacher = await plain.asTeacher();
    const paths = [
      "/",
      "/participation",
      "/nothing-here",
      "/hubs/%zz",
      "/healthz",
      "/theme.css",
      "/logo",
      "/public/css/base.css",
    ];
    for (const path of [...paths, "/public/nothing.css", "/administration", "/hubs/new"]) {
      const { headers } = await teacher.get(path);
      const policy = headers["content-security-policy"] ?? "";
      for (const directive of [
        "default-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
        "form-action 'self' http://127.0.0.1:1",
      ]) {
        assert.ok(policy.split(";").includes(directive), `${path}: ${directive} in ${policy}`);
      }
      assert.doesNotMatch(policy, /unsafe|\*|data:|upgrade-insecure/, path);
      assert.equal(headers["x-content-type-options"], "nosniff", path);
      assert.equal(headers["x-frame-options"], "DENY", path);
      assert.equal(headers["referrer-policy"], "same-origin", path);
      assert.equal(headers["x-powered-by"], undefined, path);
      assert.equal(headers["strict-transport-security"], undefined, path);
    }
  });

  test("on https, browsers are told to stay there", async () => {
    const { headers } = await secure.signedOut().get("/");
    assert.match(headers["strict-transport-security"] ?? "", /max-age=\d{7,}/);
    assert.match(headers["content-security-policy"] ?? "", /upgrade-insecure-requests/);
    assert.match(headers["content-security-policy"] ?? "", /form-action 'self' https:\/\/auth\.example\.org(;|$)/);
  });

  test("the session's cookie is out of reach for scripts and other sites, and on https keeps to this host", async () => {
    const issuer = await startOidcIssuer();
    const cookieOf = async (env: Record<string, string>) => {
      const portal = await startTestApp({ issuer: issuer.issuer, env });
      const first = setCookie(await portal.signedOut().get("/sign-in"));
      const later = setCookie(await (await portal.asStudent()).get("/participation"));
      await portal.close();
      return [first, later];
    };
    for (const cookie of await cookieOf({})) {
      assert.match(cookie, /^jhaas=s%3A[^;]+; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/);
    }
    for (const cookie of await cookieOf({ PUBLIC_URL: "https://portal.example.org", TRUST_PROXY: "1" })) {
      assert.match(cookie, /^__Host-jhaas=s%3A[^;]+; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/);
    }
    issuer.close();
  });

  test("who only looks at the door gets no cookie", async () => {
    for (const path of ["/", "/terms", "/healthz", "/public/css/base.css", "/theme.css", "/participation"]) {
      assert.equal(setCookie(await plain.signedOut().get(path)), "", path);
    }
  });

  test("signing out ends the session in the store and takes the cookie away, on http and https", async () => {
    for (const portal of [plain, secure]) {
      const visitor = await portal.asStudent();
      const [[name, value] = ["", ""]] = [...visitor.cookies];
      const out = await visitor.submit("/participation", "Sign out");
      assert.equal(out.status, 303);
      assert.match(setCookie(out), new RegExp(`^${name}=; Path=/; Expires=Thu, 01 Jan 1970`));
      if (portal === secure) assert.match(setCookie(out), /Secure/, "browsers ignore it otherwise");
      visitor.cookies.set(name, value);
      assert.match((await visitor.get("/participation")).location ?? "", /^\/sign-in/, "an old cookie opens nothing");
    }
  });

  test("a cookie with a signature that is not ours opens nothing", async () => {
    const visitor = await plain.asTeacher();
    const value = visitor.cookies.get("jhaas") ?? "";
    for (const forged of [value.replace(/\..*$/, ".AAAA"), value.replace("s%3A", "s%3Ax"), "nonsense", ""]) {
      visitor.cookies.set("jhaas", forged);
      assert.match((await visitor.get("/leadership")).location ?? "", /^\/sign-in/);
    }
  });

  test("a token of another session is refused", async () => {
    const theirs = (await (await plain.asTeacher()).get("/terms")).$("[name=_csrf]").val();
    const other = await plain.asOtherTeacher();
    assert.equal((await other.post("/sign-out", {}, { csrf: String(theirs) })).status, 403);
    assert.equal((await other.get("/leadership")).status, 200);
  });

  test("a form in another format than a browser's is not read", async () => {
    const hub = await plain.addHub({ decision: "accepted" });
    const student = await plain.asStudent();
    const seen = await student.get(`/invitations/${hub.invitationToken}?_csrf=x`);
    assert.equal(seen.status, 200);
    // A token in the query is in logs and histories, so it does not count.
    const token = String(seen.$("[name=_csrf]").first().val());
    const refused = await student.post(`/invitations/${hub.invitationToken}?_csrf=${token}`, {}, { csrf: null });
    assert.equal(refused.status, 403);
    assert.equal(await plain.core.store.participations.count(hub.id, "applied"), 0);
  });

  test("logo and colours come from the settings, and are kept for a while", async () => {
    const portal = await startTestApp({ env: { BRAND_COLOUR: "#123456", ACCENT_COLOUR: "#654321" } });
    const css = await portal.signedOut().get("/theme.css");
    assert.match(css.headers["content-type"] ?? "", /^text\/css/);
    assert.match(css.text, /--brand-colour: #123456;\s+--accent-colour: #654321;/);
    assert.match(css.headers["cache-control"] ?? "", /max-age=600/);
    assert.equal((await portal.signedOut().get("/logo")).status, 404, "no logo is set");
    assert.equal((await portal.signedOut().get("/")).$("img").length, 0);
    await portal.close();
    const logo = await plain.signedOut().get("/logo");
    assert.match(logo.headers["content-type"] ?? "", /^image\/svg\+xml/);
    assert.equal((await plain.signedOut().get("/")).$(".brand img[alt='']").attr("src"), "/logo");
  });
});

describe("who is signed in", () => {
  let portal: TestApp;
  before(async () => {
    portal = await startTestApp();
  });
  after(() => portal.close());

  test("roles that end in Authentik end here within five minutes", async () => {
    const visitor = await portal.asGovernance();
    assert.equal((await visitor.get("/administration")).status, 200);
    portal.core.identity.users.set("governance", { ...people.governance, groups: [] });
    portal.core.clock.advance(5 * 60_000 + 1);
    assert.equal((await visitor.get("/administration")).status, 404);
    portal.core.identity.users.set("governance", people.governance);
    portal.core.clock.advance(5 * 60_000 + 1);
    assert.equal((await visitor.get("/administration")).status, 200, "and begin here as well");
  });

  test("somebody who is deactivated in Authentik is out, with a session that opens nothing again", async () => {
    const visitor = await portal.asOtherTeacher();
    const cookie = visitor.cookies.get("jhaas") ?? "";
    portal.core.identity.users.set("teacher2", { ...people.otherTeacher, active: false });
    portal.core.clock.advance(5 * 60_000 + 1);
    assert.match((await visitor.get("/leadership")).location ?? "", /^\/sign-in/);
    portal.core.identity.users.set("teacher2", people.otherTeacher);
    portal.core.clock.advance(5 * 60_000 + 1);
    visitor.cookies.set("jhaas", cookie);
    assert.match((await visitor.get("/leadership")).location ?? "", /^\/sign-in/);
  });
});
