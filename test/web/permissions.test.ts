import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { allRows } from "../support/database-rows.ts";
import { makeChange, makePerson } from "../support/make.ts";
import { routesOf } from "../support/routes.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import type { Seen, Visitor } from "../support/visitor.ts";
import { type Expected, matrix, type Role, type Row, roles } from "./permission-matrix.ts";

const isPost = (row: Row) => row.route.startsWith("POST ");
const expectedOf = (row: Row, role: Role): Expected =>
  row.gets[role] ?? (role === "signedOut" ? "sign-in" : (row.gets.others ?? 404));

describe("permissions", () => {
  let portal: TestApp;
  // A portal for each test, since "nothing has changed" reads everything there is.
  beforeEach(async () => {
    const logo = resolve(import.meta.dirname, "../../public/icon.svg");
    // Everything that can be switched on is on, so that no route stays out.
    portal = await startTestApp({
      env: { INSTITUTION_LOGO: logo, HUB_UPDATES: "on" },
      rules: { trustEmails: true },
    });
    for (const role of ["tutor", "coTeacher"] as const) await visitorOf[role]();
    // A second tutor, whom acts on the staff are about.
    await portal.as(makePerson({ id: "helper", username: "helper" }));
  });
  afterEach(() => portal.close());

  /** Makes the hub and who takes part in it, and the address for one role. */
  const prepare = async (row: Row, role: Role) => {
    const hub = await portal.addHub(row.hub);
    await portal.addParticipation({ hubId: hub.id, personId: "student", status: "applied" });
    const access = { status: "accepted", access: "granted" } as const;
    await portal.addParticipation({ hubId: hub.id, personId: "student2", ...access });
    for (const [personId, part] of [
      ["tutor", "tutor"],
      ["co-teacher", "teacher"],
      ["helper", "tutor"],
    ] as const) {
      const at = portal.core.clock.now();
      const given = { hubId: hub.id, personId, role: part, active: true, access: "none" } as const;
      await portal.core.store.staff.keep({ ...given, addedBy: "teacher", addedAt: at, updatedAt: at });
    }
    const change = makeChange(hub);
    if (row.route.includes(":changeId")) await portal.core.store.changes.add(change);
    const { mails } = portal.core.store;
    const mail = { kind: "hub-failed", to: { personId: "teacher" }, hubId: hub.id, reason: null } as const;
    await mails.add(mail, portal.core.clock.now());
    for (const { id } of await mails.due(portal.core.clock.now(), 1000)) await mails.markFailed(id, "refused", null);
    const third = makePerson();
    await portal.as(third);
    const given = row.participation === "accepted" ? access : {};
    const theirs = await portal.addParticipation({ hubId: hub.id, personId: third.id, ...given });
    const own = { applicant: "student", participant: "student2" }[role as string];
    const participation =
      row.participation === "own" && own !== undefined
        ? await portal.core.store.participations.of(hub.id, own)
        : theirs;
    const path = row.route
      .replace(/^[A-Z]+ /, "")
      .replace(":id", hub.id)
      .replace(":personId", "helper")
      .replace(":changeId", change.id)
      .replace(":participationId", participation?.id ?? "")
      .replace(":personId", third.id)
      .replace(":token", hub.invitationToken);
    return { hub, path };
  };
  const visitorOf: Record<Role, () => Visitor | Promise<Visitor>> = {
    signedOut: () => portal.signedOut(),
    stranger: () => portal.as(makePerson()),
    applicant: () => portal.asStudent(),
    participant: () => portal.asOtherStudent(),
    otherTeacher: () => portal.asOtherTeacher(),
    tutor: () => portal.as(makePerson({ id: "tutor" })),
    coTeacher: () => portal.as(makePerson({ id: "co-teacher" })),
    teacher: () => portal.asTeacher(),
    governance: () => portal.asGovernance(),
  };
  const ask = (visitor: Visitor, row: Row, path: string, csrf?: string | null): Promise<Seen> => {
    if (!isPost(row)) return visitor.get(path);
    const fields = { ...row.fields };
    // The same form and slug again would be found to be sent twice.
    if (fields.submissionKey) fields.submissionKey = randomUUID();
    if (fields.slug) fields.slug = `slug-${randomUUID().slice(0, 8)}`;
    return visitor.post(path, fields, csrf === undefined ? {} : { csrf });
  };
  const seenAs = ({ status, location }: Seen): Expected =>
    status === 303 && location?.startsWith("/sign-in") ? "sign-in" : status;

  test("every route of the app has a row in the matrix, and every row a route", () => {
    const routes = routesOf(portal.app);
    const rows = matrix.map((row) => row.route);
    const missing = routes.filter((route) => !rows.includes(route));
    const advice =
      "Add a row to test/web/permission-matrix.ts that says what each role gets there; its top explains how.";
    assert.deepEqual(missing, [], `These routes have no row in the permission matrix. ${advice}`);
    const stale = rows.filter((route) => !routes.includes(route));
    assert.deepEqual(stale, [], "These rows of test/web/permission-matrix.ts name routes that the app does not have.");
  });

  for (const row of matrix) {
    test(row.route, async () => {
      for (const role of roles) {
        const { path } = await prepare(row, role);
        const visitor = await visitorOf[role]();
        const before = await allRows(portal.core.knex);
        const seen = await ask(visitor, row, path);
        const expected = expectedOf(row, role);
        assert.equal(seenAs(seen), expected, `${row.route} as ${role}: ${seen.main.slice(0, 200)}`);
        const after = await allRows(portal.core.knex);
        const allowed = (isPost(row) || row.isNoted === true) && typeof expected === "number" && expected < 400;
        if (!allowed) {
          assert.deepEqual(after, before, `${row.route} as ${role} changed something`);
        } else if (!row.changesNothing?.includes(role)) {
          assert.notDeepEqual(after, before, `${row.route} as ${role} did nothing`);
        }
      }
    });
  }

  for (const row of matrix.filter((each) => isPost(each) && !each.byMachine)) {
    test(`${row.route} without the right CSRF token is refused and changes nothing`, async () => {
      for (const role of roles.filter((each) => each !== "signedOut")) {
        const { path } = await prepare(row, role);
        const visitor = await visitorOf[role]();
        for (const csrf of [null, "wrong"]) {
          const before = await allRows(portal.core.knex);
          const seen = await ask(visitor, row, path, csrf);
          assert.equal(seen.status, 403, `${row.route} as ${role} with token ${csrf}`);
          assert.deepEqual(await allRows(portal.core.knex), before, `${row.route} as ${role} changed something`);
        }
      }
    });
  }

  for (const row of matrix.filter(({ route }) => route.includes(":"))) {
    test(`${row.route} with an id that is none, or nobody's, is not found`, async () => {
      for (const role of ["participant", "teacher", "governance"] as const) {
        const visitor = await visitorOf[role]();
        for (const id of [randomUUID(), "1", "nonsense", "%00", "a'--", "..%2F.."]) {
          const path = row.route.replace(/^[A-Z]+ /, "").replace(/:\w+/g, id);
          const seen = await ask(visitor, row, path);
          assert.equal(seen.status, 404, `${path} as ${role}`);
        }
      }
    });
  }

  for (const row of matrix.filter(({ route }) => route.includes(":id") && route.includes(":participationId"))) {
    test(`${row.route} with somebody of another hub is not found`, async () => {
      const { path } = await prepare(row, "teacher");
      const other = await portal.addHub(row.hub);
      const foreign = await portal.addParticipation({ hubId: other.id, personId: "student", status: "accepted" });
      const before = await allRows(portal.core.knex);
      const visitor = await portal.asTeacher();
      const seen = await ask(visitor, row, path.replace(/(participants\/)[^/]+/, `$1${foreign.id}`));
      assert.equal(seen.status, 404);
      assert.deepEqual(await allRows(portal.core.knex), before);
    });
  }

  for (const row of matrix.filter(({ route }) => route.includes(":changeId"))) {
    test(`${row.route} with a change request of another hub is not found`, async () => {
      const { path } = await prepare(row, "teacher");
      const other = await portal.addHub(row.hub);
      const foreign = makeChange(other);
      await portal.core.store.changes.add(foreign);
      const before = await allRows(portal.core.knex);
      const visitor = await (row.gets.governance === 403 ? portal.asTeacher() : portal.asGovernance());
      const seen = await ask(visitor, row, path.replace(/(changes\/)[^/]+/, `$1${foreign.id}`));
      assert.equal(seen.status, 404);
      assert.deepEqual(await allRows(portal.core.knex), before);
    });
  }

  test("who is not signed in comes back to the page they wanted, after signing in", async () => {
    const seen = await portal.signedOut().get("/administration/hubs?text=a%26b&phase=failed");
    assert.equal(seen.location, "/sign-in?returnTo=%2Fadministration%2Fhubs%3Ftext%3Da%2526b%26phase%3Dfailed");
  });
});
