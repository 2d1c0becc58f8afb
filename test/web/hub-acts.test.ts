import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Hub } from "../../src/domain/hub.ts";
import { checkFaults } from "../support/check-faults.ts";
import { allRows } from "../support/database-rows.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import type { Fields, Seen, Visitor } from "../support/visitor.ts";

const at = new Date("2026-11-24T09:00:00Z");
const scheduled: Partial<Hub> = {
  decision: "accepted",
  groupId: "group",
  period: { start: "2026-12-01", end: "2027-03-31" },
};
const deployed: Partial<Hub> = { decision: "accepted", groupId: "group", deployment: "deployed", deployedAt: at };
const degraded: Partial<Hub> = { ...deployed, degradeRequestedAt: at };
const removed: Partial<Hub> = { decision: "accepted", deployment: "removed", removedAt: at, eraseDataAt: at };

describe("what people do with a hub", () => {
  let portal: TestApp;
  let teacher: Visitor;
  let governance: Visitor;
  before(async () => {
    portal = await startTestApp();
    teacher = await portal.asTeacher();
    governance = await portal.asGovernance();
  });
  after(() => portal.close());

  const stored = async (id: string) => (await portal.core.store.hubs.byId(id)) as Hub;
  const events = async (id: string) => (await portal.core.store.events.ofHub(id, 100)).map((event) => event.kind);
  /** Does something that must be refused in these words, with nothing changed. */
  const refused = async (act: () => Promise<Seen>, words: RegExp, status = 409) => {
    const before = await allRows(portal.core.knex);
    const seen = await act();
    assert.equal(seen.status, status, seen.main);
    assert.match(seen.main, words);
    assert.deepEqual(await allRows(portal.core.knex), before);
  };
  const done = async (visitor: Visitor, seen: Seen, notice: RegExp) => {
    assert.equal(seen.status, 303, seen.main);
    const page = await visitor.follow(seen);
    assert.equal(page.status, 200);
    assert.match(page.$(".notice").text(), notice);
    assert.equal((await visitor.follow(seen)).$(".notice").length, 0, "it is told once");
    return page;
  };

  describe("a decision", () => {
    const decide = (hub: Hub, button: string, fields: Fields = {}) =>
      governance.submit(`/hubs/${hub.id}/decision`, button, fields);

    test("the page shows who, what, when, totals and overlapping hubs", async () => {
      await portal.addHub({
        ...scheduled,
        name: "Overlapping",
        usage: { participants: 10, ramGib: 1, cpus: 1, storageGib: 2, gpus: 0 },
      });
      const hub = await portal.addHub({ name: "Wanted", description: "For\nthe lecture." });
      const { main, $ } = await governance.get(`/hubs/${hub.id}/decision`);
      for (const text of [
        "Wanted",
        "Ada Lovelace",
        "teacher@example.org",
        "24 November 2026 to 31 March 2027 (128 days)",
      ]) {
        assert.ok(main.includes(text), text);
      }
      const rows = $("table").first().find("tbody tr").toArray();
      const cells = (row: (typeof rows)[number]) =>
        $(row)
          .find("td")
          .toArray()
          .map((cell) => $(cell).text().trim());
      assert.deepEqual(
        rows.map((row) => cells(row).slice(0, 3)),
        [
          ["12.5 GiB", "10 GiB", "22.5 GiB"],
          ["12.5", "10", "22.5"],
          ["25 GiB", "20 GiB", "45 GiB"],
        ],
      );
      assert.match(main, /Overlapping/);
    });

    test("accepting wakes the reconciler, brings the invitation link, and comes once", async () => {
      const hub = await portal.addHub();
      const page = await governance.get(`/hubs/${hub.id}/decision`);
      const seen = await done(governance, await governance.press(page, "Accept"), /is accepted/);
      assert.ok(portal.core.woken.includes(hub.id));
      assert.match(seen.main, new RegExp(`http://portal\\.example\\.org/invitations/${hub.invitationToken}`));
      await refused(() => governance.press(page, "Accept"), /Grace Hopper has already accepted/);
      await refused(() => governance.press(page, "Decline", { reason: "No." }), /already accepted/);
    });

    test("declining needs a reason, which the teacher sees", async () => {
      const hub = await portal.addHub();
      checkFaults(await decide(hub, "Decline"), { reason: /Enter a reason/ });
      const long = "a".repeat(1001);
      checkFaults(await decide(hub, "Decline", { reason: long }), { reason: /at most 1,000/ }, { reason: long });
      assert.equal((await stored(hub.id)).decision, "pending");
      await done(governance, await decide(hub, "Decline", { reason: "No room\nthis year." }), /is declined/);
      const page = await teacher.get(`/hubs/${hub.id}`);
      assert.match(page.$("[aria-label=State]").text(), /Declined[\s\S]*No room\s+this year\./);
      assert.equal(page.$("#invitation-title").length, 0);
    });

    test("a request that was cancelled or changed meanwhile is not decided", async () => {
      const hub = await portal.addHub();
      const page = await governance.get(`/hubs/${hub.id}/decision`);
      await portal.core.store.hubs.change(hub.id, {}, { version: 2, name: "Changed" });
      await refused(() => governance.press(page, "Accept"), /changed while you looked at it/);
      await teacher.submit(`/hubs/${hub.id}/cancellation`, "Cancel request");
      await refused(() => governance.press(page, "Accept"), /was cancelled meanwhile/);
    });

    test("when two decide at the same moment, one of them is told who was quicker", async () => {
      const hub = await portal.addHub();
      const other = await portal.asCoGovernance();
      const pages = [
        await governance.get(`/hubs/${hub.id}/decision`),
        await other.get(`/hubs/${hub.id}/decision`),
      ] as const;
      const both = await Promise.all([
        governance.press(pages[0], "Accept"),
        other.press(pages[1], "Decline", { reason: "No." }),
      ]);
      assert.deepEqual(both.map((seen) => seen.status).sort(), [303, 409]);
      assert.equal((await events(hub.id)).length, 1);
    });

    test("a period that is over can only be declined", async () => {
      const hub = await portal.addHub({ period: { start: "2026-11-01", end: "2026-11-23" } });
      await refused(() => decide(hub, "Accept"), /can only be declined/);
    });

    test("a decision that is none is not taken", async () => {
      const hub = await portal.addHub();
      const fields = { version: "1", decision: "accepted" };
      for (const wrong of [{ decision: "perhaps" }, { version: "x" }, { version: "" }]) {
        const before = await allRows(portal.core.knex);
        const seen = await governance.post(`/hubs/${hub.id}/decision`, { ...fields, ...wrong });
        assert.ok(seen.status >= 400 && seen.status < 500, `${seen.status} for ${JSON.stringify(wrong)}`);
        assert.deepEqual(await allRows(portal.core.knex), before);
      }
    });
  });

  describe("going away", () => {
    test("a request or a scheduled hub is cancelled after a question, once", async () => {
      for (const state of [{}, scheduled]) {
        const hub = await portal.addHub(state);
        const page = await teacher.get(`/hubs/${hub.id}/cancellation`);
        assert.equal((await stored(hub.id)).decision, state.decision ?? "pending", "asking changes nothing");
        const button = hub.decision === "pending" ? "Cancel request" : "Cancel hub";
        await done(teacher, await teacher.press(page, button, { reason: "Ill." }), /is cancelled/);
        await refused(() => teacher.press(page, button), /already cancelled/);
        await refused(() => teacher.get(`/hubs/${hub.id}/cancellation`), /no longer be cancelled/);
      }
    });

    test("once deployment has begun, cancelling is refused in words, from an old tab too", async () => {
      const hub = await portal.addHub(scheduled);
      const page = await teacher.get(`/hubs/${hub.id}/cancellation`);
      await portal.core.store.hubs.change(hub.id, {}, { deployment: "deploying" });
      await refused(() => teacher.press(page, "Cancel hub"), /deployment of this hub has begun.*degradation/);
      await refused(() => teacher.get(`/hubs/${hub.id}/cancellation`), /no longer be cancelled/);
    });

    test("a reason that is too long is told at the field, and nothing of it is lost", async () => {
      const long = `${"a".repeat(1000)}!`;
      const waiting = await portal.addHub(scheduled);
      const running = await portal.addHub(deployed);
      const person = await portal.addParticipation({ hubId: running.id, personId: "student", status: "accepted" });
      const acts = [
        [`/hubs/${waiting.id}/cancellation`, "Cancel hub"],
        [`/hubs/${running.id}/degradation`, "Mark for degradation"],
        [`/hubs/${running.id}/participants/${person.id}/removal`, "Remove Emmy Noether"],
      ] as const;
      for (const [path, button] of acts) {
        const before = await allRows(portal.core.knex);
        checkFaults(
          await teacher.submit(path, button, { reason: long }),
          { reason: /at most 1,000/ },
          { reason: long },
        );
        assert.deepEqual(await allRows(portal.core.knex), before);
      }
    });

    test("a deployed hub is marked for degradation after a question that says what is lost, once", async () => {
      const hub = await portal.addHub(deployed);
      const page = await teacher.get(`/hubs/${hub.id}/degradation`);
      assert.match(page.main, /taken down at once, before its end date 31 March 2027.*kept for 7 days/);
      await done(teacher, await teacher.press(page, "Mark for degradation"), /marked for degradation/);
      assert.ok(portal.core.woken.includes(hub.id));
      await refused(() => teacher.press(page, "Mark for degradation"), /already going away/);
      await refused(() => teacher.get(`/hubs/${hub.id}/degradation`), /cannot be marked/);
    });

    test("a hub that is not deployed yet is not degraded, and one that is gone neither", async () => {
      for (const [state, words] of [
        [{}, /already going away|has not begun/],
        [scheduled, /has not begun. It can be cancelled/],
        [removed, /already going away/],
      ] as const) {
        const hub = await portal.addHub(state);
        await refused(() => teacher.post(`/hubs/${hub.id}/degradation`, { reason: "" }), words);
      }
    });

    test("the page of a removed hub says when and why it went, and when its data go", async () => {
      const hub = await portal.addHub({
        ...removed,
        removalCause: "expiry",
        eraseDataAt: new Date("2026-12-01T11:00:00Z"),
      });
      const { main } = await teacher.get(`/hubs/${hub.id}`);
      assert.match(main, /removed on 24 November 2026 at 10:00, because its usage period is over/);
      assert.match(main, /Home folders are kept until 1 December 2026 and erased then/);
      await portal.core.store.hubs.change(hub.id, {}, { dataErasedAt: new Date("2026-12-01T11:01:00Z") });
      assert.match((await teacher.get(`/hubs/${hub.id}`)).main, /Home folders were erased on 1 December 2026/);
    });
  });

  describe("redeployment", () => {
    test("a deployed or failed hub is redeployed by governance, and a failed one tries at once", async () => {
      for (const state of [deployed, { ...deployed, deployment: "failed", attempts: 7, nextAttemptAt: at } as const]) {
        const hub = await portal.addHub(state);
        const seen = await governance.submit(`/hubs/${hub.id}/redeployment`, "Trigger redeployment");
        await done(governance, seen, /is being redeployed/);
        const { attempts, nextAttemptAt, redeployRequestedAt } = await stored(hub.id);
        assert.deepEqual([attempts, nextAttemptAt, redeployRequestedAt], [0, null, portal.core.clock.now()]);
      }
    });

    test("others are refused in words", async () => {
      for (const state of [{}, scheduled, degraded, removed]) {
        const hub = await portal.addHub(state);
        await refused(() => governance.get(`/hubs/${hub.id}/redeployment`), /cannot be redeployed now/);
        await refused(() => governance.post(`/hubs/${hub.id}/redeployment`), /Only a hub that is deployed/);
      }
    });
  });

  describe("the invitation", () => {
    test("the link is replaced after a question: the old one is dead, the new one works", async () => {
      const hub = await portal.addHub(scheduled);
      const student = await portal.asStudent();
      const page = await teacher.get(`/hubs/${hub.id}/invitation`);
      const after = await done(teacher, await teacher.press(page, "Replace link"), /link is replaced/);
      assert.equal((await student.get(`/invitations/${hub.invitationToken}`)).status, 404);
      const { invitationToken } = await stored(hub.id);
      assert.ok(after.main.includes(invitationToken));
      assert.equal((await student.get(`/invitations/${invitationToken}`)).status, 200);
    });

    test("the hub's page has link, copy button and a QR code that is part of the page", async () => {
      const hub = await portal.addHub(scheduled);
      const { $ } = await teacher.get(`/hubs/${hub.id}`);
      const card = $("[aria-labelledby=invitation-title]");
      const url = `http://portal.example.org/invitations/${hub.invitationToken}`;
      assert.equal(card.find("code").text(), url);
      assert.equal(card.find("button[data-copy]").attr("data-copy"), url);
      assert.equal(card.find("svg[role=img][aria-label]").length, 1);
      const list = await teacher.get("/leadership");
      assert.equal(list.$(`a[href="${url}"]`).length, 1);
    });

    test("closed applications refuse new ones in words until they are opened again", async () => {
      const hub = await portal.addHub(scheduled);
      const student = await portal.asStudent();
      const invitation = await student.get(`/invitations/${hub.invitationToken}`);
      await done(teacher, await teacher.submit(`/hubs/${hub.id}`, "Close applications"), /closed/);
      await refused(() => student.press(invitation, "Request access"), /closed applications/);
      const closed = await student.get(`/invitations/${hub.invitationToken}`);
      assert.match(closed.main, /closed applications/);
      assert.equal(closed.$("main form").length, 0);
      await done(teacher, await teacher.submit(`/hubs/${hub.id}`, "Open applications"), /open/);
      assert.equal((await student.press(invitation, "Request access")).status, 303);
    });

    test("a double click closes once", async () => {
      const hub = await portal.addHub(scheduled);
      const close = () => teacher.post(`/hubs/${hub.id}/applications`, { open: "no" });
      await Promise.all([close(), close()]);
      await close();
      assert.deepEqual(await events(hub.id), ["applications-closed"]);
      const seen = await teacher.post(`/hubs/${hub.id}/applications`, { open: "perhaps" });
      assert.equal(seen.status, 404);
    });

    test("a hub that is not accepted, or over, has no link to close or replace", async () => {
      for (const state of [{}, degraded, removed, { decision: "cancelled" } as const]) {
        const hub = await portal.addHub(state);
        await refused(() => teacher.post(`/hubs/${hub.id}/applications`, { open: "no" }), /no invitation link now/);
        await refused(() => teacher.post(`/hubs/${hub.id}/invitation`), /no invitation link now/);
        await refused(() => teacher.get(`/hubs/${hub.id}/invitation`), /no invitation link now/);
      }
    });
  });

  describe("the page while something is under way", () => {
    test("without JavaScript it refreshes itself, with it the state is brought in place, and at rest neither", async () => {
      const hub = await portal.addHub({
        ...deployed,
        deployment: "deploying",
        step: "hub",
        progress: "Pulling the image",
      });
      const seen = await teacher.get(`/hubs/${hub.id}`);
      assert.equal(seen.$("noscript meta[http-equiv=refresh]").length, 1);
      assert.equal(seen.$("[data-live]").attr("data-live"), `/hubs/${hub.id}/progress`);
      assert.match(seen.$(".steps [aria-current=step]").text(), /Pulling the image/);
      const piece = await teacher.get(`/hubs/${hub.id}/progress`);
      assert.equal(piece.headers["x-at-rest"], "no");
      assert.equal(piece.$("main").length, 0, "a piece, not a page");
      await portal.core.store.hubs.change(hub.id, {}, { deployment: "deployed", step: null, progress: null });
      assert.equal((await teacher.get(`/hubs/${hub.id}/progress`)).headers["x-at-rest"], "yes");
      const rest = await teacher.get(`/hubs/${hub.id}`);
      assert.equal(rest.$("meta[http-equiv=refresh]").length + rest.$("[data-live]").length, 0);
      assert.match(rest.main, new RegExp(`https://${hub.slug}\\.hubs\\.example\\.org/`));
    });

    test("a hub opens where it is, and says what to wait for before and after", async () => {
      const hub = await portal.addHub(deployed);
      assert.equal((await teacher.get(`/hubs/${hub.id}/open`)).location, `https://${hub.slug}.hubs.example.org/`);
      for (const state of [{}, scheduled, degraded, removed]) {
        const other = await portal.addHub(state);
        await refused(() => teacher.get(`/hubs/${other.id}/open`), /not open at the moment/);
      }
    });
  });
});
