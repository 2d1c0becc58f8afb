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

async function pkOf(standIn: EmbeddedAuthentik, username: string): Promise<number> {
  const { body } = await callApi(standIn, "GET", `/core/users/?username=${username}`);
  return (body as { results: { pk: number }[] }).results[0]?.pk ?? 0;
}

async function makeGroup(standIn: EmbeddedAuthentik, name: string, more: Record<string, unknown> = {}) {
  const { body } = await callApi(standIn, "POST", "/core/groups/", { name, ...more });
  return (body as { pk: string }).pk;
}

describe("access to an application", () => {
  for (const version of versions) {
    test(`is for members of the bound group, others see a page that says so, as ${version}`, async (t) => {
      const standIn = await startStandIn(t, { version });
      const group = await makeGroup(standIn, "jh_statistics", { users: [await pkOf(standIn, "student")] });
      const client = await makeApplication(standIn, "statistics", { bound: ["jh_statistics"] });
      const { tokens } = await getTokens(standIn, client, "student");

      const browser = new Browser();
      const { url } = authorizeUrl(standIn, client);
      const denied = await browser.open(await signIn(standIn, browser, "student2", url));
      assert.equal(denied.status, 200);
      assert.equal(denied.location, null);
      assert.match(denied.text, /<title>Access denied/);
      assert.match(denied.text, /Permission denied/);
      assert.match(denied.text, /statistics/);
      assert.match(denied.text, /Aylin Kaya/);
      // Nothing reaches the client, not even with prompt=none.
      const silent = await browser.open(authorizeUrl(standIn, client, { prompt: "none" }).url);
      assert.deepEqual([silent.status, silent.location], [200, null]);

      // Taking someone out ends no token: policy is looked at when authorizing only.
      await callApi(standIn, "POST", `/core/groups/${group}/remove_user/`, { pk: await pkOf(standIn, "student") });
      assert.equal((await askUserinfo(standIn, tokens.access_token ?? "")).status, 200);
      const next = new Browser();
      assert.match((await next.open(await signIn(standIn, next, "student", url))).text, /Permission denied/);
    });
  }

  test("is open to members of a child of the bound group, and of any of several groups", async (t) => {
    const standIn = await startStandIn(t);
    const parent = await makeGroup(standIn, "courses");
    await makeGroup(standIn, "jh_child", { parents: [parent], users: [await pkOf(standIn, "student")] });
    const client = await makeApplication(standIn, "course", { bound: ["courses", "portal-admins"] });
    assert.ok((await getTokens(standIn, client, "student")).code);
    assert.ok((await getTokens(standIn, client, "governance")).code);
    const browser = new Browser();
    const { url } = authorizeUrl(standIn, client);
    assert.match((await browser.open(await signIn(standIn, browser, "student2", url))).text, /Permission denied/);
  });

  test("is open to everyone once its only bound group is deleted", async (t) => {
    const standIn = await startStandIn(t);
    const group = await makeGroup(standIn, "jh_gone");
    const client = await makeApplication(standIn, "open", { bound: ["jh_gone"] });
    const browser = new Browser();
    const { url } = authorizeUrl(standIn, client);
    assert.match((await browser.open(await signIn(standIn, browser, "student", url))).text, /Permission denied/);
    await callApi(standIn, "DELETE", `/core/groups/${group}/`);
    assert.equal((await browser.open(url)).status, 302);
  });

  test("is denied to everyone while no application has the provider", async (t) => {
    const standIn = await startStandIn(t);
    const client = await makeApplication(standIn, "detached");
    await callApi(standIn, "PATCH", "/core/applications/detached/", { provider: null });
    const browser = new Browser();
    await signIn(standIn, browser, "student");
    const answer = await browser.open(authorizeUrl(standIn, client).url);
    assert.equal(answer.status, 200);
    assert.match(answer.text, /Permission denied/);
    const discovery = await fetch(`${standIn.url}/application/o/detached/.well-known/openid-configuration`);
    assert.equal(discovery.status, 404);
  });
});

describe("someone who is deactivated", () => {
  test("cannot sign in any more, and loses session and tokens", async (t) => {
    const standIn = await startStandIn(t);
    const client = portalClient(standIn);
    const { browser, tokens } = await getTokens(standIn, client, "student");
    await callApi(standIn, "PATCH", `/core/users/${await pkOf(standIn, "student")}/`, { is_active: false });
    assert.equal((await askUserinfo(standIn, tokens.access_token ?? "")).status, 401);
    const { url } = authorizeUrl(standIn, client);
    assert.match((await browser.open(url)).location ?? "", /default-authentication-flow/);
    const form = `${standIn.url}/if/flow/default-authentication-flow/`;
    const refused = await browser.open(form, { form: { username: "student", password: "demo" } });
    assert.equal(refused.status, 422);

    await callApi(standIn, "PATCH", `/core/users/${await pkOf(standIn, "student")}/`, { is_active: true });
    assert.match((await browser.open(url)).location ?? "", /default-authentication-flow/);
  });
});
