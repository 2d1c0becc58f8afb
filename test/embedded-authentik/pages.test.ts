import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { load } from "cheerio";
import { Browser } from "../support/browser.ts";
import { holdClock, hourMs } from "../support/clock.ts";
import {
  agree,
  authorizeUrl,
  getTokens,
  makeApplication,
  portalClient,
  signIn,
  startStandIn,
} from "../support/stand-in.ts";

const signInPath = "/if/flow/default-authentication-flow/";

describe("the sign-in page", () => {
  test("says what it is and who can sign in, without script, inline style or anything from elsewhere", async (t) => {
    const standIn = await startStandIn(t);
    const { text, headers } = await new Browser().open(standIn.url + signInPath);
    const $ = load(text);
    assert.equal($("html").attr("lang"), "en");
    assert.match($("header").text(), /Stand-in for Authentik/);
    for (const input of $("input").toArray()) assert.equal($(`label[for="${$(input).attr("id")}"]`).length, 1);
    assert.match($("table").text(), /governance/);
    assert.equal($("script, style, [style], [onclick]").length, 0);
    assert.match(headers.get("content-security-policy") ?? "", /default-src 'none'/);
    const css = await fetch(new URL($('link[rel="stylesheet"]').attr("href") ?? "", standIn.url));
    assert.match(css.headers.get("content-type") ?? "", /text\/css/);
    const icon = await fetch(new URL($('link[rel="icon"]').attr("href") ?? "", standIn.url));
    assert.match(icon.headers.get("content-type") ?? "", /svg/);
  });

  test("is told other people, then it tells nobody", async (t) => {
    const people = [{ username: "someone", name: "Some One", email: "", password: "secret", groups: [] }];
    const standIn = await startStandIn(t, { seed: { people } });
    const browser = new Browser();
    assert.doesNotMatch((await browser.open(standIn.url + signInPath)).text, /someone|teacher/);
    await signIn(standIn, browser, "someone", undefined, "secret");
    const shown = await startStandIn(t, { seed: { people, showPeople: true } });
    assert.match((await browser.open(shown.url + signInPath)).text, /someone/);
  });

  test("gets a wrong password, then it says so and keeps the username and the way back", async (t) => {
    const standIn = await startStandIn(t);
    const browser = new Browser();
    const { location } = await browser.open(authorizeUrl(standIn, portalClient(standIn)).url);
    for (const [username, password] of [
      ["teacher", "wrong"],
      ["teacher", ""],
      ["nobody", "demo"],
      ["hub-portal-service", ""],
    ] as const) {
      const answer = await browser.open(location ?? "", { form: { username, password } });
      assert.equal(answer.status, 422);
      const $ = load(answer.text);
      assert.match($("title").text(), /^Error: /);
      assert.match($("[role=alert]").text(), /wrong/);
      assert.equal($("#username").val(), username);
      assert.match($("form").attr("action") ?? "", /next=%2Fapplication%2Fo%2Fauthorize/);
    }
    assert.deepEqual(browser.cookiesOf(standIn.url), []);
  });

  test("gets a username with markup, then it is shown as text", async (t) => {
    const standIn = await startStandIn(t);
    const username = `"><script>alert(1)</script>`;
    const answer = await new Browser().open(standIn.url + signInPath, { form: { username, password: "x" } });
    assert.equal(load(answer.text)("script").length, 0);
    assert.equal(load(answer.text)("#username").val(), username);
  });

  test("is told to continue elsewhere, then it stays here", async (t) => {
    const standIn = await startStandIn(t);
    for (const next of [
      "https://example.com/",
      "//example.com/",
      "/\\example.com/",
      "javascript:alert(1)",
      "\t//example.com",
    ]) {
      const url = `${standIn.url}${signInPath}?${new URLSearchParams({ next })}`;
      const { location } = await new Browser().open(url, { form: { username: "teacher", password: "demo" } });
      assert.equal(location, `${standIn.url}/`, next);
    }
  });

  test("gets its form from another site, then nobody is signed in", async (t) => {
    const standIn = await startStandIn(t);
    const browser = new Browser();
    const form = { username: "teacher", password: "demo" };
    const answer = await browser.open(standIn.url + signInPath, { form, origin: "https://example.com" });
    assert.equal(answer.status, 403);
    assert.deepEqual(browser.cookiesOf(standIn.url), []);
  });
});

describe("the session", () => {
  test("is asked to be confirmed by prompt or age, then the password is asked for once more", async (t) => {
    const clock = holdClock("2026-11-24T09:00:00Z");
    const standIn = await startStandIn(t, { clock });
    const client = portalClient(standIn);
    const { browser } = await getTokens(standIn, client, "teacher");
    clock.advance(hourMs);
    for (const more of [{ prompt: "login" }, { max_age: "600" }]) {
      const { url } = authorizeUrl(standIn, client, more as Record<string, string>);
      assert.match((await browser.open(url)).location ?? "", /default-authentication-flow/);
      const back = await browser.open(await signIn(standIn, browser, "teacher", url));
      assert.ok(new URL(back.location ?? "").searchParams.has("code"), JSON.stringify(more));
      clock.advance(hourMs);
    }
    const { url } = authorizeUrl(standIn, client, { max_age: "7200" });
    assert.ok(new URL((await browser.open(url)).location ?? "").searchParams.has("code"));
  });

  test("is a day old, then it is over", async (t) => {
    const clock = holdClock("2026-11-24T09:00:00Z");
    const standIn = await startStandIn(t, { clock });
    const { browser } = await getTokens(standIn, portalClient(standIn), "teacher");
    clock.advance(24 * hourMs);
    const { location } = await browser.open(authorizeUrl(standIn, portalClient(standIn)).url);
    assert.match(location ?? "", /default-authentication-flow/);
  });
});

describe("the start page", () => {
  test("lists the applications that are open to whoever is signed in", async (t) => {
    const standIn = await startStandIn(t);
    const launch = (url: string) => ({ application: { meta_launch_url: url } });
    await makeApplication(standIn, "for-teachers", { ...launch("https://example.org/t/"), bound: ["portal-leaders"] });
    await makeApplication(standIn, "for-all", launch("https://example.org/a/"));
    const browser = new Browser();
    assert.match((await browser.open(`${standIn.url}/`)).text, /You are not signed in/);
    await signIn(standIn, browser, "student");
    const $ = load((await browser.open(`${standIn.url}/`)).text);
    assert.deepEqual(
      $("main li a")
        .toArray()
        .map((link) => $(link).text()),
      ["for-all", "Hub portal"],
    );
  });

  test("is the only one at its address: others are not found", async (t) => {
    const standIn = await startStandIn(t);
    for (const path of ["/nothing", "/application/o/authorize", "/application/o/nothing/jwks/", "/if/flow/nothing/"]) {
      assert.equal((await fetch(standIn.url + path)).status, 404, path);
    }
    assert.equal((await fetch(`${standIn.url}/application/o/token/`)).status, 405);
  });
});

describe("the page that asks for consent", () => {
  test("is shown by the flow that wants it, and sends on only from here", async (t) => {
    const standIn = await startStandIn(t);
    const flows = await fetch(
      `${standIn.url}/api/v3/flows/instances/default-provider-authorization-explicit-consent/`,
      { headers: { authorization: `Bearer ${standIn.superuserToken}` } },
    );
    const { pk } = (await flows.json()) as { pk: string };
    const client = await makeApplication(standIn, "asking", { provider: { authorization_flow: pk } });
    const browser = new Browser();
    const { url } = authorizeUrl(standIn, client);
    const page = await browser.open(await signIn(standIn, browser, "student", url));
    assert.equal(page.status, 200);
    const $ = load(page.text);
    assert.match($("main").text(), /Continue to asking/);
    assert.match($("main li").text(), /groups included/);
    const action = new URL($("form").attr("action") ?? "", standIn.url).toString();
    assert.equal((await browser.open(action, { form: {}, origin: "https://example.com" })).status, 403);
    const sent = await agree(standIn, browser, page.text);
    assert.ok(new URL(sent.location ?? "").searchParams.has("code"));
    const silent = await browser.open(authorizeUrl(standIn, client, { prompt: "none" }).url);
    assert.equal(new URL(silent.location ?? "").searchParams.get("error"), "consent_required");
  });
});

describe("a request that cannot be read", () => {
  test("is refused as the caller's fault, not as one of the server", async (t) => {
    const standIn = await startStandIn(t);
    assert.equal((await fetch(`${standIn.url}/application/o/%E0%A4%A/jwks/`)).status, 400);
    const post = (body: string, type: string) =>
      fetch(`${standIn.url}/application/o/token/`, { method: "POST", body, headers: { "content-type": type } });
    assert.equal((await post("a".repeat(300_000), "application/x-www-form-urlencoded")).status, 413);
    assert.equal((await post("a=b", "application/x-www-form-urlencoded; charset=bogus")).status, 415);
    assert.equal((await post('{"grant_type":"refresh_token"}', "application/json")).status, 400);
  });
});
