import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { Unavailable } from "../../src/domain/errors.ts";
import type { Hub } from "../../src/domain/hub.ts";
import { eraseData } from "../../src/usecases/reconcile/erase-data.ts";
import { people, startTestApp, type TestApp } from "../support/test-app.ts";
import type { Visitor } from "../support/visitor.ts";

describe("the admission list of a hub", () => {
  let portal: TestApp;
  let hub: Hub;
  let teacher: Visitor;
  let page: string;
  beforeEach(async () => {
    portal = await startTestApp({ rules: { trustEmails: true } });
    hub = await portal.addHub({ decision: "accepted", name: "Graphs" });
    teacher = await portal.asTeacher();
    page = `/hubs/${hub.id}/admission`;
  });
  afterEach(() => portal.close());

  const save = async (entries: string) => teacher.press(await teacher.get(page), "Save list", { entries });
  const list = () => portal.core.store.admissions.of(hub.id);
  const apply = async (visitor: Visitor) =>
    visitor.follow(await visitor.submit(`/invitations/${hub.invitationToken}`, "Request access"));
  const statusOf = async (personId: string) => (await portal.core.store.participations.of(hub.id, personId))?.status;
  const kinds = async () => (await portal.core.store.events.ofHub(hub.id, 50)).map((event) => event.kind).reverse();
  const owed = async () => (await portal.core.store.mails.due(portal.core.clock.now(), 100)).map((mail) => mail.kind);
  const setUser = (id: string, change: object) => {
    const user = portal.core.identity.users.get(id);
    assert.ok(user);
    portal.core.identity.users.set(id, { ...user, ...change });
  };

  test("who is on it is accepted at once, told by mail, and so it says on the timeline", async () => {
    await save("Name;Mail\nEmmy;STUDENT@example.org");
    const seen = await apply(await portal.asStudent());
    assert.match(seen.main, /You have access to Graphs/);
    assert.equal(await statusOf("student"), "accepted");
    assert.deepEqual(await kinds(), ["admission-list-changed", "applied", "participant-admitted"]);
    assert.deepEqual(await owed(), ["participation-accepted"]);
    assert.deepEqual(portal.core.woken, [hub.id]);
    assert.match((await teacher.get(`/hubs/${hub.id}`)).main, /Emmy Noether was accepted by the admission list/);
    await apply(await portal.asOtherStudent());
    assert.equal(await statusOf("student2"), "applied");
  });

  test("when applications are closed, or the link is replaced, while Authentik is asked, nobody gets in any more", async () => {
    await save("student@example.org");
    const { store } = portal.core;
    const student = await portal.asStudent();
    const invitation = await student.get(`/invitations/${hub.invitationToken}`);
    for (const [meanwhile, status] of [
      [{ applicationsOpen: false }, 409],
      [{ applicationsOpen: true, invitationToken: "another" }, 404],
    ] as const) {
      portal.core.onCall = async (call) => {
        if (call === "identity.user") await store.hubs.change(hub.id, {}, meanwhile);
      };
      const refused = await student.press(invitation, "Request access");
      portal.core.onCall = () => {};
      assert.equal(refused.status, status, refused.main);
      assert.equal(await statusOf("student"), undefined);
      await store.hubs.change(hub.id, {}, { applicationsOpen: true });
    }
  });

  test("a domain admits its own addresses alone", async () => {
    await save("@example.org");
    setUser("student", { email: "emmy@students.example.org" });
    await apply(await portal.asStudent());
    await apply(await portal.asOtherStudent());
    assert.deepEqual([await statusOf("student"), await statusOf("student2")], ["applied", "accepted"]);
  });

  test("what counts is the address in Authentik at that moment, not the one of the last sign-in", async () => {
    await save("student@example.org\nstudent2@example.org");
    setUser("student", { email: "other@example.org" });
    setUser("student2", { active: false });
    await apply(await portal.asStudent());
    await apply(await portal.asOtherStudent());
    assert.deepEqual([await statusOf("student"), await statusOf("student2")], ["applied", "applied"]);
  });

  test("an address that two accounts have admits neither", async () => {
    await save("student@example.org");
    setUser("student2", { email: "Student@Example.org" });
    await apply(await portal.asStudent());
    await apply(await portal.asOtherStudent());
    assert.deepEqual([await statusOf("student"), await statusOf("student2")], ["applied", "applied"]);
  });

  test("while Authentik does not answer, people wait for the teacher", async () => {
    await save("@example.org");
    portal.core.onCall = (call) => {
      if (call.startsWith("identity.")) throw new Unavailable("Authentik does not answer.");
    };
    const seen = await apply(await portal.asStudent());
    assert.match(seen.main, /You have requested access/);
    assert.equal(await statusOf("student"), "applied");
    assert.deepEqual((await owed()).sort(), ["new-applications"]);
  });

  test("without a seat they go to the waiting list; of two who come at once for the last seat, one gets it", async () => {
    await save("@example.org");
    const usage = { participants: 1, ramGib: 0.5, cpus: 0.5, storageGib: 1, gpus: 0 };
    await portal.core.store.hubs.change(hub.id, {}, { usage });
    await Promise.all([apply(await portal.asStudent()), apply(await portal.asOtherStudent())]);
    assert.deepEqual([await statusOf("student"), await statusOf("student2")].sort(), ["accepted", "applied"]);
    await apply(await portal.asGovernance());
    assert.match((await teacher.get(`/hubs/${hub.id}/participants`)).main, /waiting list, place 2/);
  });

  test("whom the teacher rejected or removed, and who left, is not let in again by it", async () => {
    await save("@example.org");
    const student = await portal.asStudent();
    for (const status of ["rejected", "removed", "withdrawn"] as const) {
      const known = await portal.core.store.participations.of(hub.id, "student");
      if (known === null) await portal.addParticipation({ hubId: hub.id, personId: "student", status });
      else await portal.core.store.participations.change(known.id, { status: known.status }, { status });
      await apply(student);
      assert.equal(await statusOf("student"), "applied", status);
    }
  });

  test("faults are told by line, what was typed is kept, and nothing of it is saved", async () => {
    await save("max@example.org");
    const typed = "ada@example.org\nMax Born\nemmy @example.org";
    const seen = await save(typed);
    assert.equal(seen.status, 422);
    assert.match(seen.$("#entries-fault").text(), /Line 2: there is no address[\s\S]*Line 3:/);
    assert.equal(seen.$("textarea[name=entries]").text().trim(), typed);
    assert.equal(seen.$("textarea[name=entries]").attr("aria-invalid"), "true");
    assert.deepEqual(await list(), ["max@example.org"]);
    const wrong = await save("nothing\n".repeat(300));
    assert.equal(wrong.$("#entries-fault li").length, 21);
    assert.match(wrong.$("#entries-fault").text(), /280 more lines have faults/);
  });

  test("a long list is taken, a longer one is refused, and an empty one empties it", async () => {
    const addresses = (count: number) =>
      Array.from({ length: count }, (_, index) => `p${index}@example.org`).join("\n");
    assert.equal((await save(addresses(2000))).status, 303);
    assert.equal((await list()).length, 2000);
    const refused = await save(addresses(2001));
    assert.equal(refused.status, 422);
    assert.match(refused.$("#entries-fault").text(), /2001 entries; at most 2000/);
    assert.equal((await list()).length, 2000);
    await save("");
    assert.deepEqual(await list(), []);
    const events = (await portal.core.store.events.ofHub(hub.id, 10)).map(({ from, to }) => [from, to]);
    assert.deepEqual(events, [
      ["2000", "0"],
      ["0", "2000"],
    ]);
  });

  test("what a co-teacher saved meanwhile is not overwritten unseen", async () => {
    const old = await teacher.get(page);
    await save("ada@example.org");
    const late = await teacher.press(old, "Save list", { entries: "max@example.org" });
    assert.equal(late.status, 422);
    assert.match(late.$("#entries-fault").text(), /changed the list meanwhile; it has 1 entries now/);
    assert.deepEqual(await list(), ["ada@example.org"]);
    assert.equal((await teacher.press(late, "Save list")).status, 303);
    assert.deepEqual(await list(), ["max@example.org"]);
  });

  test("it is erased with the hub's home folders, and an address with the data of its person", async () => {
    await save("ada@example.org\nstudent@example.org");
    assert.match(
      (await (await portal.asStudent()).get("/account")).main,
      /Graphs: your address is on its admission list/,
    );
    await portal.core.store.personalData.requestErasure("student", portal.core.clock.now());
    await portal.core.store.personalData.erase("student", portal.core.clock.now());
    assert.deepEqual(await list(), ["ada@example.org"]);
    const at = portal.core.clock.now();
    await portal.core.store.hubs.change(hub.id, {}, { deployment: "removed", eraseDataAt: at });
    const removed = await portal.core.store.hubs.byId(hub.id);
    assert.ok(removed);
    await eraseData(portal.core, removed);
    assert.deepEqual(await list(), []);
  });
});

describe("the admission list of a hub, when the provider does not vouch for addresses", () => {
  test("says so, takes nothing, and admits nobody", async () => {
    const portal = await startTestApp();
    try {
      const hub = await portal.addHub({ decision: "accepted" });
      const teacher = await portal.asTeacher();
      const page = `/hubs/${hub.id}/admission`;
      const seen = await teacher.get(page);
      assert.match(seen.main, /Switched off/);
      assert.equal(seen.$("textarea").length, 0);
      assert.equal((await teacher.post(page, { entries: "ada@example.org", seen: "" })).status, 409);
      await portal.core.store.admissions.replace(hub.id, ["@example.org"], people.teacher.id, portal.core.clock.now());
      const student = await portal.asStudent();
      await student.submit(`/invitations/${hub.invitationToken}`, "Request access");
      assert.equal((await portal.core.store.participations.of(hub.id, "student"))?.status, "applied");
    } finally {
      await portal.close();
    }
  });
});
