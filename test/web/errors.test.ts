import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Unavailable } from "../../src/domain/errors.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import type { Seen, Visitor } from "../support/visitor.ts";

describe("error pages", () => {
  let portal: TestApp;
  let teacher: Visitor;
  before(async () => {
    portal = await startTestApp({ env: { SUPPORT_EMAIL: "help@example.org" } });
    teacher = await portal.asTeacher();
  });
  after(() => portal.close());

  /** All of them are pages of the portal, with a heading, a sentence and a way on. */
  const isErrorPage = (seen: Seen, status: number, heading: RegExp, sentence: RegExp) => {
    assert.equal(seen.status, status);
    assert.match(seen.$("h1").text(), heading);
    assert.match(seen.main, sentence);
    assert.ok(seen.$("main a").length > 0, "a way on");
    assert.match(seen.headers["content-security-policy"] ?? "", /default-src 'self'/);
    assert.doesNotMatch(seen.text, /node_modules|\.ts:|at async/, "nothing of the inside");
  };

  test("a page that does not exist, for somebody signed in and for somebody who is not", async () => {
    for (const visitor of [teacher, portal.signedOut()]) {
      for (const path of ["/nothing", "/hubs/1/2/3", "/public/../src/main.ts", "/public/", "/.git/config"]) {
        isErrorPage(await visitor.get(path), 404, /not found/, /does not exist, or you have no access/);
      }
    }
  });

  test("a hub that exists is told apart from one that does not by nobody who may not see it", async () => {
    const hub = await portal.addHub({ teacherId: "teacher2" });
    const hidden = await teacher.get(`/hubs/${hub.id}`);
    const absent = await teacher.get("/hubs/00000000-0000-4000-8000-000000000000");
    assert.equal(hidden.main, absent.main);
    assert.equal(hidden.status, absent.status);
  });

  test("an act that is somebody else's", async () => {
    const student = await portal.asStudent();
    isErrorPage(await student.get("/hubs/new"), 403, /may not/, /Only teachers may request a hub/);
  });

  test("an old form", async () => {
    isErrorPage(await teacher.post("/hubs", {}, { csrf: "old" }), 403, /may not/, /form was too old/);
  });

  test("an act that comes too late", async () => {
    const hub = await portal.addHub({ decision: "cancelled" });
    const seen = await teacher.get(`/hubs/${hub.id}/cancellation`);
    isErrorPage(seen, 409, /not possible any more/, /no longer be cancelled/);
    assert.equal(seen.$("main .actions a").attr("href"), `/hubs/${hub.id}`, "leads back to the hub");
  });

  test("an address that cannot be read", async () => {
    isErrorPage(await teacher.get("/hubs/%zz"), 400, /cannot be read/, /not valid/);
  });

  test("when something breaks, the page tells a number and nothing else, and the log has the rest under it", async () => {
    const { store } = portal.core;
    const { listOf } = store.hubs;
    store.hubs.listOf = async () => {
      throw new Error("secret-detail: the disk is on fire");
    };
    const seen = await teacher.get("/leadership");
    store.hubs.listOf = listOf;
    isErrorPage(seen, 500, /problem with the service/, /tell help@example\.org the number/);
    assert.doesNotMatch(seen.text, /secret-detail/);
    const number = seen.$("main code").text();
    assert.match(number, /^[0-9A-Z]{4,}$/);
    const logged = portal.core.logged.find((entry) => entry.fields.reference === number);
    assert.match(JSON.stringify(logged), /the disk is on fire/);
    assert.equal((await teacher.get("/leadership")).status, 200);
  });

  test("when something outside does not answer, the page says what, in the words that were meant for people", async () => {
    const { store } = portal.core;
    const { listOf } = store.hubs;
    store.hubs.listOf = async () => {
      throw new Unavailable("Authentik does not answer.", { cause: new Error("connect ECONNREFUSED") });
    };
    const seen = await teacher.get("/leadership");
    store.hubs.listOf = listOf;
    isErrorPage(seen, 503, /does not answer/, /Authentik does not answer\./);
    assert.doesNotMatch(seen.text, /ECONNREFUSED/);
    assert.match(JSON.stringify(portal.core.logged.at(-1)), /ECONNREFUSED/);
  });

  test("the health pages tell a process that lives from one that is ready", async () => {
    const visitor = portal.signedOut();
    assert.equal((await visitor.get("/healthz")).text, "ok\n");
    assert.equal((await visitor.get("/readyz")).text, "ready\n");
    const { check } = portal.core.store;
    portal.core.store.check = async () => {
      throw new Error("gone");
    };
    assert.equal((await visitor.get("/readyz")).status, 503);
    assert.equal((await visitor.get("/healthz")).status, 200);
    portal.core.store.check = check;
  });
});
