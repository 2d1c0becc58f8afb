import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { Actor } from "../../src/domain/actor.ts";
import type { Hub } from "../../src/domain/hub.ts";
import { cancelHub } from "../../src/usecases/hubs/cancel-hub.ts";
import { degradeHub } from "../../src/usecases/hubs/degrade-hub.ts";
import { redeployHub } from "../../src/usecases/hubs/redeploy-hub.ts";
import { requestAccess } from "../../src/usecases/participants/request-access.ts";
import { reconcileHub } from "../../src/usecases/reconcile/reconcile-hub.ts";
import { decideHub } from "../../src/usecases/requests/decide-hub.ts";
import { createFakeCore, type FakeCore } from "../fakes/core.ts";
import { makeChange, makeHub, makeParticipation, makePerson } from "../support/make.ts";

const actorOf = (id: string, governance = false): Actor => ({
  person: makePerson({ id, username: id }),
  roles: { teacher: false, governance },
});
const owner = actorOf("owner");
const coTeacher = actorOf("co-teacher");
const tutor = actorOf("tutor");
const student = actorOf("student");
const governance = actorOf("governance", true);

describe("mails to the teacher of a hub with co-teachers and tutors", () => {
  let core: FakeCore;
  beforeEach(async () => {
    core = await createFakeCore();
    for (const { person } of [owner, coTeacher, tutor, student, governance]) await core.store.people.keep(person);
  });
  afterEach(() => core.close());

  const add = async (given: Partial<Hub>) => {
    const hub = makeHub({ teacherId: "owner", ...given });
    await core.store.hubs.add(hub, hub.id);
    const at = { addedBy: "owner", addedAt: core.clock.now(), updatedAt: core.clock.now() };
    for (const [personId, role] of [
      ["co-teacher", "teacher"],
      ["tutor", "tutor"],
    ] as const) {
      await core.store.staff.keep({ hubId: hub.id, personId, role, active: true, access: "none", ...at });
    }
    return hub;
  };
  /** Who is owed a mail of this kind, governance as a whole as "all of governance". */
  const told = async (kind: string) =>
    (await core.store.mails.due(core.clock.now(), 100))
      .filter((mail) => mail.kind === kind)
      .map(({ to }) => (to === "governance" ? "all of governance" : to.personId))
      .sort();

  test("when governance accepts, both teachers are told, and the tutor is not", async () => {
    const hub = await add({});
    await decideHub(core, governance, { hubId: hub.id, version: 1, decision: "accepted", reason: "" });
    assert.deepEqual(await told("request-accepted"), ["co-teacher", "owner"]);
  });

  test("when a co-teacher marks the hub for degradation, the owner is told", async () => {
    const hub = await add({ decision: "accepted", deployment: "deployed" });
    await degradeHub(core, coTeacher, { hubId: hub.id, reason: "" });
    assert.deepEqual(await told("hub-degradation-marked"), ["owner"]);
  });

  test("when a co-teacher cancels, the owner is told", async () => {
    const hub = await add({ decision: "accepted" });
    await cancelHub(core, coTeacher, { hubId: hub.id, reason: "" });
    assert.deepEqual(await told("hub-cancelled"), ["owner"]);
  });

  test("when governance cancels, teachers get the mail for teachers, and applicants theirs, each once", async () => {
    const hub = await add({ decision: "accepted" });
    for (const personId of ["student", "co-teacher"]) {
      await core.store.participations.add(makeParticipation({ hubId: hub.id, personId }));
    }
    await cancelHub(core, governance, { hubId: hub.id, reason: "" });
    assert.deepEqual(await told("hub-cancelled"), ["co-teacher", "owner"]);
    assert.deepEqual(await told("participation-cancelled"), ["student"]);
  });

  test("when a change is not decided before deployment begins, both are told that it lapsed", async () => {
    const hub = await add({ decision: "accepted", decidedAt: core.clock.now() });
    await core.store.changes.add(makeChange(hub, { createdBy: "owner" }));
    await reconcileHub(core, hub.id);
    assert.deepEqual(await told("change-lapsed"), ["co-teacher", "owner"]);
  });

  test("when governance triggers a redeployment of a hub that never came up, governance is told once it is up", async () => {
    const failed = { deployment: "failed", attempts: 3, failureReason: "The cluster is full." } as const;
    const hub = await add({ decision: "accepted", decidedAt: core.clock.now(), ...failed });
    core.clock.advance(1000);
    await redeployHub(core, governance, { hubId: hub.id, version: hub.version });
    for (let look = 0; look < 3; look++) await reconcileHub(core, hub.id);
    assert.deepEqual(await told("hub-redeployed"), ["all of governance"]);
  });

  test("when somebody applies, both are told, once a day each", async () => {
    const hub = await add({ decision: "accepted" });
    await requestAccess(core, student, { token: hub.invitationToken, acceptedTerms: null });
    await requestAccess(core, governance, { token: hub.invitationToken, acceptedTerms: null });
    assert.deepEqual(await told("new-applications"), ["co-teacher", "owner"]);
  });

  test("when the hub opens, fails for good and goes away, both are told", async () => {
    const hub = await add({ decision: "accepted", decidedAt: core.clock.now() });
    const takesPart = makeParticipation({ hubId: hub.id, personId: "co-teacher", status: "accepted" });
    await core.store.participations.add(takesPart);
    core.backend.ready = { ready: false, final: true, reason: "There is no Python." };
    await reconcileHub(core, hub.id);
    assert.deepEqual(await told("hub-failed"), ["all of governance", "co-teacher", "owner"]);
    core.backend.ready = { ready: true };
    core.clock.advance(3 * 60_000);
    for (let look = 0; look < 3; look++) await reconcileHub(core, hub.id);
    assert.deepEqual(await told("hub-deployed"), ["co-teacher", "owner"]);
    await degradeHub(core, owner, { hubId: hub.id, reason: "" });
    for (let look = 0; look < 3; look++) await reconcileHub(core, hub.id);
    assert.deepEqual(await told("hub-removed"), ["co-teacher", "owner"]);
    assert.deepEqual([...(await told("hub-open")), ...(await told("hub-over"))], [], "not also as a participant");
  });
});
