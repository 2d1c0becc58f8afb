import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { Hub } from "../../src/domain/hub.ts";
import { wishOf } from "../../src/domain/hub-change.ts";
import { erasePeople } from "../../src/usecases/people/own-data.ts";
import { signInPerson } from "../../src/usecases/people/sign-in-person.ts";
import { settleAccess } from "../../src/usecases/reconcile/settle-access.ts";
import { makeChange } from "../support/make.ts";
import { people, startTestApp, type TestApp } from "../support/test-app.ts";

describe("own data", () => {
  let portal: TestApp;
  beforeEach(async () => {
    portal = await startTestApp();
  });
  afterEach(() => portal.close());

  const takePart = async (given: Partial<Hub> = {}) => {
    const hub = await portal.addHub({ decision: "accepted", deployment: "deployed", name: "Statistics I", ...given });
    const groupId = await portal.core.identity.ensureGroup({
      ...{ ...hub, url: "", callbackUrl: "", clientId: "", clientSecret: "" },
    });
    await portal.core.store.hubs.change(hub.id, {}, { groupId });
    const accepted = { status: "accepted", access: "granted", reason: "Welcome, Emmy" } as const;
    await portal.addParticipation({ hubId: hub.id, personId: "student", ...accepted });
    await portal.core.identity.addToGroup(groupId, "student");
    return { ...hub, groupId };
  };
  const about = (text: string) => assert.doesNotMatch(text, /Emmy|student@example\.org|Noether/);

  test("shows who one is, what one takes part in and what happened, to oneself only", async () => {
    const hub = await takePart();
    const event = { hubId: hub.id, at: portal.core.clock.now(), from: null, to: null, reason: null };
    await portal.core.store.events.add({
      ...event,
      ...{ kind: "server-visited", actorId: "teacher", subjectId: "student" },
    });
    const student = await portal.asStudent();
    const seen = await student.get("/account");
    assert.match(seen.main, /Emmy Noether.*student@example\.org/);
    assert.match(seen.main, /Statistics I: accepted/);
    assert.match(seen.main, /Ada Lovelace opened the server of Emmy Noether/);
    about((await (await portal.asOtherStudent()).get("/account")).text);
  });

  test("comes as a JSON file with everything in it, and nothing of others", async () => {
    const hub = await takePart();
    await portal.addParticipation({ hubId: hub.id, personId: "student2", reason: "of somebody else" });
    const file = await (await portal.asStudent()).get("/account/data.json");
    assert.match(file.headers["content-disposition"] ?? "", /attachment; filename="?jhaas-data\.json/);
    assert.match(file.headers["content-type"] ?? "", /^application\/json/);
    const data = JSON.parse(file.text);
    assert.equal(data.person.email, "student@example.org");
    assert.equal(data.participations[0].reason, "Welcome, Emmy");
    assert.doesNotMatch(file.text, /of somebody else|student2/);
  });

  test("says what one requested and proposed, in one's own words, and the hubs one left without a link", async () => {
    const hub = await portal.addHub({ decision: "accepted", name: "Statistics I" });
    await portal.core.store.versions.keep({
      ...{ hubId: hub.id, version: 1, wish: wishOf(hub), comment: "Written by Ada" },
      ...{ writtenBy: "teacher", writtenAt: hub.createdAt },
    });
    await portal.core.store.changes.add(makeChange(hub, { comment: "Proposed by Alan", createdBy: "teacher2" }));
    const at = portal.core.clock.now();
    await portal.core.store.staff.keep({
      ...{ hubId: hub.id, personId: "teacher2", role: "teacher", active: false, access: "none" },
      ...{ addedBy: "teacher", addedAt: at, updatedAt: at },
    });
    const ada = JSON.parse((await (await portal.asTeacher()).get("/account/data.json")).text);
    assert.deepEqual([ada.requests[0].comment, ada.changeRequests.length], ["Written by Ada", 0]);
    const alan = await portal.asOtherTeacher();
    const data = JSON.parse((await alan.get("/account/data.json")).text);
    assert.deepEqual([data.requests.length, data.changeRequests[0].comment], [0, "Proposed by Alan"]);
    const page = await alan.get("/account");
    assert.match(page.main, /Statistics I: change request of .*, open/);
    assert.equal(page.$(`a[href="/hubs/${hub.id}"]`).length, 0);
  });

  test("says in which hubs' groups one was found without a reason, and deleting it forgets that", async () => {
    const hub = await portal.addHub({ decision: "accepted", name: "Statistics I" });
    const { id: userId, username, name, email } = people.student;
    const stranger = { userId, username, name, email, foundAt: portal.core.clock.now() };
    await portal.core.store.identities.keepStrangers(hub.id, [stranger]);
    const student = await portal.asStudent();
    assert.match((await student.get("/account")).main, /Statistics I: you were found in its group in Authentik/);
    const data = JSON.parse((await student.get("/account/data.json")).text);
    assert.equal(data.foundInGroups[0].hubName, "Statistics I");
    await student.submit("/account/deletion", "Delete my data");
    assert.equal(await erasePeople(portal.core), 1);
    about(JSON.stringify(await portal.core.knex("strangers")));
  });

  test("the language of mails is chosen there, and another than those that exist is refused", async () => {
    const student = await portal.asStudent();
    await student.submit("/account", "Save", { language: "de" });
    assert.equal((await portal.core.store.people.byId("student"))?.language, "de");
    await student.post("/account/language", { language: "fr" });
    assert.equal((await portal.core.store.people.byId("student"))?.language, "de");
  });

  describe("being deleted", () => {
    test("by a co-teacher, is on the hub's timeline, and the hub is told who its teachers are now", async () => {
      const hub = await portal.addHub({ decision: "accepted", deployment: "deployed" });
      const at = portal.core.clock.now();
      await portal.core.store.staff.keep({
        ...{ hubId: hub.id, personId: "student", role: "teacher", active: true, access: "none" },
        ...{ addedBy: "teacher", addedAt: at, updatedAt: at },
      });
      await (await portal.asStudent()).submit("/account/deletion", "Delete my data");
      assert.equal((await portal.core.store.hubs.byId(hub.id))?.specVersion, 1);
      assert.match((await (await portal.asTeacher()).get(`/hubs/${hub.id}`)).main, /left the staff/);
    });

    test("ends access, then sessions, then erases what says who it was; what happened stays", async () => {
      const hub = await takePart();
      const [here, elsewhere] = [await portal.asStudent(), await portal.asStudent()];
      const done = await here.submit("/account/deletion", "Delete my data");
      assert.equal(done.location, "/account/deleted");
      assert.match((await here.follow(done)).main, /Your data is deleted/);
      assert.equal((await elsewhere.get("/participation")).location?.startsWith("/sign-in"), true);

      assert.equal(await erasePeople(portal.core), 0, "not before access has ended");
      assert.ok(portal.core.woken.includes(hub.id));
      await settleAccess(portal.core, hub);
      assert.equal(portal.core.ended.length, 1, "the hub still learned whose session to end");
      assert.equal(portal.core.identity.groups.get(hub.slug)?.members.has("student"), false);
      assert.equal(await erasePeople(portal.core), 1);
      assert.equal(await erasePeople(portal.core), 0);

      const person = await portal.core.store.people.byId("student");
      assert.deepEqual([person?.name, person?.email, person?.active], ["Deleted person", "", false]);
      about(JSON.stringify(await portal.core.knex("people")));
      about(JSON.stringify(await portal.core.knex("participations")));
      const page = await (await portal.asTeacher()).get(`/hubs/${hub.id}`);
      about(page.text);
      assert.match(page.text, /Deleted person/);
    });

    test("is refused while one is the teacher of a hub that is not over, which names it and changes nothing", async () => {
      const hub = await portal.addHub({ name: "Statistics I" });
      const teacher = await portal.asTeacher();
      const page = await teacher.get("/account");
      assert.match(page.main, /Hand these over.*Statistics I/);
      assert.equal(page.$("a[href='/account/deletion']").length, 0);
      assert.equal((await teacher.get("/account/deletion")).status, 409);
      const refused = await teacher.post("/account/deletion");
      assert.equal(refused.status, 409);
      assert.match(refused.main, /Statistics I/);
      assert.equal((await teacher.get("/account")).status, 200, "still signed in");
      await portal.core.store.hubs.change(hub.id, {}, { decision: "declined" });
      assert.equal((await teacher.submit("/account/deletion", "Delete my data")).status, 303);
    });

    test("passes hubs on to a co-teacher who may lead them; a tutor, or somebody without the role, does not do", async () => {
      const hub = await portal.addHub({ decision: "accepted", name: "Statistics I" });
      const at = portal.core.clock.now();
      const join = (personId: string, role: "teacher" | "tutor") =>
        portal.core.store.staff.keep({
          ...{ hubId: hub.id, personId, role, active: true, access: "none" },
          ...{ addedBy: "teacher", addedAt: at, updatedAt: at },
        });
      await join("student", "teacher");
      const teacher = await portal.asTeacher();
      assert.match((await teacher.get("/account")).main, /the only teacher/, "is in no teachers' group");
      await join("teacher2", "tutor");
      assert.equal((await teacher.get("/account/deletion")).status, 409);
      await join("teacher2", "teacher");
      const page = await teacher.get("/account/deletion");
      assert.match(page.main, /Statistics I passes on to Alan Turing/);
      assert.equal((await teacher.press(page, "Delete my data")).status, 303);
      assert.equal((await portal.core.store.hubs.byId(hub.id))?.teacherId, "teacher2");
      assert.ok(portal.core.woken.includes(hub.id));
      assert.equal(await erasePeople(portal.core), 1);
      assert.equal((await (await portal.asOtherTeacher()).get(`/hubs/${hub.id}`)).status, 200);
    });

    test("asked for twice, or by somebody on the staff of a hub, works all the same", async () => {
      const hub = await portal.addHub({ decision: "accepted" });
      const at = portal.core.clock.now();
      await portal.core.store.staff.keep({
        ...{ hubId: hub.id, personId: "student", role: "tutor", active: true, access: "none" },
        ...{ addedBy: "teacher", addedAt: at, updatedAt: at },
      });
      const [one, two] = [await portal.asStudent(), await portal.asStudent()];
      const pages = [await one.get("/account/deletion"), await two.get("/account/deletion")] as const;
      await Promise.all([one.press(pages[0], "Delete my data"), two.press(pages[1], "Delete my data")]);
      assert.equal((await portal.core.store.staff.of(hub.id, "student"))?.active, false);
      assert.equal(await erasePeople(portal.core), 1);
    });

    test("when the person signs in again before or after, they are known anew and nothing is erased", async () => {
      const claims = { sub: "student", username: "student", name: "Emmy Noether", email: "student@example.org" };
      await (await portal.asStudent()).submit("/account/deletion", "Delete my data");
      await signInPerson(portal.core, { ...claims, groups: [] }, "en");
      assert.equal(await erasePeople(portal.core), 0);
      portal.core.clock.advance(1000);
      await (await portal.as({ ...people.student })).submit("/account/deletion", "Delete my data");
      await erasePeople(portal.core);
      await signInPerson(portal.core, { ...claims, groups: [] }, "en");
      assert.equal((await portal.core.store.people.byId("student"))?.name, "Emmy Noether");
    });
  });
});
