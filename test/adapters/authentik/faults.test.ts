import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, test } from "node:test";
import { AuthentikFault } from "../../../src/adapters/authentik/fault.ts";
import { Unavailable } from "../../../src/domain/errors.ts";
import { ensureAll } from "../../contract/authentik/world.ts";
import type { Fault } from "./faulty-proxy.ts";
import { openBroken } from "./open-broken.ts";

/** The fault that a call ends with. */
async function faultOf(call: Promise<unknown>): Promise<AuthentikFault> {
  try {
    await call;
  } catch (error) {
    assert.ok(error instanceof AuthentikFault, String(error));
    assert.ok(error instanceof Unavailable);
    return error;
  }
  assert.fail("the call went through");
}

const answer = (status: number, more: Partial<Extract<Fault, { kind: "answer" }>> = {}): Fault => ({
  kind: "answer",
  status,
  ...more,
});

describe("a call to Authentik", () => {
  for (const fault of [
    answer(500),
    answer(502, { body: "<html>Bad gateway</html>" }),
    answer(503),
    answer(429),
    { kind: "cut" },
  ] as Fault[]) {
    const name = fault.kind === "answer" ? String(fault.status) : "a cut connection";
    test(`is tried again after ${name}, and succeeds when the fault is gone`, async (t) => {
      const broken = await openBroken(t);
      broken.proxy.fault = (_request, number) => (number <= 2 ? fault : null);
      assert.equal(await broken.identity.user(randomUUID()), null);
      assert.equal(broken.proxy.seen.length, 3);
      assert.equal(broken.logged.filter((line) => line.level === "warn").length, 2);
    });
  }

  test("gives up after three attempts and says so as something that may pass", async (t) => {
    const broken = await openBroken(t);
    broken.proxy.fault = () => answer(500, { headers: { "x-authentik-id": "abc123" } });
    const fault = await faultOf(broken.identity.user(randomUUID()));
    assert.equal(broken.proxy.seen.length, 3);
    assert.equal(fault.transient, true);
    assert.equal(fault.status, 500);
    assert.equal(fault.path, "/core/users/");
    assert.equal(fault.requestId, "abc123");
    assert.match(fault.sentence, /Authentik: it has a fault of its own \(500\)\.$/);
    // What an operator needs to find the request in Authentik's own log.
    const facts = { status: 500, method: "GET", path: "/core/users/", requestId: "abc123", tries: 3 };
    assert.deepEqual(broken.logged.at(-1), { level: "warn", fields: facts, message: "a call to Authentik failed" });
  });

  test("ends when no answer comes in time, without trying again", async (t) => {
    const broken = await openBroken(t, { timeout: 100 });
    broken.proxy.fault = () => ({ kind: "never" });
    const fault = await faultOf(broken.identity.user(randomUUID()));
    assert.equal(broken.proxy.seen.length, 1);
    assert.equal(fault.transient, true);
    assert.match(fault.sentence, /did not answer within 0\.1 seconds/);
  });

  test("waits as long as Retry-After asks, and ends when that is too long", async (t) => {
    const broken = await openBroken(t);
    broken.proxy.fault = () => answer(429, { headers: { "retry-after": "3600" } });
    const fault = await faultOf(broken.identity.user(randomUUID()));
    assert.equal(broken.proxy.seen.length, 1);
    assert.equal(fault.transient, true);
    broken.proxy.seen.length = 0;
    broken.proxy.fault = (_request, number) => (number === 1 ? answer(429, { headers: { "retry-after": "0" } }) : null);
    assert.equal(await broken.identity.user(randomUUID()), null);
  });

  for (const status of [400, 403]) {
    test(`is not tried again after ${status}, and needs a person`, async (t) => {
      const broken = await openBroken(t);
      broken.proxy.fault = () => answer(status);
      const fault = await faultOf(broken.identity.user(randomUUID()));
      assert.equal(broken.proxy.seen.length, 1);
      assert.equal(fault.transient, false);
      assert.equal(fault.status, status);
    });
  }

  test("names the token when Authentik does not know it", async (t) => {
    const broken = await openBroken(t, { token: "a-token-that-was-revoked" });
    const fault = await faultOf(broken.identity.user(randomUUID()));
    assert.equal(fault.transient, false);
    assert.match(fault.sentence, /AUTHENTIK_TOKEN/);
    assert.match(fault.requestId ?? "", /^[0-9a-f]+$/);
    // 403 with a dead token must not pass for "there is no such thing".
    await faultOf(broken.identity.removeApplication(broken.hub));
    await faultOf(broken.identity.removeProvider(broken.hub));
    await faultOf(broken.identity.removeGroup(broken.hub));
  });

  test("does not take a page for an answer of the API", async (t) => {
    const broken = await openBroken(t);
    broken.proxy.fault = () =>
      answer(200, { body: "<!doctype html><h1>Maintenance</h1>", headers: { "content-type": "text/html" } });
    const fault = await faultOf(broken.identity.user(randomUUID()));
    assert.equal(fault.transient, true);
    assert.match(fault.sentence, /not its API/);
  });

  test("does not follow a redirect, and says to correct the address", async (t) => {
    const broken = await openBroken(t);
    broken.proxy.fault = () => answer(301, { headers: { location: "https://elsewhere.example.org/" } });
    const fault = await faultOf(broken.identity.user(randomUUID()));
    assert.equal(fault.transient, false);
    assert.match(fault.sentence, /AUTHENTIK_URL/);
  });

  test("refuses an answer of another shape, and logs which fields, not what they hold", async (t) => {
    const broken = await openBroken(t);
    broken.proxy.fault = () =>
      answer(200, { body: JSON.stringify({ pagination: { next: 0 }, results: [{ pk: 1, uuid: ["secret-value"] }] }) });
    const fault = await faultOf(broken.identity.user(randomUUID()));
    assert.equal(fault.transient, false);
    const [line] = broken.logged.filter(({ level }) => level === "error");
    assert.match(JSON.stringify(line?.fields), /results\.0\.uuid/);
    assert.doesNotMatch(JSON.stringify(broken.logged), /secret-value/);
  });

  test("does without the id of the request when Authentik sends none", async (t) => {
    const broken = await openBroken(t, { token: "wrong" });
    broken.proxy.fault = () => ({ kind: "without-header", name: "x-authentik-id" });
    assert.equal((await faultOf(broken.identity.user(randomUUID()))).requestId, null);
  });

  test("says plainly when nothing listens at the address", async (t) => {
    const broken = await openBroken(t);
    await broken.proxy.close();
    const fault = await faultOf(broken.identity.user(randomUUID()));
    assert.equal(fault.transient, true);
    assert.match(fault.sentence, /cannot be reached/);
  });

  test("never puts the token or a hub's secret into a message, a field or the log", async (t) => {
    const broken = await openBroken(t);
    const echo = JSON.stringify({ client_secret: [`${broken.hub.clientSecret} is weak`], detail: broken.token });
    const faults: AuthentikFault[] = [];
    for (const status of [400, 403, 500]) {
      broken.proxy.fault = ({ method }) => (method === "POST" ? answer(status, { body: echo }) : null);
      faults.push(await faultOf(broken.identity.ensureProvider(broken.hub)));
    }
    for (const fault of faults) {
      const everything = [fault.message, fault.stack, JSON.stringify(fault), String(fault.cause)].join("\n");
      assert.equal(everything.includes(broken.token), false);
      assert.equal(everything.includes(broken.hub.clientSecret), false);
    }
    const log = JSON.stringify(broken.logged);
    assert.equal(log.includes(broken.token), false);
    assert.equal(log.includes(broken.hub.clientSecret), false);
  });

  test("uses a connection again", async (t) => {
    const broken = await openBroken(t);
    const ports = new Set<number>();
    // The proxy's sockets are those of the adapter.
    const { identity, proxy } = broken;
    proxy.watch = (port) => ports.add(port);
    for (let turn = 0; turn < 20; turn += 1) await identity.user(randomUUID());
    // Now and then a second one is opened, because the first is not free yet when the next request goes out.
    assert.ok(ports.size <= 3, `${ports.size} connections for 20 requests`);
  });
});

describe("a create whose fate is unknown", () => {
  test("is looked for, not repeated, when the answer was lost", async (t) => {
    const broken = await openBroken(t);
    const lost = new Set<string>();
    broken.proxy.fault = ({ method, path }) => {
      if (method !== "POST" || lost.has(path)) return null;
      lost.add(path);
      return { kind: "cut-after" };
    };
    const groupId = await ensureAll(broken.identity, broken.hub);
    const created = broken.proxy.seen.filter(({ method }) => method === "POST").map(({ path }) => path);
    assert.deepEqual(created, [
      "/core/groups/",
      "/core/applications/",
      "/policies/bindings/",
      "/policies/bindings/",
      "/providers/oauth2/",
    ]);
    assert.equal(await broken.direct.ensureGroup(broken.hub), groupId);
  });

  test("is tried again when it did not get through", async (t) => {
    const broken = await openBroken(t);
    const cut = new Set<string>();
    broken.proxy.fault = ({ method, path }) => {
      if (method !== "POST" || cut.has(path)) return null;
      cut.add(path);
      return answer(502);
    };
    await ensureAll(broken.identity, broken.hub);
  });

  test("whose right is missing is not tried again", async (t) => {
    const broken = await openBroken(t);
    broken.proxy.fault = ({ method }) => (method === "POST" ? answer(403) : null);
    const fault = await faultOf(broken.identity.ensureGroup(broken.hub));
    assert.equal(fault.transient, false);
    assert.match(fault.sentence, /create the group jh_.+ does not have the right/);
    assert.equal(broken.proxy.seen.filter(({ method }) => method === "POST").length, 1);
  });
});

describe("ending tokens", () => {
  test("passes over a right that is missing with one line in the log a kind", async (t) => {
    const broken = await openBroken(t);
    await broken.direct.ensureProvider(broken.hub);
    const [student] = await broken.direct.searchUsers("student", 1);
    broken.proxy.fault = ({ path }) => (path.startsWith("/oauth2/") ? answer(403) : null);
    await broken.identity.revokeTokens(broken.hub, student?.id ?? "");
    assert.deepEqual(
      broken.logged.filter(({ fields }) => fields.kind).map(({ level, fields }) => [level, fields.kind]),
      [
        ["info", "refresh"],
        ["info", "access"],
      ],
    );
  });
});
