import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { Unavailable } from "../../src/domain/errors.ts";
import { makePerson } from "../support/make.ts";
import { people, startTestApp, type TestApp } from "../support/test-app.ts";
import type { Visitor } from "../support/visitor.ts";

describe("users", () => {
  let portal: TestApp;
  let governance: Visitor;
  beforeEach(async () => {
    portal = await startTestApp();
    governance = await portal.asGovernance();
    portal.core.identity.users.set("new", makePerson({ id: "new", username: "newton", name: "Isaac Newton" }));
  });
  afterEach(() => portal.close());
  const away = () => {
    portal.core.onCall = (call) => {
      if (call.startsWith("identity.")) throw new Unavailable("Authentik does not answer.");
    };
  };

  test("people are found here and in Authentik, each once, and lead to their page", async () => {
    const seen = await governance.get("/administration/users?text=new");
    assert.match(seen.$("section[aria-labelledby=unknown]").text(), /Isaac Newton/);
    assert.match(seen.$("section[aria-labelledby=known]").text(), /Nobody whom the portal knows/);
    const both = await governance.get("/administration/users?text=lovelace");
    assert.equal(both.$("main tbody tr").length, 1);
    assert.match(both.main, /Authentik has nobody else/);
    const page = await governance.get(both.$("main tbody th a").attr("href") ?? "");
    assert.match(page.$("h1").text(), /Ada Lovelace/);
  });

  test("the list counts hubs that one teaches and hubs that one helps with", async () => {
    const hub = await portal.addHub();
    const at = portal.core.clock.now();
    for (const personId of ["teacher", "teacher2"]) {
      await portal.core.store.staff.keep({
        ...{ hubId: hub.id, personId, role: "teacher", active: true, access: "none" },
        ...{ addedBy: "teacher", addedAt: at, updatedAt: at },
      });
    }
    const { $ } = await governance.get("/administration/users?role=teacher");
    assert.deepEqual(
      $("main tbody tr")
        .toArray()
        .map((row) => $(row).find("td[data-label=Hubs]").text().trim()),
      ["1", "1"],
    );
  });

  test("a role narrows the list", async () => {
    const names = async (role: string) => {
      const { $ } = await governance.get(`/administration/users?role=${role}`);
      return $("main tbody th a")
        .toArray()
        .map((each) => $(each).text());
    };
    assert.deepEqual(await names("teacher"), ["Ada Lovelace", "Alan Turing"]);
    assert.deepEqual(await names("governance"), ["Grace Hopper", "Joan Clarke"]);
  });

  test("when Authentik is away, both pages say so and show what the portal knows, with its age", async () => {
    away();
    const list = await governance.get("/administration/users?text=ada");
    assert.equal(list.status, 200);
    assert.match(list.main, /Authentik could not be asked.*Authentik does not answer/);
    assert.match(list.main, /Ada Lovelace/);
    const page = await governance.get("/administration/users/teacher");
    assert.equal(page.status, 200);
    assert.match(page.main, /as of 24 November 2026/);
    assert.equal(page.$("a[href$='/teacher/teacher']").length, 0);
    assert.equal((await governance.get("/administration/users/new")).status, 404);
  });

  test("a person's page tells of hubs with the part in them, and of participation", async () => {
    const hub = await portal.addHub({ name: "Graphs", decision: "accepted", deployment: "deployed" });
    const at = portal.core.clock.now();
    const part = { hubId: hub.id, personId: "teacher2", role: "tutor", active: true, access: "none" } as const;
    await portal.core.store.staff.keep({ ...part, addedBy: "teacher", addedAt: at, updatedAt: at });
    await portal.addParticipation({ hubId: hub.id, personId: "student", status: "accepted" });
    assert.match((await governance.get("/administration/users/teacher")).main, /Graphs\s*Teacher\s*Deployed/);
    assert.match((await governance.get("/administration/users/teacher2")).main, /Graphs\s*Tutor\s*Deployed/);
    const student = await governance.get("/administration/users/student");
    assert.match(
      student.$("section[aria-labelledby=participations-title]").text(),
      /Graphs[\s\S]*Ada Lovelace[\s\S]*Accepted/,
    );
    assert.match(student.main, /None: neither requested/);
  });

  test("the teacher role is granted and taken by a page that says what it means; the tab follows at once", async () => {
    const student = await portal.asStudent();
    assert.equal((await student.get("/leadership")).status, 404);
    const done = await governance.submit("/administration/users/student/teacher", "Make teacher");
    assert.match((await governance.follow(done)).main, /Emmy Noether is a teacher now/);
    assert.equal((await student.get("/leadership")).status, 200);
    await portal.addHub({ teacherId: "student" });
    const confirm = await governance.get("/administration/users/student/teacher");
    assert.match(confirm.main, /keeps their hub/);
    await governance.press(confirm, "Take the teacher role");
    // Hubs stay theirs, so the tab does; but requesting is over.
    assert.equal((await student.get("/leadership")).status, 200);
    assert.equal((await student.get("/hubs/new")).status, 403);
  });

  test("an old form does not turn around what somebody else did meanwhile", async () => {
    const old = await governance.get("/administration/users/student/teacher");
    const other = await portal.asCoGovernance();
    await other.submit("/administration/users/student/teacher", "Make teacher");
    const late = await governance.press(old, "Make teacher");
    assert.equal(late.status, 409);
    assert.match(late.main, /Emmy Noether is a teacher already/);
    assert.ok(portal.core.identity.users.get("student")?.groups.includes("portal-leaders"));
  });

  test("when Authentik refuses the change, the page says so and nothing has changed", async () => {
    const confirm = await governance.get("/administration/users/student/teacher");
    portal.core.onCall = (call) => {
      if (call === "identity.setNamedGroupMembership") throw new Unavailable("Authentik does not answer.");
    };
    const failed = await governance.press(confirm, "Make teacher");
    assert.equal(failed.status, 503);
    assert.match(failed.main, /Authentik does not answer/);
    assert.ok(!(await portal.core.store.people.byId("student"))?.groups.includes("portal-leaders"));
  });

  test("governance is shown and has no button", async () => {
    const seen = await governance.get(`/administration/users/${people.coGovernance.id}`);
    assert.match(seen.main, /Is of governance.*decided in Authentik alone, by its group portal-admins/);
    assert.equal(seen.$("main button, main .button").length, 1, "only that of the teacher role");
  });
});
