import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { Unavailable } from "../../src/domain/errors.ts";
import type { Hub } from "../../src/domain/hub.ts";
import { decideParticipation } from "../../src/usecases/participants/decide-participation.ts";
import { findWork } from "../../src/usecases/reconcile/find-work.ts";
import { reconcileHub } from "../../src/usecases/reconcile/reconcile-hub.ts";
import { createFakeCore, type FakeCore } from "../fakes/core.ts";
import { makeHub, makeParticipation, makePerson } from "../support/make.ts";

const minuteMs = 60_000;
const accepted = { decision: "accepted", decidedAt: new Date("2026-11-24T10:00:00Z"), decidedBy: "teacher" } as const;
const person = (id: string) => makePerson({ id, username: id, name: `Person ${id}` });

describe("a hub in Authentik, looked at by the clock", () => {
  let core: FakeCore;
  let calls: string[];
  beforeEach(async () => {
    core = await createFakeCore();
    calls = [];
    core.onCall = (call) => void calls.push(call);
    for (const id of ["teacher", "tutor", "student", "student2"]) {
      await core.store.people.keep(person(id));
      core.identity.users.set(id, person(id));
    }
  });
  afterEach(() => core.close());

  const settle = async (id: string) => {
    for (let look = 0; look < 50; look++) {
      const again = await reconcileHub(core, id);
      if (again === null) return;
      core.clock.advance(again);
    }
    assert.fail("it does not come to rest");
  };
  const deployed = async (given: Partial<Hub> = {}, people: readonly string[] = ["student"]) => {
    const hub = makeHub({ slug: "stats", ...accepted, ...given });
    await core.store.hubs.add(hub, hub.id);
    for (const personId of people) {
      await core.store.participations.add(makeParticipation({ hubId: hub.id, personId, status: "accepted" }));
    }
    await settle(hub.id);
    calls.length = 0;
    return hub;
  };
  /** One tick of the clock, some minutes later. */
  const tick = async (minutes = 10) => {
    core.clock.advance(minutes * minuteMs);
    const work = await findWork(core);
    for (const id of work) await settle(id);
    return work;
  };
  const members = () => [...(core.identity.groups.get("stats")?.members ?? [])].sort();
  const events = async (id: string) =>
    (await core.store.events.ofHub(id, 100))
      .filter((event) => event.kind.startsWith("member-") || event.kind === "account-ended")
      .map((event) => [event.kind, event.subjectId ?? event.reason])
      .reverse();
  const strangers = async (id: string) =>
    (await core.store.identities.strangers(id)).map((stranger) => stranger.username);
  const handPick = (id: string) => {
    core.identity.users.set(id, person(id));
    core.identity.groups.get("stats")?.members.add(id);
  };

  test("nothing is asked of Authentik until ten minutes have passed, and little then", async () => {
    await deployed();
    assert.deepEqual(await tick(9), []);
    assert.deepEqual(
      calls.filter((call) => call.startsWith("identity.")),
      [],
    );
    assert.equal((await tick(1)).length, 1);
    assert.deepEqual(
      calls.filter((call) => call.startsWith("identity.")),
      ["identity.groupMembers"],
    );
  });

  test("when name, description or period change, Authentik is told at the next tick, and only then", async () => {
    const hub = await deployed();
    const changes: Partial<Hub>[] = [
      { name: "Statistics II" },
      { description: "Now with a lab." },
      { period: { start: hub.period.start, end: "2027-06-30" } },
    ];
    for (const change of changes) {
      await core.store.hubs.change(hub.id, {}, change);
      assert.deepEqual(await tick(0), [hub.id]);
      assert.ok(calls.includes("identity.ensureApplication"), JSON.stringify(change));
      calls.length = 0;
      assert.deepEqual(await tick(0), []);
    }
    await core.store.hubs.change(hub.id, {}, { progress: null, updatedAt: core.clock.now() });
    assert.deepEqual(await tick(0), [], "nothing that Authentik shows");
  });

  test("a change made while the hub was coming up reaches Authentik too", async () => {
    const hub = makeHub({ slug: "stats", ...accepted });
    await core.store.hubs.add(hub, hub.id);
    core.backend.afterApply = { state: "starting", progress: null };
    await reconcileHub(core, hub.id);
    await core.store.hubs.change(hub.id, {}, { name: "Statistics II" });
    const backend = core.backend.hubs.get(hub.id);
    core.backend.hubs.set(hub.id, { ...backend, state: { state: "healthy" } } as never);
    calls.length = 0;
    await settle(hub.id);
    assert.ok(calls.includes("identity.ensureApplication"));
  });

  test("once an hour everything is made sure of, although nothing changed here", async () => {
    const hub = await deployed();
    core.identity.applications.clear();
    core.identity.providers.clear();
    await tick(50);
    assert.equal(core.identity.applications.size, 0, "not yet");
    await tick(10);
    assert.deepEqual(core.identity.applications.get("stats"), { hubId: hub.id, bound: true, provider: true });
  });

  test("when the group is gone, it is made anew at once, bound, with everybody in it", async () => {
    await deployed({}, ["student", "student2"]);
    core.identity.groups.clear();
    await tick();
    assert.deepEqual(members(), ["student", "student2", "teacher"]);
    assert.ok(calls.indexOf("identity.ensureBindings") > calls.indexOf("identity.ensureGroup"));
  });

  test("before the start date the group is looked at, and nothing more is made", async () => {
    const hub = await deployed({ period: { start: "2027-01-01", end: "2027-03-31" } });
    core.identity.groups.get("stats")?.members.delete("student");
    await tick();
    assert.deepEqual(members(), ["student", "teacher"]);
    assert.equal(core.identity.applications.size, 0);
    assert.deepEqual(await events(hub.id), [["member-put-back", "student"]]);
  });

  test("who is missing from the group is put back: participant, tutor and teacher, each told once", async () => {
    const hub = await deployed();
    const at = core.clock.now();
    const tutor = { hubId: hub.id, personId: "tutor", role: "tutor", active: true, access: "none" } as const;
    await core.store.staff.keep({ ...tutor, addedBy: "teacher", addedAt: at, updatedAt: at });
    await settle(hub.id);
    assert.deepEqual(members(), ["student", "teacher", "tutor"]);
    core.identity.groups.get("stats")?.members.clear();
    await tick();
    assert.deepEqual(members(), ["student", "teacher", "tutor"]);
    await tick();
    assert.deepEqual((await events(hub.id)).sort(), [
      ["member-put-back", "student"],
      ["member-put-back", "teacher"],
      ["member-put-back", "tutor"],
    ]);
    assert.deepEqual(await strangers(hub.id), [], "staff are no strangers");
  });

  test("a stranger is reported once, and no longer when they are gone", async () => {
    const hub = await deployed();
    handPick("stranger");
    await tick();
    await tick();
    assert.deepEqual(await strangers(hub.id), ["stranger"]);
    assert.deepEqual(members(), ["stranger", "student", "teacher"], "reported, not removed");
    core.identity.groups.get("stats")?.members.delete("stranger");
    await tick();
    assert.deepEqual(await strangers(hub.id), []);
    const name = "Person stranger (stranger)";
    assert.deepEqual(await events(hub.id), [
      ["member-found", name],
      ["member-gone", name],
    ]);
  });

  test("a stranger who then applies and is accepted is none any more", async () => {
    const hub = await deployed();
    handPick("student2");
    await tick();
    const participation = makeParticipation({ hubId: hub.id, personId: "student2" });
    await core.store.participations.add(participation);
    const actor = { person: person("teacher"), roles: { teacher: true, governance: false } };
    const given = { hubId: hub.id, participationId: participation.id, decision: "accepted", reason: "" } as const;
    await decideParticipation(core, actor, given);
    assert.deepEqual(await strangers(hub.id), []);
    await settle(hub.id);
    await tick();
    assert.deepEqual(await strangers(hub.id), []);
    assert.ok(members().includes("student2"));
  });

  test("with remove, a stranger is taken out, with server, session and tokens", async () => {
    core.rules.strangers = "remove";
    const hub = await deployed();
    handPick("stranger");
    await tick();
    assert.deepEqual(members(), ["student", "teacher"]);
    assert.deepEqual(core.ended, ["https://stats.hubs.example.org/hub/api stranger"]);
    assert.deepEqual(core.identity.revoked, ["stranger"]);
    assert.deepEqual(await strangers(hub.id), []);
    const name = "Person stranger (stranger)";
    assert.deepEqual(await events(hub.id), [
      ["member-found", name],
      ["member-taken-out", name],
    ]);
  });

  test("with remove, a stranger who could not be taken out is shown, and tried again soon", async () => {
    core.rules.strangers = "remove";
    const hub = await deployed();
    handPick("stranger");
    core.onCall = (call) => {
      if (call === "hubApi.endSession") throw new Unavailable("The hub does not answer.");
    };
    await tick();
    assert.deepEqual(await strangers(hub.id), ["stranger"]);
    assert.equal((await core.store.identities.of(hub.id)).trouble, "The hub does not answer.");
    core.onCall = () => {};
    await tick(2);
    assert.deepEqual(await strangers(hub.id), []);
    assert.equal((await core.store.identities.of(hub.id)).trouble, null);
  });

  test("with keep, strangers stay without a word", async () => {
    core.rules.strangers = "keep";
    const hub = await deployed();
    handPick("stranger");
    await tick();
    assert.ok(members().includes("stranger"));
    assert.deepEqual([await strangers(hub.id), await events(hub.id)], [[], []]);
  });

  test("a deactivated participant frees the seat, loses server and session, and comes back when active again", async () => {
    const hub = await deployed({ usage: { participants: 1, ramGib: 1, cpus: 1, storageGib: 1, gpus: 0 } });
    core.identity.users.set("student", { ...person("student"), active: false });
    await tick();
    assert.equal(await core.store.seats.taken(hub.id), 0);
    assert.equal((await core.store.hubs.listOf("teacher", { page: 1, size: 10 })).items[0]?.accepted, 0);
    assert.deepEqual(members(), ["teacher"]);
    assert.deepEqual(core.ended, ["https://stats.hubs.example.org/hub/api student"]);
    assert.equal((await core.store.people.byId("student"))?.active, false);
    assert.deepEqual(await events(hub.id), [["account-ended", "student"]]);

    const participation = makeParticipation({ hubId: hub.id, personId: "student2" });
    await core.store.participations.add(participation);
    const actor = { person: person("teacher"), roles: { teacher: true, governance: false } };
    const given = { hubId: hub.id, participationId: participation.id, decision: "accepted", reason: "" } as const;
    await decideParticipation(core, actor, given);
    await settle(hub.id);
    assert.deepEqual(members(), ["student2", "teacher"], "the seat is free for another");

    core.identity.users.set("student", person("student"));
    await tick();
    assert.deepEqual(members(), ["student", "student2", "teacher"]);
    assert.equal((await core.store.people.byId("student"))?.active, true);
    assert.deepEqual(await tick(1), []);
  });

  test("a deleted participant frees the seat, and is not put back for ever", async () => {
    const hub = await deployed();
    core.identity.groups.get("stats")?.members.delete("student");
    core.identity.users.delete("student");
    await tick();
    assert.equal(await core.store.seats.taken(hub.id), 0);
    assert.deepEqual(await events(hub.id), [["account-ended", "student"]]);
    calls.length = 0;
    assert.deepEqual(await tick(1), []);
    await tick(9);
    assert.ok(!calls.includes("identity.addToGroup"));
  });

  test("when the account of the teacher is gone, the hub goes on for its participants", async () => {
    const hub = await deployed();
    core.identity.users.delete("teacher");
    core.identity.groups.clear();
    let adding = 0;
    core.onCall = (call) => {
      // The teacher comes first, before those who take part.
      if (call === "identity.addToGroup" && adding++ === 0) throw new Unavailable("Gone.", { transient: false });
    };
    await tick();
    assert.deepEqual(members(), ["student"]);
    assert.equal((await core.store.people.byId("teacher"))?.active, false);
    assert.equal((await core.store.identities.of(hub.id)).trouble, null);
  });

  test("Authentik is down: the hub stays deployed, nobody is thought to be missing, and it catches up", async () => {
    const hub = await deployed();
    await core.store.hubs.change(hub.id, {}, { name: "Statistics II" });
    core.onCall = (call) => {
      if (call.startsWith("identity.")) throw new Unavailable("Authentik does not answer.");
    };
    await tick();
    assert.equal((await core.store.hubs.byId(hub.id))?.deployment, "deployed");
    assert.equal((await core.store.identities.of(hub.id)).trouble, "Authentik does not answer.");
    assert.deepEqual(await events(hub.id), []);
    assert.deepEqual(await tick(1), [], "not asked at every tick");
    core.onCall = (call) => void calls.push(call);
    calls.length = 0;
    await tick(1);
    assert.ok(calls.includes("identity.ensureApplication"));
    assert.equal((await core.store.identities.of(hub.id)).trouble, null);
  });

  test("one tick looks at 25 hubs at most, and comes to all", async () => {
    for (let number = 0; number < 60; number++) {
      const hub = makeHub({ ...accepted, period: { start: "2027-01-01", end: "2027-02-01" } });
      await core.store.hubs.add(hub, hub.id);
      await settle(hub.id);
    }
    core.clock.advance(10 * minuteMs);
    const seen = new Set<string>();
    for (let round = 0; round < 3; round++) {
      const work = await findWork(core);
      assert.ok(work.length <= 25);
      for (const id of work) {
        seen.add(id);
        await settle(id);
      }
    }
    assert.equal(seen.size, 60);
  });

  test("killed at any outside call of a look, it ends up as wanted", async () => {
    core.rules.strangers = "remove";
    for (let killAt = 0; ; killAt++) {
      await core.close();
      core = await createFakeCore({ strangers: "remove" });
      for (const id of ["teacher", "student", "student2"]) {
        await core.store.people.keep(person(id));
        core.identity.users.set(id, person(id));
      }
      const hub = await deployed({}, ["student", "student2"]);
      handPick("stranger");
      core.identity.groups.get("stats")?.members.delete("student");
      core.identity.users.set("student2", { ...person("student2"), active: false });
      await core.store.hubs.change(hub.id, {}, { name: "Statistics II" });
      let count = 0;
      const killed = new Promise<"killed">((kill) => {
        core.onCall = () => {
          if (count++ !== killAt) return;
          kill("killed");
          return new Promise(() => {});
        };
      });
      const ended = await Promise.race([tick(), killed]);
      core.onCall = () => {};
      for (let round = 0; round < 3; round++) await tick();
      assert.deepEqual(members(), ["student", "teacher"], `killed at call ${killAt}`);
      assert.deepEqual(await strangers(hub.id), []);
      if (ended !== "killed") break;
    }
  });
});
