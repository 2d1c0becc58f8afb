import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Hub } from "../../src/domain/hub.ts";
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

  test("each hub names its teacher, with the address to write to", async () => {
    const hub = await portal.addHub({ decision: "accepted", slug: "contact" });
    await portal.addParticipation({ hubId: hub.id, personId: "governance" });
    const seen = await (await portal.asGovernance()).get("/participation");
    assert.equal(seen.$("article a[href='mailto:teacher@example.org']").text(), "Ada Lovelace");
  });

  test("the page looks again while access or hub come, and rests when nothing is waited for", async () => {
    const cases: [Partial<Hub>, "applied" | "accepted", "none" | "granted", boolean][] = [
      [{ decision: "accepted", deployment: "deploying" }, "accepted", "granted", true],
      [{ decision: "accepted", deployment: "deploying" }, "applied", "none", false],
      [{ decision: "accepted", deployment: "deployed" }, "accepted", "none", true],
      [{ decision: "accepted", deployment: "deployed" }, "accepted", "granted", false],
      [{ decision: "accepted", deployment: "removed" }, "accepted", "none", false],
      [{ decision: "cancelled" }, "accepted", "none", false],
    ];
    for (const [state, status, access, looks] of cases) {
      const person = makePerson();
      await portal.as(person);
      const hub = await portal.addHub(state);
      await portal.addParticipation({ hubId: hub.id, personId: person.id, status, access });
      const { $ } = await (await portal.as(person)).get("/participation");
      const what = JSON.stringify([state, status, access]);
      assert.equal($("noscript meta[http-equiv=refresh]").length, looks ? 1 : 0, what);
      assert.equal($("[data-live-list]").length, looks ? 1 : 0, what);
    }
  });

  test("a course that comes back with the same slug is listed beside the earlier one", async () => {
    const person = makePerson();
    await portal.as(person);
    for (const deployment of ["removed", "deployed"] as const) {
      const hub = await portal.addHub({ decision: "accepted", deployment, slug: "every-year" });
      await portal.addParticipation({ hubId: hub.id, personId: person.id, status: "accepted", access: "granted" });
    }
    const { $ } = await (await portal.as(person)).get("/participation");
    const ids = $("article h2")
      .toArray()
      .map((each) => $(each).attr("id"));
    assert.equal(new Set(ids).size, 2);
    assert.match($("article .tag").text(), /Open/);
    assert.match($("article .tag").text(), /Over/);
  });

  test("an application is withdrawn, a hub is left, after a question and once; somebody else's never", async () => {
    const cases = [
      ["applied", "Withdraw application", /Withdraw your application to Statistics I/],
      ["accepted", "Leave hub", /Leave Statistics I/],
    ] as const;
    for (const [status, button, title] of cases) {
      const person = makePerson();
      const visitor = await portal.as(person);
      const hub = await portal.addHub({ decision: "accepted", deployment: "deployed", groupId: "group" });
      const { id } = await portal.addParticipation({ hubId: hub.id, personId: person.id, status, access: "granted" });
      const link = (await visitor.get("/participation")).$(`a[href="/participations/${id}/withdrawal"]`);
      assert.equal(link.length, 1);
      const page = await visitor.get(`/participations/${id}/withdrawal`);
      assert.match(page.$("h1").text(), title);
      assert.equal((await (await portal.asStudent()).post(`/participations/${id}/withdrawal`)).status, 404);
      const done = await visitor.press(page, button);
      assert.match((await visitor.follow(done)).main, /You have withdrawn/);
      assert.ok(portal.core.woken.includes(hub.id));
      const again = await visitor.press(page, button);
      assert.equal(again.status, 409);
      assert.match(again.main, /no application or access to take back/);
      assert.equal((await visitor.get(`/participations/${id}/withdrawal`)).status, 409);
      assert.equal((await portal.core.store.events.ofHub(hub.id, 9)).length, 1);
    }
  });

  test("what the teacher decided is told with the reason, and a rejected person may ask again", async () => {
    const person = makePerson();
    const visitor = await portal.as(person);
    const hub = await portal.addHub({ decision: "accepted" });
    await portal.addParticipation({ hubId: hub.id, personId: person.id, status: "rejected", reason: "Not enrolled." });
    assert.match((await visitor.get("/participation")).main, /Rejected.*The teacher writes: Not enrolled\./);
    const invitation = await visitor.get(`/invitations/${hub.invitationToken}`);
    assert.equal((await visitor.press(invitation, "Request access")).status, 303);
    assert.match((await visitor.get("/participation")).main, /Waiting for the teacher/);
  });

  test("a link that is wrong, or of a hub that is not accepted, says whom to ask; of one that is over, that it is", async () => {
    const student = await portal.asStudent();
    const pending = await portal.addHub();
    const wrong = await student.get(`/invitations/${"x".repeat(22)}`);
    assert.equal(wrong.status, 404);
    assert.match(wrong.main, /not valid\. Ask your teacher/);
    assert.equal((await student.get(`/invitations/${pending.invitationToken}`)).main, wrong.main);
    const over = await portal.addHub({ decision: "accepted", period: { start: "2026-11-01", end: "2026-11-23" } });
    const seen = await student.get(`/invitations/${over.invitationToken}`);
    assert.match(seen.main, /This hub is over/);
    assert.equal(seen.$("main form").length, 0);
    assert.equal((await student.post(`/invitations/${over.invitationToken}`)).status, 409);
  });

  test("a long list comes in pages, and a page that does not exist is the last or the first", async () => {
    const person = makePerson();
    const visitor = await portal.as(person);
    for (let count = 0; count < 26; count += 1) {
      const hub = await portal.addHub({ decision: "accepted" });
      await portal.addParticipation({ hubId: hub.id, personId: person.id });
    }
    const shown = async (query: string) => (await visitor.get(`/participation${query}`)).$("article").length;
    assert.equal(await shown(""), 25);
    for (const query of ["?page=2", "?page=99", "?page=1000000"]) assert.equal(await shown(query), 1, query);
    for (const query of ["?page=0", "?page=-1", "?page=x", "?page=1e99", "?page=", "?page=2&page=1"]) {
      assert.ok((await shown(query)) > 0, query);
    }
    assert.match((await visitor.get("/participation")).$(".pager").text(), /Page 1 of 2\s+Next page/);
  });
});
