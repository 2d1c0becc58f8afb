import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { makePerson } from "../support/make.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

describe("tab Participation", () => {
  let portal: TestApp;
  before(async () => {
    portal = await startTestApp();
  });
  after(() => portal.close());

  test("without applications it says how to get one", async () => {
    const visitor = await portal.asOtherStudent();
    const seen = await visitor.get("/participation");
    assert.equal(seen.status, 200);
    assert.match(seen.main, /No hubs yet/);
  });

  test("when somebody opens the link and requests access, the hub is listed as waiting, once", async () => {
    const hub = await portal.addHub({ decision: "accepted", name: "Graphs" });
    const student = await portal.asStudent();
    const invitation = await student.get(`/invitations/${hub.invitationToken}`);
    assert.match(invitation.main, /Graphs/);
    const done = await student.press(invitation, "Request access");
    assert.equal(done.status, 303);
    const list = await student.follow(done);
    assert.match(list.main, /You have requested access to Graphs/);
    assert.equal((await student.press(invitation, "Request access")).status, 303);
    const again = await student.get("/participation");
    assert.equal(again.$("article").length, 1);
    assert.match(again.$("article").text(), /Waiting for the teacher/);
    assert.equal(await portal.core.store.participations.count(hub.id, "applied"), 1);
  });

  test("who is accepted opens the hub from the invitation; before it is open, they read when it is", async () => {
    const student = await portal.asStudent();
    const given = { decision: "accepted", groupId: "group" } as const;
    const open = await portal.addHub({ ...given, deployment: "deployed" });
    const later = await portal.addHub({ ...given, period: { start: "2026-12-01", end: "2026-12-31" } });
    for (const { id } of [open, later]) {
      await portal.addParticipation({ hubId: id, personId: "student", status: "accepted", access: "granted" });
    }
    const seen = await student.get(`/invitations/${open.invitationToken}`);
    assert.equal(seen.$("main .button").first().attr("href"), `/hubs/${open.id}/open`);
    const early = await student.get(`/invitations/${later.invitationToken}`);
    assert.match(early.main, /The hub opens on 1 December 2026/);
    assert.equal(early.$(`a[href="/hubs/${later.id}/open"]`).length, 0);
  });

  test("who was rejected reads that, and may ask again", async () => {
    const hub = await portal.addHub({ decision: "accepted", groupId: "group" });
    await portal.addParticipation({ hubId: hub.id, personId: "student", status: "rejected" });
    const seen = await (await portal.asStudent()).get(`/invitations/${hub.invitationToken}`);
    assert.match(seen.main, /The teacher has rejected your application\. You can request access again\./);
    assert.equal(seen.$("main form button").text(), "Request access");
  });

  test("a wrong token changes nothing", async () => {
    const hub = await portal.addHub({ decision: "accepted" });
    const student = await portal.asStudent();
    for (const csrf of [null, "wrong"]) {
      const refused = await student.post(`/invitations/${hub.invitationToken}`, {}, { csrf });
      assert.equal(refused.status, 403);
    }
    assert.equal(await portal.core.store.participations.count(hub.id, "applied"), 0);
  });

  test("when a hub was taken down before its end, it is over since then, with what becomes of the files", async () => {
    const person = makePerson();
    const student = await portal.as(person);
    const ended = {
      decision: "accepted",
      degradeRequestedAt: new Date("2026-11-24T09:00:00Z"),
      name: "Optics",
    } as const;
    const hub = await portal.addHub({ ...ended, slug: "optics", deployment: "removing" });
    await portal.addParticipation({ hubId: hub.id, personId: person.id, status: "accepted" });
    const card = async () => (await student.get("/participation")).$("article").text();
    assert.match(await card(), /Over[\s\S]*over since 24 November 2026\./);
    await portal.core.store.hubs.change(
      hub.id,
      {},
      {
        ...{ deployment: "removed", removedAt: new Date("2026-11-24T10:00:00Z") },
        eraseDataAt: new Date("2026-12-01T10:00:00Z"),
      },
    );
    assert.match(await card(), /over since 24 November 2026\. The files on it are erased on 1 December 2026/);
    await portal.core.store.hubs.change(hub.id, {}, { dataErasedAt: new Date("2026-12-01T10:00:00Z") });
    assert.match(await card(), /The files on it are erased\./);
  });

  test("a hub that is over and could not be taken down yet is over, not being set up", async () => {
    const person = makePerson();
    const student = await portal.as(person);
    const failing = { deployment: "failed", step: "hub-off", removalCause: "expiry", attempts: 5 } as const;
    const period = { start: "2026-10-01", end: "2026-11-20" };
    const hub = await portal.addHub({ decision: "accepted", slug: "stuck", period, ...failing });
    await portal.addParticipation({ hubId: hub.id, personId: person.id, status: "accepted", access: "granted" });
    const seen = await student.get("/participation");
    assert.match(seen.$("article").text(), /Over[\s\S]*over since 20 November 2026/);
    assert.doesNotMatch(seen.$("article").text(), /Leave/);
  });

  test("while a change to an open hub is rolled out, it is being updated, not set up", async () => {
    const person = makePerson();
    const student = await portal.as(person);
    const deployedAt = new Date("2026-11-24T09:00:00Z");
    const hub = await portal.addHub({ decision: "accepted", slug: "rolling", deployment: "deploying", deployedAt });
    await portal.addParticipation({ hubId: hub.id, personId: person.id, status: "accepted", access: "granted" });
    const seen = await student.get("/participation");
    assert.match(seen.$("article").text(), /Being updated[\s\S]*can be opened again in a moment/);
    const page = await (await portal.asTeacher()).get(`/hubs/${hub.id}`);
    assert.match(page.main, /The hub is being updated/);
  });

  test("each hub names its teacher, with the address to write to", async () => {
    const hub = await portal.addHub({ decision: "accepted", slug: "contact" });
    await portal.addParticipation({ hubId: hub.id, personId: "governance" });
    const seen = await (await portal.asGovernance()).get("/participation");
    assert.equal(seen.$("article a[href='mailto:teacher@example.org']").text(), "Ada Lovelace");
  });
});
