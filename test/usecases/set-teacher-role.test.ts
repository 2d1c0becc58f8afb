import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { Actor } from "../../src/domain/actor.ts";
import { Conflict, Forbidden, NotFound, Unavailable } from "../../src/domain/errors.ts";
import { deliverMails } from "../../src/usecases/mails/deliver-mails.ts";
import { currentActor, rolesMaxAgeMs } from "../../src/usecases/people/current-actor.ts";
import { setTeacherRole } from "../../src/usecases/people/set-teacher-role.ts";
import { showPerson } from "../../src/usecases/people/show-person.ts";
import { signInPerson } from "../../src/usecases/people/sign-in-person.ts";
import { createFakeCore, type FakeCore } from "../fakes/core.ts";
import { makeHub, makePerson } from "../support/make.ts";

const governance: Actor = {
  person: makePerson({ id: "governance", username: "governance" }),
  roles: { teacher: false, governance: true },
};
const ada = makePerson({ id: "ada", username: "ada", name: "Ada Lovelace", groups: ["staff"] });
const anybody = { personId: null, person: "", hub: "", kind: null, from: null, until: null };

describe("the teacher role", () => {
  let core: FakeCore;
  beforeEach(async () => {
    core = await createFakeCore();
    await core.store.people.keep({ ...governance.person, checkedAt: core.clock.now() });
    await core.store.people.keep({ ...ada, checkedAt: core.clock.now() });
    core.identity.users.set("ada", { ...ada });
    core.identity.users.set("governance", { ...governance.person, groups: ["portal-admins"] });
  });
  afterEach(() => core.close());

  const set = (teacher: boolean, personId = "ada") => setTeacherRole(core, governance, { personId, teacher });
  const events = async () =>
    (await core.store.audit.list(anybody, null, 10)).map((event) => [event.kind, event.actorId, event.subjectId]);

  test("when it is granted, Authentik has it, the tab appears with the next page, and the audit log tells", async () => {
    assert.equal((await currentActor(core, "ada"))?.tabs.leadership, false);
    await set(true);
    assert.deepEqual(core.identity.users.get("ada")?.groups, ["staff", "portal-leaders"]);
    assert.equal((await currentActor(core, "ada"))?.tabs.leadership, true);
    assert.deepEqual(await events(), [["teacher-granted", "governance", "ada"]]);
  });

  test("when it is taken, the person may request no more, and other groups stay", async () => {
    await set(true);
    await set(false);
    assert.deepEqual(core.identity.users.get("ada")?.groups, ["staff"]);
    assert.equal((await currentActor(core, "ada"))?.roles.teacher, false);
    assert.deepEqual((await events())[0], ["teacher-taken", "governance", "ada"]);
  });

  test("somebody who has never signed in here can be made a teacher, and is never seen until they do", async () => {
    core.identity.users.set("max", { ...ada, id: "max", username: "max", name: "Max Born" });
    await set(true, "max");
    const known = await core.store.directory.byId("max");
    assert.deepEqual([known?.person.name, known?.lastSeenAt], ["Max Born", null]);
    assert.ok(known?.person.groups.includes("portal-leaders"));
  });

  test("a second click is told what is so already, and changes nothing", async () => {
    await set(true);
    await assert.rejects(set(true), Conflict);
    assert.equal((await events()).length, 1);
    await assert.rejects(set(false, "governance"), Conflict);
  });

  test("when Authentik does not do it, nothing is changed and nothing is told", async () => {
    core.onCall = (call) => {
      if (call === "identity.setNamedGroupMembership") throw new Unavailable("Authentik does not answer.");
    };
    await assert.rejects(set(true), Unavailable);
    assert.deepEqual(await events(), []);
    assert.ok(!(await core.store.people.byId("ada"))?.groups.includes("portal-leaders"));
  });

  test("when the portal was killed after Authentik did it, the same act once more completes it", async () => {
    await core.identity.setNamedGroupMembership("portal-leaders", "ada", true);
    await set(true);
    assert.deepEqual(await events(), [["teacher-granted", "governance", "ada"]]);
    assert.equal((await currentActor(core, "ada"))?.roles.teacher, true);
  });

  test("a deactivated account is not made a teacher, and who is in no Authentik does not exist", async () => {
    core.identity.users.set("ada", { ...ada, active: false });
    await assert.rejects(set(true), Conflict);
    await assert.rejects(set(true, "nobody"), NotFound);
    assert.deepEqual(await events(), []);
  });

  test("only governance may", async () => {
    const teacher = { person: ada, roles: { teacher: true, governance: false } };
    await assert.rejects(setTeacherRole(core, teacher, { personId: "ada", teacher: true }), Forbidden);
    assert.deepEqual(core.identity.users.get("ada")?.groups, ["staff"]);
  });

  test("a role that was changed by hand in Authentik is told once, whether found while working or at sign-in", async () => {
    core.identity.users.set("ada", { ...ada, groups: ["portal-leaders"] });
    core.clock.advance(rolesMaxAgeMs + 1);
    await currentActor(core, "ada");
    await currentActor(core, "ada");
    assert.deepEqual(await events(), [["role-found", null, "ada"]]);
    const claims = { sub: "ada", username: "ada", name: "Ada", email: "", groups: [] };
    await signInPerson(core, claims, "en");
    await signInPerson(core, claims, "en");
    assert.deepEqual((await events())[0], ["role-gone", null, "ada"]);
    assert.equal((await events()).length, 2);
  });

  test("governance that was given by hand is told when a mail for governance finds it", async () => {
    await core.store.people.change("governance", { groups: [] });
    const hub = makeHub({ teacherId: "ada" });
    await core.store.hubs.add(hub, "form");
    const mail = { kind: "request-filed", to: "governance", hubId: hub.id, reason: null } as const;
    await core.store.mails.add(mail, core.clock.now());
    await deliverMails(core);
    assert.deepEqual(await events(), [["role-found", null, "governance"]]);
  });

  test("last seen moves with use, at most every five minutes; known since never moves", async () => {
    const claims = { sub: "new", username: "new", name: "New", email: "", groups: [] };
    await signInPerson(core, claims, "en");
    core.identity.users.set("new", { ...ada, id: "new", username: "new" });
    const first = core.clock.now();
    assert.deepEqual((await core.store.directory.byId("new"))?.lastSeenAt, first);
    core.clock.advance(rolesMaxAgeMs + 1);
    await currentActor(core, "new");
    const known = await core.store.directory.byId("new");
    assert.deepEqual(known?.lastSeenAt, core.clock.now());
    assert.deepEqual(known?.knownSince, first);
  });

  test("of somebody who had their data deleted here, nothing comes back until they sign in", async () => {
    await core.store.personalData.requestErasure("ada", core.clock.now());
    await core.store.personalData.erase("ada", core.clock.now());
    const one = { page: 1, size: 1 };
    await showPerson(core, governance, { personId: "ada", hubs: one, participations: one });
    await set(true);
    const known = await core.store.directory.byId("ada");
    assert.deepEqual([known?.person.name, known?.person.email, known?.lastSeenAt], ["Deleted person", "", null]);
    await signInPerson(core, { sub: "ada", username: "ada", name: "Ada", email: "", groups: [] }, "en");
    assert.equal((await core.store.directory.byId("ada"))?.person.name, "Ada");
  });
});
