import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { Actor } from "../../src/domain/actor.ts";
import { Conflict, NotFound } from "../../src/domain/errors.ts";
import type { Hub } from "../../src/domain/hub.ts";
import { retryHub } from "../../src/usecases/hubs/retry-hub.ts";
import { reconcileHub } from "../../src/usecases/reconcile/reconcile-hub.ts";
import { createFakeCore, type FakeCore } from "../fakes/core.ts";
import { makeHub, makePerson } from "../support/make.ts";

const actorOf = (id: string, governance = false): Actor => ({
  person: makePerson({ id, username: id }),
  roles: { teacher: true, governance },
});
const teacher = actorOf("teacher");
const governance = actorOf("governance", true);

describe("retry now", () => {
  let core: FakeCore;
  beforeEach(async () => {
    core = await createFakeCore();
    for (const { person } of [teacher, governance]) {
      await core.store.people.keep(person);
      core.identity.users.set(person.id, person);
    }
  });
  afterEach(() => core.close());

  const failing = async (given: Partial<Hub> = {}) => {
    const nextAttemptAt = new Date(core.clock.now().getTime() + 900_000);
    const hub = makeHub({
      ...{ decision: "accepted", decidedAt: core.clock.now(), deployment: "failed", step: "group" },
      ...{ failureReason: "Authentik does not answer.", attempts: 7, nextAttemptAt },
      ...given,
    });
    await core.store.hubs.add(hub, hub.id);
    return hub;
  };
  const now = async (hub: Hub) => {
    const found = await core.store.hubs.byId(hub.id);
    assert.ok(found);
    return found;
  };

  test("a teacher of the hub and governance may; the hub is woken, and the timeline has step and reason", async () => {
    for (const actor of [teacher, governance]) {
      const hub = await failing();
      await retryHub(core, actor, { hubId: hub.id });
      assert.deepEqual((await now(hub)).nextAttemptAt, core.clock.now());
      assert.equal((await now(hub)).attempts, 7);
      assert.ok(core.woken.includes(hub.id));
      const [event] = await core.store.events.ofHub(hub.id, 1);
      assert.deepEqual(
        [event?.kind, event?.actorId, event?.from, event?.reason],
        ["retry-triggered", actor.person.id, "group", "Authentik does not answer."],
      );
    }
  });

  test("the reconciler then tries at once, which it did not do before", async () => {
    const hub = await failing();
    await reconcileHub(core, hub.id);
    assert.equal((await now(hub)).deployment, "failed");
    await retryHub(core, teacher, { hubId: hub.id });
    await reconcileHub(core, hub.id);
    assert.notEqual((await now(hub)).deployment, "failed");
  });

  test("a failed removal and a failed step before the start are tried again, too", async () => {
    const removal = await failing({ degradeRequestedAt: core.clock.now(), step: "hub-off" });
    const waiting = await failing({ deployment: "none", period: { start: "2027-04-01", end: "2027-05-01" } });
    for (const hub of [removal, waiting]) {
      await retryHub(core, governance, { hubId: hub.id });
      await reconcileHub(core, hub.id);
      assert.equal((await now(hub)).failureReason, null);
    }
  });

  test("a second click, and a hub that went well meanwhile, are refused and change nothing", async () => {
    const hub = await failing();
    await retryHub(core, teacher, { hubId: hub.id });
    await assert.rejects(retryHub(core, teacher, { hubId: hub.id }), Conflict);
    const well = await failing({ deployment: "deployed", failureReason: null, attempts: 0, nextAttemptAt: null });
    await assert.rejects(retryHub(core, governance, { hubId: well.id }), Conflict);
    assert.equal((await core.store.events.ofHub(hub.id, 10)).length, 1);
    assert.equal((await core.store.events.ofHub(well.id, 10)).length, 0);
  });

  test("when two click at once, one is told that the attempt is being made", async () => {
    const hub = await failing();
    const both = await Promise.allSettled([
      retryHub(core, teacher, { hubId: hub.id }),
      retryHub(core, governance, { hubId: hub.id }),
    ]);
    assert.deepEqual(both.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
    assert.equal((await core.store.events.ofHub(hub.id, 10)).length, 1);
  });

  test("others do not learn that the hub exists", async () => {
    const hub = await failing();
    await assert.rejects(retryHub(core, actorOf("somebody"), { hubId: hub.id }), NotFound);
  });
});
