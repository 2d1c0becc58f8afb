import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { Unavailable } from "../../src/domain/errors.ts";
import { collectHints } from "../../src/jobs/collect-hints.ts";
import { currentActor } from "../../src/usecases/people/current-actor.ts";
import { findWork } from "../../src/usecases/reconcile/find-work.ts";
import { heedHints } from "../../src/usecases/reconcile/heed-hints.ts";
import { createFakeCore, type FakeCore } from "../fakes/core.ts";
import { makeHub, makeParticipation, makePerson } from "../support/make.ts";
import { silentLog } from "../support/silent-log.ts";
import { waitFor } from "../support/wait-for.ts";

const accepted = { decision: "accepted", decidedAt: new Date("2026-11-24T10:00:00Z"), decidedBy: "teacher" } as const;

describe("hints that something changed in Authentik", () => {
  let core: FakeCore;
  let calls: string[];
  beforeEach(async () => {
    core = await createFakeCore();
    calls = [];
    core.onCall = (call) => void calls.push(call);
    for (const id of ["teacher", "student"]) {
      const person = makePerson({ id, username: id, checkedAt: core.clock.now() });
      await core.store.people.keep(person);
      core.identity.users.set(id, person);
    }
  });
  afterEach(() => core.close());
  const scheduled = async () => {
    const hub = makeHub({ ...accepted, groupId: "group-1", period: { start: "2027-01-01", end: "2027-02-01" } });
    await core.store.hubs.add(hub, hub.id);
    await core.store.identities.keep(hub.id, { nextLookAt: new Date(core.clock.now().getTime() + 600_000) });
    return hub;
  };

  test("a hub's group: the hub is woken and due at once, and found again when the wake-up gets lost", async () => {
    const hub = await scheduled();
    assert.deepEqual(await findWork(core), []);
    await heedHints(core, [{ about: "group", id: "group-1", name: "jh_stats" }]);
    assert.deepEqual(core.woken, [hub.id]);
    assert.deepEqual(await findWork(core), [hub.id]);
  });

  test("a group of somebody else: nothing is done", async () => {
    await heedHints(core, [{ about: "group", id: "group-9", name: "jh_other" }]);
    assert.deepEqual([core.woken, calls], [[], []]);
  });

  test("the teachers' group: whoever asks next has the roles of now", async () => {
    const groups = ["portal-leaders"];
    core.identity.users.set("student", { ...makePerson({ id: "student", username: "student" }), groups });
    assert.equal((await currentActor(core, "student"))?.roles.teacher, false);
    await heedHints(core, [{ about: "group", id: "group-2", name: "portal-leaders" }]);
    assert.equal((await currentActor(core, "student"))?.roles.teacher, true);
  });

  test("a person who is deactivated: known at once, and their hubs are looked at", async () => {
    const hub = await scheduled();
    await core.store.participations.add(
      makeParticipation({ hubId: hub.id, personId: "student", status: "accepted", access: "granted" }),
    );
    core.identity.users.set("student", { ...makePerson({ id: "student", username: "student" }), active: false });
    await heedHints(core, [{ about: "person", id: "student" }]);
    assert.equal((await core.store.people.byId("student"))?.active, false);
    assert.deepEqual(core.woken, [hub.id]);
  });

  test("a person about whom nothing is new, as at every sign-in: one question, and no hub is looked at", async () => {
    const hub = await scheduled();
    await core.store.participations.add(
      makeParticipation({ hubId: hub.id, personId: "student", status: "accepted", access: "granted" }),
    );
    await heedHints(core, [{ about: "person", id: "student" }]);
    assert.deepEqual([core.woken, calls], [[], ["identity.user"]]);
  });

  test("a person the portal does not know: Authentik is not even asked", async () => {
    await heedHints(core, [{ about: "person", id: "nobody" }]);
    assert.deepEqual(calls, []);
  });

  test("many people at once: fifty are asked for, the others wait for their turn", async () => {
    for (let number = 0; number < 80; number++) {
      await core.store.people.keep(makePerson({ id: `p${number}`, checkedAt: core.clock.now() }));
    }
    await heedHints(
      core,
      Array.from({ length: 80 }, (_, number) => ({ about: "person", id: `p${number}` }) as const),
    );
    assert.equal(calls.length, 50);
  });

  test("Authentik does not answer: nothing is broken, and nobody is locked out", async () => {
    core.onCall = () => {
      throw new Unavailable("Authentik does not answer.");
    };
    await heedHints(core, [{ about: "person", id: "student" }]);
    assert.equal((await core.store.people.byId("student"))?.active, true);
  });
});

describe("collecting hints", () => {
  const group = (id: string) => ({ about: "group", id, name: "jh_stats" }) as const;

  test("the same hint many times is heeded once, with the others of its moment", async () => {
    const heard: string[][] = [];
    const collector = collectHints({
      heed: async (hints) => void heard.push(hints.map(({ id }) => id)),
      log: silentLog,
      delayMs: 5,
    });
    for (let times = 0; times < 100; times++) for (const id of ["one", "two"]) collector.add(group(id));
    await waitFor(() => heard.length > 0, "the hints to be heeded");
    assert.deepEqual(heard, [["one", "two"]]);
    await collector.stop();
  });

  test("what comes while others are heeded waits, and is heeded after a failure too", async () => {
    const heard: string[][] = [];
    let release = () => {};
    const collector = collectHints({
      async heed(hints) {
        heard.push(hints.map(({ id }) => id));
        if (heard.length > 1) return;
        collector.add(group("two"));
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        throw new Error("no");
      },
      log: silentLog,
      delayMs: 0,
    });
    collector.add(group("one"));
    await waitFor(() => heard.length > 0, "the first batch");
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(heard, [["one"]], "one batch at a time");
    release();
    await waitFor(() => heard.length === 2, "the second batch");
    assert.deepEqual(heard, [["one"], ["two"]]);
    await collector.stop();
  });

  test("a flood is cut off", async () => {
    let count = 0;
    const collector = collectHints({
      heed: async (hints) => {
        count += hints.length;
      },
      log: silentLog,
      delayMs: 20,
    });
    for (let number = 0; number < 5000; number++) collector.add(group(String(number)));
    await waitFor(() => count > 0, "the hints to be heeded");
    await collector.stop();
    assert.equal(count, 500);
  });

  test("after stopping, nothing is heeded any more", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    let heard = 0;
    const collector = collectHints({ heed: async () => void heard++, log: silentLog });
    collector.add(group("one"));
    await collector.stop();
    collector.add(group("two"));
    t.mock.timers.tick(60_000);
    assert.equal(heard, 0);
  });
});
