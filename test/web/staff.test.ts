import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { Hub } from "../../src/domain/hub.ts";
import type { StaffRole } from "../../src/domain/hub-staff.ts";
import { reconcileHub } from "../../src/usecases/reconcile/reconcile-hub.ts";
import { makePerson } from "../support/make.ts";
import { people, startTestApp, type TestApp } from "../support/test-app.ts";
import type { Visitor } from "../support/visitor.ts";

describe("the staff of a hub", () => {
  let portal: TestApp;
  let hub: Hub;
  let teacher: Visitor;
  let page: string;
  beforeEach(async () => {
    portal = await startTestApp();
    hub = await portal.addHub({ decision: "accepted", name: "Graphs" });
    teacher = await portal.asTeacher();
    page = `/hubs/${hub.id}/staff`;
  });
  afterEach(() => portal.close());

  const add = async (named: string, role: StaffRole, visitor = teacher) =>
    visitor.press(await visitor.get(page), "Add to the staff", { named, role });
  const owed = async () =>
    (await portal.core.store.mails.due(portal.core.clock.now(), 100)).map(({ kind, to }) => [
      kind,
      to === "governance" ? to : to.personId,
    ]);
  const kinds = async () => (await portal.core.store.events.ofHub(hub.id, 50)).map((event) => event.kind).reverse();
  const roleOf = async (id: string) => {
    const part = await portal.core.store.staff.of(hub.id, id);
    return part?.active ? part.role : null;
  };
  const hubNow = async () => (await portal.core.store.hubs.byId(hub.id)) ?? assert.fail("gone");
  const members = () => [...(portal.core.identity.groups.get(hub.slug)?.members ?? [])].sort();

  test("a co-teacher and a tutor are added by username or address, also who never signed in here", async () => {
    portal.core.identity.users.set("new-uuid", {
      ...{ id: "new-uuid", username: "newcomer", name: "New Comer", email: "New.Comer@Example.org" },
      ...{ active: true, groups: [] },
    });
    assert.equal((await add("teacher2", "teacher")).status, 303);
    const then = await teacher.follow(await add("new.comer@example.ORG", "tutor"));
    assert.match(then.main, /New Comer is now tutor\./);
    assert.match(then.main, /Ada Lovelace.*Teacher.*Alan Turing.*Co-teacher.*New Comer.*Tutor/);
    assert.deepEqual([await roleOf("teacher2"), await roleOf("new-uuid")], ["teacher", "tutor"]);
    assert.deepEqual(await kinds(), ["made-co-teacher", "made-tutor"]);
    assert.deepEqual(await owed(), [
      ["staff-co-teacher", "teacher2"],
      ["staff-tutor", "new-uuid"],
    ]);
    await reconcileHub(portal.core, hub.id);
    await reconcileHub(portal.core, hub.id);
    assert.deepEqual(members(), ["new-uuid", "teacher", "teacher2"]);
    assert.match((await teacher.get(`/hubs/${hub.id}`)).main, /Ada Lovelace made New Comer tutor/);
  });

  test("nobody, several, a deactivated account and who is there already are told beside the field", async () => {
    const same = { name: "Same", email: "same@example.org", active: true, groups: [] };
    portal.core.identity.users.set("one", { ...same, id: "one", username: "one" });
    portal.core.identity.users.set("two", { ...same, id: "two", username: "two" });
    portal.core.identity.users.set("off", { ...same, id: "off", username: "off", email: "", active: false });
    await add("student", "tutor");
    for (const [named, message] of [
      ["", /Enter a username/],
      ["stud", /knows nobody of exactly/],
      ["same@example.org", /Several people have this e-mail address/],
      ["off", /The account of Same is deactivated/],
      ["teacher", /Ada Lovelace is the teacher of this hub already/],
      ["student", /Emmy Noether is tutor of this hub already/],
    ] as const) {
      const seen = await add(named, "teacher");
      assert.equal(seen.status, 422, named);
      assert.match(seen.$("#named-fault").text(), message);
      assert.equal(seen.$("input[name=named]").val(), named);
      assert.equal(seen.$("input[name=role]:checked").val(), "teacher");
    }
    assert.deepEqual(await kinds(), ["made-tutor"]);
  });

  test("when the same person is added twice at once, it happens once", async () => {
    const form = { named: "student", role: "tutor" };
    const answers = await Promise.all([teacher.post(page, form), (await portal.asTeacher()).post(page, form)]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [303, 422]);
    assert.deepEqual(await kinds(), ["made-tutor"]);
  });

  test("a role is changed and changed back, and somebody is taken off after a confirmation", async () => {
    await add("student", "tutor");
    await teacher.press(await teacher.get(page), "Make co-teacher: Emmy Noether");
    assert.equal(await roleOf("student"), "teacher");
    await teacher.press(await teacher.get(page), "Make tutor: Emmy Noether");
    await reconcileHub(portal.core, hub.id);
    await reconcileHub(portal.core, hub.id);
    assert.deepEqual(members(), ["student", "teacher"]);
    const asked = await teacher.get(`${page}/student/removal`);
    assert.match(asked.main, /no longer tutor of Graphs/);
    const button = "Take Emmy Noether off the staff";
    assert.match((await teacher.follow(await teacher.press(asked, button))).main, /no longer on the staff/);
    assert.equal((await teacher.press(asked, button)).status, 404, "a second click");
    assert.equal(await roleOf("student"), null);
    await reconcileHub(portal.core, hub.id);
    assert.deepEqual(members(), ["teacher"]);
    assert.deepEqual(await kinds().then((all) => all.filter((kind) => /made|staff/.test(kind))), [
      ...["made-tutor", "made-co-teacher", "made-tutor", "staff-removed"],
    ]);
    assert.equal((await (await portal.asStudent()).get(`/hubs/${hub.id}`)).status, 404);
  });

  test("a tutor sees participants, and neither staff forms nor anything that changes the hub", async () => {
    await add("student", "tutor");
    await portal.addParticipation({ hubId: hub.id, personId: "student2" });
    const tutor = await portal.asStudent();
    const seen = await tutor.get(`/hubs/${hub.id}`);
    assert.match(seen.main, /Accept Max Born/);
    assert.ok(!/Cancel hub|Replace link|Close applications|Mark for degradation/.test(seen.main));
    assert.equal((await tutor.get(page)).$("form[method=post] input[name=named]").length, 0);
    assert.equal((await tutor.get(`${page}/student/removal`)).status, 403, "not even themselves, who leave instead");
  });

  test("a tutor and a co-teacher leave by themselves; the owner hands over first", async () => {
    await add("student", "tutor");
    await add("teacher2", "teacher");
    for (const visitor of [await portal.asStudent(), await portal.asOtherTeacher()]) {
      const done = await visitor.submit(`/hubs/${hub.id}/leaving`, "Leave the staff");
      assert.equal(done.status, 303);
      assert.equal((await visitor.get(`/hubs/${hub.id}`)).status, 404);
    }
    assert.deepEqual((await kinds()).slice(2), ["staff-left", "staff-left"]);
    assert.match((await teacher.get(`/hubs/${hub.id}/leaving`)).main, /Hand it over to another teacher first/);
  });

  test("a participant who becomes staff takes no seat, and keeps access when taken off the staff again", async () => {
    await portal.addParticipation({ hubId: hub.id, personId: "student", status: "accepted" });
    assert.match((await teacher.get(`/hubs/${hub.id}`)).main, /1 of 25 seats taken/);
    await add("student", "tutor");
    assert.match((await teacher.get(`/hubs/${hub.id}`)).main, /0 of 25 seats taken.*on the staff, needs no seat/);
    assert.match(
      (await teacher.get(`${page}/student/removal`)).main,
      /keeps access to the hub, and takes a seat again/,
    );
    await teacher.submit(`${page}/student/removal`, "Take Emmy Noether off the staff");
    await reconcileHub(portal.core, hub.id);
    await reconcileHub(portal.core, hub.id);
    assert.deepEqual(members(), ["student", "teacher"]);
  });

  test("a hub that is over keeps its staff, who can still leave", async () => {
    await add("student", "tutor");
    await portal.core.store.hubs.change(hub.id, {}, { period: { start: "2026-10-01", end: "2026-11-01" } });
    assert.equal((await teacher.get(page)).$("input[name=named]").length, 0);
    assert.equal((await teacher.post(page, { named: "student2", role: "tutor" })).status, 409);
    assert.equal((await teacher.post(`${page}/student/role`, { role: "teacher" })).status, 409);
    const left = await (await portal.asStudent()).submit(`/hubs/${hub.id}/leaving`, "Leave the staff");
    assert.equal(left.status, 303);
  });

  test("while Authentik does not answer, adding is answered in words and changes nothing", async () => {
    const { Unavailable } = await import("../../src/domain/errors.ts");
    portal.core.onCall = (call) => {
      if (call === "identity.usersNamed") throw new Unavailable("Authentik does not answer.");
    };
    assert.equal((await add("student", "tutor")).status, 503);
    assert.equal(await roleOf("student"), null);
  });

  test("a hub that is up learns of its new teachers at once, and is not touched for a tutor", async () => {
    const look = async () => {
      for (let looks = 0; looks < 5; looks++) await reconcileHub(portal.core, hub.id);
    };
    const teachers = () => portal.core.backend.hubs.get(hub.id)?.spec.teachers;
    const rollOuts = async () => (await kinds()).filter((kind) => kind === "deploying").length;
    await look();
    assert.equal((await hubNow()).deployment, "deployed");
    assert.deepEqual(teachers(), ["teacher"]);
    await add("student", "tutor");
    await look();
    assert.equal(await rollOuts(), 1);
    await add("teacher2", "teacher");
    assert.equal(portal.core.woken.at(-1), hub.id);
    await look();
    assert.deepEqual([teachers(), await rollOuts()], [["teacher", "teacher2"], 2]);
    await teacher.submit(`/hubs/${hub.id}/handing-over`, "Hand the hub over", { named: "teacher2", former: "leaves" });
    await look();
    assert.deepEqual([teachers(), (await hubNow()).deployment], [["teacher2"], "deployed"]);
  });

  describe("handing the hub over", () => {
    const path = () => `/hubs/${hub.id}/handing-over`;
    test("nobody joins the staff of a hub that was cancelled while Authentik was asked", async () => {
      const teacher = await portal.asTeacher();
      const page = await teacher.get(`/hubs/${hub.id}/staff`);
      portal.core.onCall = async (call) => {
        if (call.startsWith("identity.user"))
          await portal.core.store.hubs.change(hub.id, {}, { decision: "cancelled" });
      };
      const refused = await teacher.press(page, "Add to the staff", { named: "teacher2" });
      portal.core.onCall = () => {};
      assert.equal(refused.status, 409, refused.main);
      assert.equal(await portal.core.store.staff.of(hub.id, "teacher2"), null);
    });

    test("the timeline says that the former owner stays, not that they made themselves co-teacher", async () => {
      const teacher = await portal.asTeacher();
      await teacher.submit(`/hubs/${hub.id}/handing-over`, "Hand the hub over", { named: "teacher2", former: "stays" });
      const { main } = await teacher.get(`/hubs/${hub.id}/timeline`);
      assert.match(main, /Ada Lovelace stays as co-teacher\. .*Ada Lovelace handed the hub over to Alan Turing/);
    });

    const handOver = (visitor: Visitor, named: string, former = "stays") =>
      visitor.submit(path(), "Hand the hub over", { named, former });

    test("the new teacher owns it, the former one is co-teacher, and both are in the hub's group", async () => {
      const then = await teacher.follow(await handOver(teacher, "teacher2@example.org"));
      assert.match(then.main, /The hub is now Alan Turing's/);
      assert.equal((await hubNow()).teacherId, "teacher2");
      assert.equal(await roleOf("teacher"), "teacher");
      assert.deepEqual(await kinds(), ["handed-over", "made-co-teacher"]);
      assert.deepEqual(await owed(), [["hub-handed-over", "teacher2"]]);
      for (let look = 0; look < 3; look++) await reconcileHub(portal.core, hub.id);
      assert.deepEqual(members(), ["teacher", "teacher2"]);
      const list = await teacher.get(page);
      assert.match(list.main, /Alan Turing.*Teacher.*Ada Lovelace.*Co-teacher/);
      assert.equal(list.$("tbody tr").length, 2, "the owner is listed once");
      const account = await (await portal.asOtherTeacher()).get("/account");
      assert.equal(account.$("#hubs + ul li").length, 1, "and has one part in it");
      assert.equal((await teacher.get(path())).status, 403);
    });

    test("the former one may leave with it: access ends, and the hub is no longer theirs to see", async () => {
      for (let look = 0; look < 3; look++) await reconcileHub(portal.core, hub.id);
      assert.deepEqual(members(), ["teacher"]);
      const done = await handOver(teacher, "teacher2", "leaves");
      assert.equal(done.location, "/");
      for (let look = 0; look < 3; look++) await reconcileHub(portal.core, hub.id);
      assert.deepEqual(members(), ["teacher2"]);
      assert.equal((await teacher.get(`/hubs/${hub.id}`)).status, 404);
      // And back again.
      await handOver(await portal.asOtherTeacher(), "teacher", "leaves");
      for (let look = 0; look < 3; look++) await reconcileHub(portal.core, hub.id);
      assert.deepEqual(members(), ["teacher"]);
    });

    test("governance may, and then both teachers are told", async () => {
      await handOver(await portal.asGovernance(), "teacher2", "leaves");
      assert.deepEqual(await owed(), [
        ["hub-handed-over", "teacher2"],
        ["hub-handed-on", "teacher"],
      ]);
    });

    test("only a teacher can be the teacher, and not the one who is", async () => {
      const cases = { student: /may not lead hubs.*portal-leaders/, teacher: /Ada Lovelace's already/, x: /nobody/ };
      for (const [named, message] of Object.entries(cases)) {
        const seen = await handOver(teacher, named, "leaves");
        assert.equal(seen.status, 422);
        assert.match(seen.$("#named-fault").text(), message);
        assert.equal(seen.$("input[name=former]:checked").val(), "leaves");
      }
      assert.equal((await hubNow()).teacherId, "teacher");
    });

    test("when two hand it over at once, one does, and the other is told to whom", async () => {
      await portal.as(makePerson({ id: "teacher3", username: "teacher3", groups: ["portal-leaders"] }));
      const governance = await portal.asGovernance();
      const pages = [await teacher.get(path()), await governance.get(path())] as const;
      const answers = await Promise.all([
        teacher.press(pages[0], "Hand the hub over", { named: "teacher2" }),
        governance.press(pages[1], "Hand the hub over", { named: "teacher3" }),
      ]);
      assert.deepEqual(answers.map(({ status }) => status).sort(), [303, 409]);
      const late = await governance.press(pages[1], "Hand the hub over", { named: "teacher3" });
      assert.equal(late.status, (await hubNow()).teacherId === "teacher3" ? 422 : 409);
      assert.equal((await kinds()).filter((kind) => kind === "handed-over").length, 1);
    });

    test("an owner cannot be taken off the staff, also when both happen at once", async () => {
      await add("teacher2", "teacher");
      const coTeacher = await portal.asOtherTeacher();
      const removal = await teacher.get(`${page}/teacher2/removal`);
      const [handed] = await Promise.all([
        handOver(teacher, "teacher2"),
        teacher.press(removal, "Take Alan Turing off the staff"),
      ]);
      assert.equal(handed.status, 303);
      assert.equal((await hubNow()).teacherId, "teacher2");
      for (let look = 0; look < 3; look++) await reconcileHub(portal.core, hub.id);
      assert.ok(members().includes("teacher2"));
      assert.equal((await coTeacher.get(`/hubs/${hub.id}`)).status, 200);
      assert.equal((await teacher.post(`${page}/teacher2/removal`)).status, 404);
    });

    test("a hub that goes away meanwhile is not handed over", async () => {
      const seen = await teacher.get(path());
      await portal.core.store.hubs.change(hub.id, {}, { degradeRequestedAt: portal.core.clock.now() });
      const late = await teacher.press(seen, "Hand the hub over", { named: "teacher2" });
      assert.equal(late.status, 409);
      assert.match(late.main, /over or going away/);
      assert.equal((await hubNow()).teacherId, people.teacher.id);
    });
  });
});
