import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { people, startTestApp, type TestApp } from "../support/test-app.ts";

describe("what a hub's page tells of its group in Authentik", () => {
  let app: TestApp;
  before(async () => {
    app = await startTestApp();
  });
  after(() => app.close());

  const live = { decision: "accepted", deployment: "deployed", groupId: "group-1" } as const;
  const stranger = {
    userId: "c0ffee00-0000-4000-8000-000000000001",
    username: "lea",
    name: "Lea <Vogt>",
    email: "lea@example.org",
    foundAt: new Date("2026-11-24T09:00:00Z"),
  };

  test("people added by hand are named to the teacher, and what to do about them", async () => {
    const hub = await app.addHub(live);
    await app.core.store.identities.keepStrangers(hub.id, [stranger]);
    const teacher = await app.asTeacher();
    const page = await teacher.get(`/hubs/${hub.id}`);
    assert.match(page.main, /Added by hand in Authentik.*Lea <Vogt> \(lea\), lea@example\.org/);
    await app.core.store.identities.keepStrangers(hub.id, []);
    assert.doesNotMatch((await teacher.get(`/hubs/${hub.id}`)).main, /Added by hand/);
  });

  test("trouble with looking is said, as long as it lasts", async () => {
    const hub = await app.addHub(live);
    await app.core.store.identities.keep(hub.id, { trouble: "Authentik does not answer." });
    const teacher = await app.asTeacher();
    assert.match((await teacher.get(`/hubs/${hub.id}`)).main, /may be out of date. Authentik does not answer\./);
    await app.core.store.identities.keep(hub.id, { trouble: null });
    assert.doesNotMatch((await teacher.get(`/hubs/${hub.id}`)).main, /out of date/);
  });

  test("a participant whose account has ended is shown, and the seat is free", async () => {
    const hub = await app.addHub(live);
    await app.addParticipation({ hubId: hub.id, personId: "student", status: "accepted", access: "none" });
    await app.core.store.people.change("student", { active: false });
    const page = await (await app.asTeacher()).get(`/hubs/${hub.id}`);
    assert.match(page.main, /0 of 25 seats taken/);
    assert.match(page.main, /deactivated or gone in Authentik; the seat is free/);
    assert.doesNotMatch(page.main, /access is being/);
    await app.core.store.people.change("student", { active: true });
    assert.match((await (await app.asTeacher()).get(`/hubs/${hub.id}`)).main, /1 of 25 seats taken/);
  });

  test("the invitation says beforehand how Authentik stops those who are not accepted yet", async () => {
    const hub = await app.addHub({ ...live, deployment: "none", invitationToken: "token-of-the-invitation" });
    const student = await app.asOtherStudent();
    const path = `/invitations/${hub.invitationToken}`;
    assert.match((await student.get(path)).main, /stopped by Authentik.*permission is denied/);
    await app.addParticipation({ hubId: hub.id, personId: "student2" });
    assert.match((await student.get(path)).main, /Until you are accepted, Authentik/);
    const { id } = (await app.core.store.participations.of(hub.id, "student2")) ?? { id: "" };
    await app.core.store.participations.change(id, { status: "applied" }, { status: "accepted" });
    assert.doesNotMatch((await student.get(path)).main, /permission is denied/);
  });

  test("a hub that is over tells nothing of strangers", async () => {
    const hub = await app.addHub({ ...live, deployment: "removed", groupId: null });
    await app.core.store.identities.keepStrangers(hub.id, [stranger]);
    const page = await (await app.as(people.governance)).get(`/hubs/${hub.id}`);
    assert.doesNotMatch(page.main, /Added by hand/);
  });
});
