import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { makePerson } from "../support/make.ts";
import { people, startTestApp, type TestApp } from "../support/test-app.ts";
import type { Visitor } from "../support/visitor.ts";
import { fillWorld, hostilePerson } from "./world.ts";

const ofHub = ["", "/participants", "/participants.csv", "/staff", "/timeline", "/servers", "/admission", "/progress"];
const acting = ["/edit", "/change", "/decision", "/degradation", "/cancellation", "/handing-over", "/invitation"];
const slugs = ["pending", "scheduled", "deployed", "failed", "removed", "erased"];
const ofPortal = [
  ...["/participation", "/leadership", "/account", "/account/data.json", "/administration"],
  ...["/administration/requests", "/administration/hubs", "/administration/hubs.csv", "/administration/users"],
  ...["/administration/users/teacher", "/administration/users/co-teacher", "/administration/audit"],
  ...["/administration/audit.csv", "/administration/mails"],
];

describe("pages, when the people of hubs have changed", () => {
  let portal: TestApp;
  beforeEach(async () => {
    portal = await startTestApp({ env: { HUB_UPDATES: "on" }, rules: { updates: true, trustEmails: true } });
    await fillWorld(portal);
  });
  afterEach(() => portal.close());

  const visitors = (): Promise<Visitor>[] => [
    portal.asGovernance(),
    portal.as(makePerson({ id: "co-teacher" })),
    portal.as(makePerson({ id: "tutor" })),
    portal.as(hostilePerson),
    portal.asTeacher(),
  ];
  const lookAtAll = async (gone: string | null) => {
    const ids: string[] = await portal.core.knex("hubs").whereIn("slug", slugs).pluck("id");
    for (const each of visitors()) {
      const visitor = await each;
      for (const path of [
        ...ofPortal,
        ...ids.flatMap((id) => [...ofHub, ...acting].map((page) => `/hubs/${id}${page}`)),
      ]) {
        const seen = await visitor.get(path);
        assert.ok(seen.status < 500, `${path}: ${seen.status} ${seen.main.slice(0, 300)}`);
        if (gone !== null) assert.doesNotMatch(seen.text, new RegExp(gone), path);
      }
    }
  };
  const erase = async (personId: string) => {
    await portal.core.store.personalData.requestErasure(personId, portal.core.clock.now());
    await portal.core.store.personalData.erase(personId, portal.core.clock.now());
  };

  test("all work after the teacher's data was erased, and none tells who it was", async () => {
    await erase("teacher");
    await lookAtAll("Ada Lovelace|teacher@example.org");
  });

  test("all work after a co-teacher's data was erased", async () => {
    await erase("co-teacher");
    await lookAtAll(null);
  });

  test("all work after the teacher lost the teacher role, and the hubs stay theirs", async () => {
    await portal.core.store.people.change("teacher", { groups: [] });
    portal.core.identity.users.set("teacher", { ...people.teacher, groups: [] });
    await lookAtAll(null);
    const leadership = await (await portal.asTeacher()).get("/leadership");
    assert.equal(leadership.status, 200);
    assert.doesNotMatch(leadership.main, /Create new Request/);
    const id = await portal.core.knex("hubs").where({ slug: "removed" }).first("id");
    const page = await (await portal.asTeacher()).get(`/hubs/${id.id}`);
    assert.doesNotMatch(page.main, /Request again/);
  });

  test("all work after the accounts of teacher and participants were deactivated", async () => {
    for (const id of ["teacher", "student", "co-teacher"]) await portal.core.store.people.change(id, { active: false });
    await lookAtAll(null);
  });
});
