import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { Hub } from "../../src/domain/hub.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

describe("the timeline of a hub", () => {
  let portal: TestApp;
  let hub: Hub;
  beforeEach(async () => {
    portal = await startTestApp();
    hub = await portal.addHub();
    for (let count = 1; count <= 60; count += 1) {
      const event = { hubId: hub.id, at: portal.core.clock.now(), actorId: "teacher", subjectId: null } as const;
      await portal.core.store.events.add({ ...event, kind: "declined", from: null, to: null, reason: `No. ${count}` });
    }
  });
  afterEach(() => portal.close());

  test("the hub's page tells the latest events, and leads to all of them", async () => {
    const teacher = await portal.asTeacher();
    const page = await teacher.get(`/hubs/${hub.id}`);
    assert.equal(page.$(".timeline li").length, 10);
    assert.match(page.$(".timeline li").first().text(), /Ada Lovelace declined the request\.[\s\S]*No\. 60/);
    const whole = await teacher.get(page.$("main a:contains('Whole timeline')").attr("href") ?? "");
    assert.equal(whole.status, 200);
    assert.equal(whole.$(".timeline li").length, 50);
    assert.match(whole.$(".timeline li").last().text(), /No\. 11\n/);
  });

  test("older events are on the next page; a page past the end is the last one", async () => {
    const governance = await portal.asGovernance();
    for (const page of [2, 9]) {
      const older = await governance.get(`/hubs/${hub.id}/timeline?page=${page}`);
      assert.equal(older.$(".timeline li").length, 10);
      assert.match(older.main, /Page 2 of 2/);
    }
  });
});
