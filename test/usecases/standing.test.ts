import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { Actor } from "../../src/domain/actor.ts";
import { Conflict, Forbidden, NotFound } from "../../src/domain/errors.ts";
import type { Hub } from "../../src/domain/hub.ts";
import type { StaffRole } from "../../src/domain/hub-staff.ts";
import {
  hubGovernedBy,
  hubLedBy,
  hubOversightOf,
  hubSeenBy,
  hubStaffedBy,
  teachersOf,
} from "../../src/usecases/find-hub.ts";
import { requestAccess } from "../../src/usecases/participants/request-access.ts";
import { currentActor } from "../../src/usecases/people/current-actor.ts";
import { hubSpecOf, hubSpecsOf } from "../../src/usecases/reconcile/hub-spec.ts";
import { settleAccess } from "../../src/usecases/reconcile/settle-access.ts";
import { createFakeCore, type FakeCore } from "../fakes/core.ts";
import { makeHub, makeParticipation, makePerson } from "../support/make.ts";

const actorOf = (id: string, governance = false): Actor => ({
  person: makePerson({ id, username: id }),
  roles: { teacher: false, governance },
});
const people = {
  owner: actorOf("owner"),
  coTeacher: actorOf("co-teacher"),
  tutor: actorOf("tutor"),
  former: actorOf("former"),
  governance: actorOf("governance", true),
  stranger: actorOf("stranger"),
};

describe("what a person is to a hub", () => {
  let core: FakeCore;
  let hub: Hub;
  const addStaff = (actor: Actor, role: StaffRole, active = true) =>
    core.store.staff.keep({
      hubId: hub.id,
      personId: actor.person.id,
      role,
      active,
      access: "none",
      addedBy: "owner",
      addedAt: core.clock.now(),
      updatedAt: core.clock.now(),
    });
  beforeEach(async () => {
    core = await createFakeCore();
    for (const { person } of Object.values(people)) {
      await core.store.people.keep({ ...person, checkedAt: core.clock.now() });
      core.identity.users.set(person.id, { ...person });
    }
    hub = makeHub({ teacherId: "owner", decision: "accepted", deployment: "deployed" });
    await core.store.hubs.add(hub, hub.id);
    await addStaff(people.coTeacher, "teacher");
    await addStaff(people.tutor, "tutor");
    await addStaff(people.former, "teacher", false);
  });
  afterEach(() => core.close());

  const outcome = async (work: Promise<unknown>) => {
    try {
      await work;
      return "may";
    } catch (error) {
      if (error instanceof Forbidden) return "forbidden";
      if (error instanceof NotFound) return "not found";
      throw error;
    }
  };

  test("decides who may see, lead, oversee, staff and govern it", async () => {
    const acts = [hubSeenBy, hubLedBy, hubOversightOf, hubStaffedBy, hubGovernedBy];
    const expected: Record<keyof typeof people, string[]> = {
      owner: ["may", "may", "may", "may", "forbidden"],
      coTeacher: ["may", "may", "may", "may", "forbidden"],
      tutor: ["may", "forbidden", "forbidden", "may", "forbidden"],
      former: ["not found", "not found", "not found", "not found", "not found"],
      governance: ["may", "forbidden", "may", "forbidden", "may"],
      stranger: ["not found", "not found", "not found", "not found", "not found"],
    };
    for (const [who, outcomes] of Object.entries(expected)) {
      const actor = people[who as keyof typeof people];
      const seen = [];
      for (const act of acts) seen.push(await outcome(act(core, actor, hub.id)));
      assert.deepEqual(seen, outcomes, who);
    }
  });

  test("when somebody is on the staff, the hub is listed under Leadership, and no longer when they were taken off", async () => {
    const listed = async (id: string) =>
      (await core.store.hubs.listOf(id, { page: 1, size: 10 })).items.map((row) => row.hub.id);
    for (const id of ["owner", "co-teacher", "tutor"]) {
      assert.deepEqual(await listed(id), [hub.id], id);
      assert.equal((await currentActor(core, id))?.tabs.leadership, true, id);
    }
    assert.deepEqual(await listed("former"), []);
    assert.equal((await currentActor(core, "former"))?.tabs.leadership, false);
  });

  test("what many hubs need is what each of them needs, also one whose secrets are still to be made", async () => {
    const other = makeHub({ teacherId: "co-teacher", decision: "accepted", deployment: "deployed" });
    const third = makeHub({ teacherId: "owner", decision: "accepted", deployment: "deployed" });
    for (const added of [other, third]) await core.store.hubs.add(added, added.id);
    const first = await hubSpecOf(core, hub);
    const specs = await hubSpecsOf(core, [other, hub, third]);
    assert.deepEqual(specs[1], first);
    assert.deepEqual(specs, [await hubSpecOf(core, other), first, await hubSpecOf(core, third)]);
    assert.deepEqual(
      specs.map(({ teachers }) => teachers),
      [["co-teacher"], ["co-teacher", "owner"], ["owner"]],
    );
  });

  test("co-teachers are told as teachers and lead on the hub itself; tutors are not", async () => {
    assert.deepEqual(await teachersOf(core, hub), ["owner", "co-teacher"]);
    assert.deepEqual((await hubSpecOf(core, hub)).teachers, ["co-teacher", "owner"]);
  });

  test("when a tutor opens the invitation link, they are told that they have access already", async () => {
    await assert.rejects(
      requestAccess(core, people.tutor, { token: hub.invitationToken, acceptedTerms: null }),
      Conflict,
    );
  });

  describe("when access is settled", () => {
    const members = () => core.identity.groups.get(hub.slug)?.members ?? new Set();
    const settle = async () => {
      const groupId = await core.identity.ensureGroup({
        ...hub,
        url: "",
        callbackUrl: "",
        clientId: "",
        clientSecret: "",
      });
      return settleAccess(core, { ...hub, groupId });
    };

    test("then staff are in the hub's group, and who was taken off is out with their session ended", async () => {
      assert.equal((await core.store.hubs.idsToReconcile(core.clock.now(), "2026-11-24", 0)).includes(hub.id), true);
      assert.equal(await settle(), 0);
      assert.deepEqual([...members()].sort(), ["co-teacher", "tutor"]);
      await core.store.staff.change({ hubId: hub.id, personId: "tutor" }, { active: true }, { active: false });
      await settle();
      assert.deepEqual([...members()], ["co-teacher"]);
      assert.equal(core.ended.length, 1);
      assert.equal((await core.store.staff.of(hub.id, "tutor"))?.access, "none");
    });

    test("then a tutor who was also a participant keeps access until both have ended", async () => {
      const participation = makeParticipation({ hubId: hub.id, personId: "tutor", status: "accepted" });
      await core.store.participations.add(participation);
      await settle();
      await core.store.participations.change(participation.id, { status: "accepted" }, { status: "removed" });
      await settle();
      assert.ok(members().has("tutor"));
      await core.store.staff.change({ hubId: hub.id, personId: "tutor" }, { active: true }, { active: false });
      await settle();
      assert.ok(!members().has("tutor"));
    });
  });
});
