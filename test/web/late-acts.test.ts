import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { Hub } from "../../src/domain/hub.ts";
import { lapseChange } from "../../src/usecases/requests/close-change.ts";
import { allRows } from "../support/database-rows.ts";
import { makeChange, makePerson } from "../support/make.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import type { Visitor } from "../support/visitor.ts";
import { matrix, type Row } from "./permission-matrix.ts";

const at = new Date("2026-11-24T09:00:00Z");
const over = {
  declined: { decision: "declined", decidedBy: "governance", decidedAt: at, decisionReason: "Too many" },
  cancelled: { decision: "cancelled", deployment: "removed", removedAt: at, removalCause: "cancelled" },
  "marked for degradation": { decision: "accepted", deployment: "deployed", degradeRequestedAt: at },
  removed: { decision: "accepted", deployment: "removed", removedAt: at, removalCause: "expiry", eraseDataAt: at },
} satisfies Record<string, Partial<Hub>>;

/** People may leave a hub that is over too, and a step of its removal can be tried again at once. */
const possibleLater = [
  "POST /hubs/:id/retry",
  "POST /hubs/:id/staff/:personId/removal",
  "POST /hubs/:id/leaving",
  "POST /participations/:participationId/withdrawal",
];

const acts = matrix.filter(
  ({ route, byMachine, gets }) =>
    route.startsWith("POST ") &&
    /:id|:token|:participationId/.test(route) &&
    !byMachine &&
    Object.keys(gets).length > 0,
);

describe("an act that comes late", () => {
  let portal: TestApp;
  beforeEach(async () => {
    portal = await startTestApp({ env: { HUB_UPDATES: "on" }, rules: { trustEmails: true, updates: true } });
    for (const id of ["co-teacher", "helper", "third"]) await portal.as(makePerson({ id, username: id }));
  });
  afterEach(() => portal.close());

  /** A hub as the row wants it, its address, and somebody who may do the act. */
  const prepare = async (row: Row) => {
    const hub = await portal.addHub(row.hub);
    for (const [personId, role] of [
      ["co-teacher", "teacher"],
      ["helper", "tutor"],
    ] as const) {
      const given = { hubId: hub.id, personId, role, active: true, access: "none" } as const;
      await portal.core.store.staff.keep({ ...given, addedBy: "teacher", addedAt: at, updatedAt: at });
    }
    const change = makeChange(hub);
    if (row.route.includes(":changeId")) await portal.core.store.changes.add(change);
    const accepted = { status: "accepted", access: "granted" } as const;
    const given = row.participation === "applied" ? {} : accepted;
    const personId = row.participation === "own" ? "student" : "third";
    const participation = await portal.addParticipation({ hubId: hub.id, personId, ...given });
    await portal.addParticipation({ hubId: hub.id, personId: "student2" });
    const path = row.route
      .replace("POST ", "")
      .replace(":id", hub.id)
      .replace(":personId", "helper")
      .replace(":changeId", change.id)
      .replace(":participationId", participation.id)
      .replace(":token", hub.invitationToken);
    return { hub, path, visitor: await whoMay(row) };
  };
  const whoMay = ({ route, gets }: Row): Promise<Visitor> => {
    if (/:token|^POST .participations/.test(route)) return portal.asStudent();
    if (route.endsWith("/leaving")) return portal.as(makePerson({ id: "co-teacher", username: "co-teacher" }));
    return typeof gets.teacher === "number" && gets.teacher < 403 ? portal.asTeacher() : portal.asGovernance();
  };
  const words = /\p{L}{2,} \p{L}{2,}/u;

  for (const row of acts) {
    test(`${row.route} a second time is answered in words and changes nothing`, async () => {
      const { path, visitor } = await prepare(row);
      await visitor.post(path, row.fields);
      const before = await allRows(portal.core.knex);
      // What the first did is not there any more, such as a review that has become a redirect.
      const seen = await visitor.post(path, row.fields);
      assert.ok(seen.status < 500, `${seen.status}: ${seen.main}`);
      if (seen.status !== 303) assert.match(seen.main, words);
      assert.deepEqual(await allRows(portal.core.knex), before, `${seen.status}: ${seen.main}`);
    });
  }

  for (const [state, change] of Object.entries(over)) {
    for (const row of acts.filter(({ route }) => !possibleLater.includes(route))) {
      test(`${row.route} for a hub that is ${state} is refused in words and changes nothing`, async () => {
        const { hub, path, visitor } = await prepare(row);
        await portal.core.store.hubs.change(hub.id, {}, change);
        // As every act does that makes a hub go away.
        await lapseChange(portal.core.store, portal.core.clock, hub.id, "The hub is over.");
        const before = await allRows(portal.core.knex);
        const seen = await visitor.post(path, row.fields);
        assert.deepEqual(await allRows(portal.core.knex), before, `${seen.status}: ${seen.main}`);
        assert.ok(seen.status >= 400 && seen.status < 500, `${row.route} ${seen.status} ${seen.main}`);
        assert.match(seen.main, words);
      });
    }
  }
});
