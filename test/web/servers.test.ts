import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { Unavailable } from "../../src/domain/errors.ts";
import type { Hub } from "../../src/domain/hub.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

describe("servers of a hub", () => {
  let portal: TestApp;
  let hub: Hub;
  beforeEach(async () => {
    portal = await startTestApp();
    hub = await portal.addHub({ decision: "accepted", deployment: "deployed", groupId: "group", name: "Statistics I" });
    const accepted = { hubId: hub.id, status: "accepted", access: "granted" } as const;
    await portal.addParticipation({ ...accepted, personId: "student" });
    await portal.addParticipation({ hubId: hub.id, personId: "student2" });
  });
  afterEach(() => portal.close());

  const run = (username: string) => {
    const now = portal.core.clock.now();
    const server = { username, startedAt: now, lastActivity: now, ready: true, pending: null } as const;
    portal.core.servers.set(username, server);
  };
  const page = () => `/hubs/${hub.id}/servers`;
  const timeline = async () =>
    (await portal.core.store.events.ofHub(hub.id, 50)).map(({ kind, subjectId }) =>
      `${kind} ${subjectId ?? ""}`.trim(),
    );

  test("when nobody has one it says so; when somebody has, it shows who, since when and the last activity", async () => {
    const teacher = await portal.asTeacher();
    assert.match((await teacher.get(page())).main, /Nobody has a server/);
    run("student");
    run("stranger");
    const seen = await teacher.get(page());
    assert.match(seen.$("tbody").text(), /Emmy Noether[\s\S]*Running[\s\S]*24 Nov 2026, 12:00/);
    assert.match(seen.$("tbody").text(), /stranger/, "also whom the portal does not know");
    assert.match(seen.main, /2 servers/);
  });

  test("starting one beforehand works for people with access only, and is on the timeline", async () => {
    const teacher = await portal.asTeacher();
    const refused = await teacher.submit(page(), "Start server", { username: "student2" });
    assert.equal(refused.status, 422);
    assert.match(refused.$("#username-fault").text(), /Nobody who has access/);
    assert.equal(refused.$("#username").val(), "student2");
    assert.equal(portal.core.servers.size, 0);
    const done = await teacher.submit(page(), "Start server", { username: " STUDENT " });
    assert.equal(done.location, page());
    assert.match((await teacher.follow(done)).main, /server of Emmy Noether is starting/);
    assert.deepEqual([...portal.core.servers.keys()], ["student"]);
    assert.deepEqual(await timeline(), ["server-started student"]);
  });

  test("stopping one names whose, is confirmed, and coming twice it says that it has stopped", async () => {
    run("student");
    const teacher = await portal.asTeacher();
    const list = await teacher.get(page());
    const confirm = await teacher.get(list.$("a:contains('Stop the server of Emmy Noether')").attr("href") ?? "");
    assert.match(confirm.main, /Stop the server of Emmy Noether.*not saved is lost/);
    assert.equal((await teacher.press(confirm, "Stop server")).location, page());
    assert.equal(portal.core.servers.size, 0);
    assert.equal((await teacher.press(confirm, "Stop server")).status, 409);
    assert.deepEqual(await timeline(), ["server-stopped student"]);
  });

  test("stopping all says how many, and tells of those that could not be stopped", async () => {
    for (let at = 0; at < 25; at++) run(`user${at}`);
    let calls = 0;
    portal.core.onCall = (call) => {
      if (call === "hubApi.askToStop" && ++calls === 3) throw new Unavailable("The hub does not answer.");
    };
    const teacher = await portal.asTeacher();
    const done = await teacher.submit(`${page()}/stop`, "Stop all servers");
    assert.match((await teacher.follow(done)).main, /24 servers are being stopped. 1 could not be stopped/);
    assert.equal(portal.core.servers.size, 1);
    assert.deepEqual(await timeline(), ["servers-stopped"]);
  });

  test("a visit by the teacher is on the timeline and leads to the person's server", async () => {
    run("student");
    const teacher = await portal.asTeacher();
    const list = await teacher.get(page());
    const visit = await teacher.get(list.$("a:contains('Open the server of')").attr("href") ?? "");
    assert.equal(visit.status, 303);
    assert.match(visit.location ?? "", /\/user\/student\/$/);
    const admin = await teacher.get(`/hubs/${hub.id}/admin-view`);
    assert.match(admin.location ?? "", /\/hub\/admin$/);
    assert.deepEqual(await timeline(), ["admin-view-visited", "server-visited student"]);
  });

  test("when the hub does not answer or is not open, the page says so and offers nothing", async () => {
    const teacher = await portal.asTeacher();
    portal.core.onCall = (call) => {
      if (call === "hubApi.runningServers") throw new Unavailable("The hub does not answer (GET /users).");
    };
    assert.match((await teacher.get(page())).main, /The hub does not answer/);
    portal.core.onCall = () => {};
    await portal.core.store.hubs.change(hub.id, {}, { deployment: "failed" });
    const closed = await teacher.get(page());
    assert.match(closed.main, /not open at the moment/);
    assert.equal(closed.$("main form").length, 0);
    assert.equal((await teacher.post(`/hubs/${hub.id}/servers/stop`)).status, 409);
  });

  test("governance sees the list and can do nothing with it", async () => {
    run("student");
    const seen = await (await portal.asGovernance()).get(page());
    assert.match(seen.$("tbody").text(), /Emmy Noether/);
    assert.equal(seen.$("main form, tbody a").length, 0);
  });
});
