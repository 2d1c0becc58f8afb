import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { EmbeddedAuthentik } from "../../src/embedded-authentik/start.ts";
import { versions } from "../../src/embedded-authentik/versions.ts";
import { Browser } from "../support/browser.ts";
import {
  askUserinfo,
  authorizeUrl,
  callApi,
  getTokens,
  makeApplication,
  portalClient,
  signIn,
  startStandIn,
} from "../support/stand-in.ts";

const endSession = (standIn: EmbeddedAuthentik, slug: string, query: Record<string, string> = {}) =>
  `${standIn.url}/application/o/${slug}/end-session/?${new URLSearchParams(query)}`;

/** Whether the browser would get in without a password. */
async function isSignedIn(standIn: EmbeddedAuthentik, browser: Browser): Promise<boolean> {
  const { location } = await browser.open(authorizeUrl(standIn, portalClient(standIn)).url);
  return new URL(location ?? "").searchParams.has("code");
}

describe("signing out of the portal", () => {
  for (const version of versions) {
    test(`ends the session, and leads back where the version can do that, as ${version}`, async (t) => {
      const standIn = await startStandIn(t, { version });
      const { browser, tokens } = await getTokens(standIn, portalClient(standIn), "teacher");
      const query = {
        id_token_hint: tokens.id_token ?? "",
        post_logout_redirect_uri: "http://localhost:3000/",
        state: "left",
      };
      const left = await browser.open(endSession(standIn, "hub-portal", query));
      if (version === "2026.8") {
        assert.equal(left.status, 302);
        assert.equal(left.location, "http://localhost:3000/?state=left");
      } else {
        assert.equal(left.status, 200);
        assert.match(left.text, /You have signed out of Hub portal/);
        assert.match(left.text, /href="http:\/\/localhost:3000\/"/);
      }
      assert.equal(await isSignedIn(standIn, browser), false);
      assert.deepEqual(browser.cookiesOf(standIn.url), []);
      assert.equal((await askUserinfo(standIn, tokens.access_token ?? "")).status, 401);

      // A second time: taken as done, or sent to sign in first by the older ones.
      const again = await browser.open(endSession(standIn, "hub-portal"));
      assert.equal(again.status, version === "2026.8" ? 200 : 302);
    });
  }

  test("with an address that is not registered, or without an id token of its own, is refused", async (t) => {
    const standIn = await startStandIn(t);
    const { browser, tokens } = await getTokens(standIn, portalClient(standIn), "teacher");
    const other = await makeApplication(standIn, "other");
    const { tokens: others } = await getTokens(standIn, other, "teacher");
    const home = "http://localhost:3000/";
    const wrong: Record<string, string>[] = [
      { post_logout_redirect_uri: home },
      { post_logout_redirect_uri: home, id_token_hint: "nonsense" },
      { post_logout_redirect_uri: home, id_token_hint: others.id_token ?? "" },
      { post_logout_redirect_uri: "https://example.com/", id_token_hint: tokens.id_token ?? "" },
      { post_logout_redirect_uri: `${home}sign-in/callback`, id_token_hint: tokens.id_token ?? "" },
    ];
    for (const query of wrong) {
      const answer = await browser.open(endSession(standIn, "hub-portal", query));
      assert.deepEqual([answer.status, answer.location], [400, null], JSON.stringify(query));
    }
    assert.equal(await isSignedIn(standIn, browser), true);
  });

  test("by POST is the same", async (t) => {
    const standIn = await startStandIn(t);
    const { browser, tokens } = await getTokens(standIn, portalClient(standIn), "teacher");
    const form = { post_logout_redirect_uri: "http://localhost:3000/", id_token_hint: tokens.id_token ?? "" };
    const left = await browser.open(endSession(standIn, "hub-portal"), { form, origin: "http://localhost:3000" });
    assert.equal(left.location, "http://localhost:3000/");
    assert.equal(await isSignedIn(standIn, browser), false);
  });
});

describe("signing out of an application", () => {
  test("whose flow ends no session leaves the person signed in, without that application's tokens", async (t) => {
    const standIn = await startStandIn(t);
    const client = await makeApplication(standIn, "statistics", {
      application: { meta_launch_url: "https://example.org/statistics/" },
    });
    const { browser, tokens } = await getTokens(standIn, client, "student");
    const left = await browser.open(endSession(standIn, "statistics"));
    assert.equal(left.status, 200);
    assert.match(left.text, /You have signed out of statistics/);
    assert.match(left.text, /still signed in here/);
    assert.match(left.text, /href="https:\/\/example.org\/statistics\/"/);
    assert.equal(await isSignedIn(standIn, browser), true);
    assert.equal((await askUserinfo(standIn, tokens.access_token ?? "")).status, 401);

    await browser.open(`${standIn.url}/if/flow/default-invalidation-flow/`);
    assert.equal(await isSignedIn(standIn, browser), false);
  });

  test("that is not open to the person is denied, as the real one does", async (t) => {
    const standIn = await startStandIn(t);
    await callApi(standIn, "POST", "/core/groups/", { name: "jh_closed" });
    await makeApplication(standIn, "closed", { bound: ["jh_closed"] });
    const browser = new Browser();
    await signIn(standIn, browser, "student");
    assert.match((await browser.open(endSession(standIn, "closed"))).text, /Permission denied/);
    assert.equal(await isSignedIn(standIn, browser), true);
  });

  test("that does not exist is not found", async (t) => {
    const standIn = await startStandIn(t);
    assert.equal((await new Browser().open(endSession(standIn, "nothing"))).status, 404);
  });
});
