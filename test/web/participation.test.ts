import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
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

  test("a wrong token changes nothing", async () => {
    const hub = await portal.addHub({ decision: "accepted" });
    const student = await portal.asStudent();
    for (const csrf of [null, "wrong"]) {
      const refused = await student.post(`/invitations/${hub.invitationToken}`, {}, { csrf });
      assert.equal(refused.status, 403);
    }
    assert.equal(await portal.core.store.participations.count(hub.id, "applied"), 0);
  });
});
