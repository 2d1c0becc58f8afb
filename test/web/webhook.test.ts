import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { startTestApp, type TestApp } from "../support/test-app.ts";

const secret = "a-secret-of-the-webhook-with-more-than-32-characters";
const group = "c0ffee00-0000-4000-8000-000000000001";
const path = "/webhooks/authentik";

describe("the webhook of Authentik", () => {
  let app: TestApp;
  before(async () => {
    app = await startTestApp({ env: { AUTHENTIK_WEBHOOK_SECRET: secret } });
  });
  after(() => app.close());
  beforeEach(() => {
    app.core.hinted.length = 0;
  });

  const call = async (body: unknown, headers: Record<string, string> = {}, to = app) => {
    const answer = await fetch(to.url + path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    return { status: answer.status, text: await answer.text() };
  };

  test("a change of a group is handed on, with its uuid as the portal knows it", async () => {
    const told = { secret, kind: "group", group: group.replaceAll("-", ""), name: "jh_stats" };
    assert.equal((await call(told)).status, 202);
    assert.deepEqual(app.core.hinted, [{ about: "group", id: group, name: "jh_stats" }]);
  });

  test("a change of an account is handed on; the secret may be in the header", async () => {
    assert.equal((await call({ kind: "user", user: group }, { authorization: `Bearer ${secret}` })).status, 202);
    assert.deepEqual(app.core.hinted, [{ about: "person", id: group }]);
  });

  test("an account that is gone already is nothing to look at, and no fault", async () => {
    assert.equal((await call({ secret, kind: "user" })).status, 202);
    assert.deepEqual(app.core.hinted, []);
  });

  test("without the secret, or with another one, nothing is handed on", async () => {
    const told = { kind: "group", group, name: "jh_stats" };
    for (const given of [{}, { secret: "" }, { secret: `${secret}x` }, { secret: secret.slice(0, -1) }]) {
      assert.equal((await call({ ...told, ...given })).status, 403);
    }
    assert.equal((await call(told, { authorization: "Bearer nonsense" })).status, 403);
    assert.equal((await call({ ...told, secret }, { authorization: "Bearer nonsense" })).status, 403);
    assert.deepEqual(app.core.hinted, []);
  });

  test("what cannot be read is refused", async () => {
    const header = { authorization: `Bearer ${secret}` };
    assert.equal((await call("{", header)).status, 400);
    assert.equal((await call({ kind: "group", group: "../../" }, header)).status, 400);
    assert.equal((await call({ kind: "group", name: "x".repeat(20_000) }, header)).status, 413);
    assert.equal((await call("a=b", { ...header, "content-type": "application/x-www-form-urlencoded" })).status, 400);
    assert.deepEqual(app.core.hinted, []);
  });

  test("the secret is in no log", async () => {
    await call({ secret: `${secret}x`, kind: "group" });
    assert.doesNotMatch(JSON.stringify(app.core.logged), /a-secret-of-the-webhook/);
  });

  test("while no secret is set, there is no webhook", async (t) => {
    const without = await startTestApp();
    t.after(() => without.close());
    assert.equal((await call({ secret: "", kind: "group", group }, {}, without)).status, 404);
    assert.equal((await call({ secret: "undefined", kind: "group", group }, {}, without)).status, 404);
    assert.deepEqual(without.core.hinted, []);
  });
});
