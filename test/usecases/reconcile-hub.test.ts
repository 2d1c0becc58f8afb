import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { Unavailable } from "../../src/domain/errors.ts";
import { type Deployment, deploymentTransitions, type Hub } from "../../src/domain/hub.ts";
import { degradeHub } from "../../src/usecases/hubs/degrade-hub.ts";
import { redeployHub } from "../../src/usecases/hubs/redeploy-hub.ts";
import { findWork } from "../../src/usecases/reconcile/find-work.ts";
import { hubSpecOf } from "../../src/usecases/reconcile/hub-spec.ts";
import { reconcileHub } from "../../src/usecases/reconcile/reconcile-hub.ts";
import { createFakeCore, type FakeCore } from "../fakes/core.ts";
import { dayMs } from "../support/clock.ts";
import { makeHub, makeParticipation, makePerson } from "../support/make.ts";

const teacher = makePerson({ id: "teacher", username: "teacher" });
const student = makePerson({ id: "student", username: "student" });
const accepted = { decision: "accepted", decidedAt: new Date("2026-11-24T10:00:00Z"), decidedBy: "teacher" } as const;

describe("reconciling a hub", () => {
  let core: FakeCore;
  beforeEach(async () => {
    core = await createFakeCore();
    await core.store.people.keep(teacher);
    await core.store.people.keep(student);
  });
  afterEach(() => core.close());

  const add = async (given: Partial<Hub> = {}) => {
    const hub = makeHub({ slug: "stats", ...accepted, ...given });
    await core.store.hubs.add(hub, hub.id);
    return hub;
  };
  const hubNow = async (id: string): Promise<Hub> => {
    const hub = await core.store.hubs.byId(id);
    assert.ok(hub);
    return hub;
  };
  /** Looks until nothing is left to do for now, moving the clock as the runner would. */
  const settle = async (id: string, looks = 50) => {
    for (let look = 0; look < looks; look++) {
      const again = await reconcileHub(core, id);
      if (again === null) return;
      core.clock.advance(again);
    }
    assert.fail("it does not come to rest");
  };
  const kinds = async (id: string) => (await core.store.events.ofHub(id, 100)).map((event) => event.kind).reverse();
  const mails = async () =>
    (await core.store.mails.due(core.clock.now(), 100)).map((mail) => [
      mail.kind,
      mail.to === "governance" ? "governance" : mail.to.personId,
    ]);

  test("when the start date is reached, the hub comes up with everything in Authentik", async () => {
    const hub = await add();
    await core.store.participations.add(makeParticipation({ hubId: hub.id, personId: "student", status: "accepted" }));
    await settle(hub.id);
    const seen = await hubNow(hub.id);
    assert.deepEqual([seen.deployment, seen.step, seen.attempts], ["deployed", null, 0]);
    assert.deepEqual([...(core.identity.groups.get("stats")?.members ?? [])].sort(), ["student", "teacher"]);
    assert.deepEqual(core.identity.applications.get("stats"), { hubId: hub.id, bound: true, provider: true });
    assert.equal(
      core.backend.hubs.get(hub.id)?.spec.secrets.clientSecret,
      core.identity.providers.get("stats")?.clientSecret,
    );
    assert.deepEqual(await kinds(hub.id), ["deploying", "deployed"]);
    assert.deepEqual(await mails(), [
      ["hub-deployed", "teacher"],
      ["hub-open", "student"],
    ]);
    assert.deepEqual(await findWork(core), []);
  });

  test("before the start date only the group is made, and the hub can still be cancelled", async () => {
    const hub = await add({ period: { start: "2026-12-01", end: "2027-01-31" } });
    await settle(hub.id);
    const seen = await hubNow(hub.id);
    assert.equal(seen.deployment, "none");
    assert.equal(seen.groupId, core.identity.groups.get("stats")?.id);
    assert.equal(core.identity.applications.size, 0);
    await core.store.hubs.change(hub.id, {}, { decision: "cancelled" });
    await settle(hub.id);
    assert.equal((await hubNow(hub.id)).deployment, "removed");
    assert.equal(core.identity.groups.size, 0);
  });

  test("when the lead time is reached, the hub comes up before its start date", async () => {
    core.rules.leadDays = 2;
    const hub = await add({ period: { start: "2026-11-26", end: "2027-01-31" } });
    assert.deepEqual(await findWork(core), [hub.id]);
    await settle(hub.id);
    assert.equal((await hubNow(hub.id)).deployment, "deployed");
  });

  test("what only helps beforehand is wanted until the first day is over", async () => {
    core.rules.leadDays = 2;
    const hub = await add({ period: { start: "2026-11-26", end: "2027-01-31" } });
    await settle(hub.id);
    const preparing = async () => (await hubSpecOf(core, await hubNow(hub.id))).preparing;
    assert.equal(core.backend.hubs.get(hub.id)?.spec.preparing, true);
    core.clock.set("2026-11-26T22:59:00Z");
    assert.equal(await preparing(), true, "one minute before midnight in Berlin");
    core.clock.set("2026-11-26T23:00:00Z");
    assert.equal(await preparing(), false);
    await findWork(core);
    assert.equal((await hubNow(hub.id)).deployment, "deployed", "which is no reason to set the hub up again");
  });

  test("the day after the end date, in the institution's time zone, everything goes and home folders follow later", async () => {
    const hub = await add({ period: { start: "2026-11-24", end: "2026-11-25" } });
    await core.store.participations.add(makeParticipation({ hubId: hub.id, personId: "student", status: "accepted" }));
    await settle(hub.id);
    core.clock.set("2026-11-25T22:59:00Z");
    await settle(hub.id);
    assert.equal((await hubNow(hub.id)).deployment, "deployed", "one minute before midnight in Berlin");
    assert.deepEqual(await findWork(core), []);
    core.clock.set("2026-11-25T23:00:00Z");
    assert.deepEqual(await findWork(core), [hub.id]);
    await settle(hub.id);
    const gone = await hubNow(hub.id);
    assert.deepEqual([gone.deployment, gone.removalCause, gone.groupId], ["removed", "expiry", null]);
    assert.equal(core.identity.groups.size + core.identity.applications.size + core.identity.providers.size, 0);
    assert.equal(core.backend.hubs.size, 0);
    assert.deepEqual([...core.backend.homes], [hub.id]);
    assert.equal((await core.store.participations.of(hub.id, "student"))?.access, "none");
    assert.ok((await mails()).some(([kind, to]) => kind === "hub-over" && to === "student"));

    core.clock.advance(7 * dayMs - 1);
    assert.deepEqual(await findWork(core), []);
    core.clock.advance(1);
    assert.deepEqual(await findWork(core), [hub.id]);
    await settle(hub.id);
    assert.equal(core.backend.homes.size, 0);
    assert.notEqual((await hubNow(hub.id)).dataErasedAt, null);
    assert.equal(await core.store.secrets.of(hub.id), null);
    assert.deepEqual(await kinds(hub.id), ["deploying", "deployed", "removing", "removed", "data-erased"]);
    assert.deepEqual(await findWork(core), []);
  });

  test("with a retention of 0 days, home folders are erased with the hub", async () => {
    core.rules.retentionDays = 0;
    const hub = await add({ period: { start: "2026-11-24", end: "2026-11-24" } });
    await settle(hub.id);
    core.clock.advance(dayMs);
    await settle(hub.id);
    assert.equal(core.backend.homes.size, 0);
  });

  test("a hub that is marked for degradation while it comes up goes no further up", async () => {
    const hub = await add();
    core.backend.afterApply = { state: "starting", progress: "Starting" };
    await reconcileHub(core, hub.id);
    assert.equal((await hubNow(hub.id)).step, "health");
    const actor = { person: teacher, roles: { teacher: true, governance: false } };
    await degradeHub(core, actor, { hubId: hub.id, reason: "Wrong image" });
    await settle(hub.id);
    const gone = await hubNow(hub.id);
    assert.deepEqual([gone.deployment, gone.removalCause], ["removed", "degraded"]);
  });

  test("while a hub comes up, its page can show what is going on", async () => {
    const hub = await add();
    core.backend.ready = { ready: false, final: false, reason: "JupyterHub is being installed" };
    await reconcileHub(core, hub.id);
    assert.deepEqual(
      [(await hubNow(hub.id)).step, (await hubNow(hub.id)).progress],
      ["hub", "JupyterHub is being installed"],
    );
    core.backend.ready = { ready: true };
    core.backend.afterApply = { state: "starting", progress: "Pulling the image" };
    await reconcileHub(core, hub.id);
    await reconcileHub(core, hub.id);
    assert.deepEqual([(await hubNow(hub.id)).step, (await hubNow(hub.id)).progress], ["health", "Pulling the image"]);
  });

  test("each step that waits has a deadline of its own, from the settings; then it fails with step and reason", async () => {
    core.rules.deadlines = { place: 3, start: 1, stop: 2 };
    const minuteMs = 60_000;
    const failed = async (id: string) => {
      const { deployment, step, failureReason } = await hubNow(id);
      return [deployment, step, failureReason];
    };
    const hub = await add();
    core.backend.ready = { ready: false, final: false, reason: "The cluster cannot be reached." };
    await reconcileHub(core, hub.id);
    core.clock.advance(3 * minuteMs);
    await reconcileHub(core, hub.id);
    assert.equal((await hubNow(hub.id)).deployment, "deploying", "not yet");
    core.clock.advance(1);
    await reconcileHub(core, hub.id);
    assert.deepEqual(await failed(hub.id), ["failed", "hub", "The cluster cannot be reached."]);

    core.backend.ready = { ready: true };
    core.backend.afterApply = { state: "starting", progress: null };
    core.clock.advance(minuteMs);
    await reconcileHub(core, hub.id);
    core.clock.advance(minuteMs + 1);
    await reconcileHub(core, hub.id);
    const why = "The hub did not answer its health check within 1 minute.";
    assert.deepEqual(await failed(hub.id), ["failed", "health", why]);

    await core.store.hubs.change(hub.id, {}, { degradeRequestedAt: core.clock.now(), nextAttemptAt: null });
    core.backend.remove = async () => false;
    await reconcileHub(core, hub.id);
    core.clock.advance(2 * minuteMs);
    await reconcileHub(core, hub.id);
    assert.equal((await hubNow(hub.id)).deployment, "removing");
    core.clock.advance(1);
    const again = await reconcileHub(core, hub.id);
    assert.deepEqual(await failed(hub.id), [
      "failed",
      "hub-off",
      "The hub and its servers did not end within 2 minutes.",
    ]);
    assert.ok(again !== null && again >= 5000, "tried again later");
    core.clock.advance(again);
    await reconcileHub(core, hub.id);
    assert.equal((await hubNow(hub.id)).deployment, "removing", "with the whole time again");
  });

  test("a hub that never answers fails with what was last seen, and is tried again", async () => {
    const hub = await add();
    core.backend.afterApply = { state: "starting", progress: "Pulling the image" };
    await reconcileHub(core, hub.id);
    core.clock.advance(15 * 60 * 1000 + 1);
    await reconcileHub(core, hub.id);
    const failed = await hubNow(hub.id);
    assert.equal(failed.deployment, "failed");
    assert.match(failed.failureReason ?? "", /15 minutes.*Pulling the image/);
    assert.equal(await reconcileHub(core, hub.id), null, "waits for its next attempt");
    core.clock.advance(60_000);
    core.backend.hubs.set(hub.id, { ...core.backend.hubs.get(hub.id), state: { state: "healthy" } } as never);
    assert.deepEqual(await findWork(core), [hub.id]);
    await settle(hub.id);
    const up = await hubNow(hub.id);
    assert.deepEqual([up.deployment, up.failureReason, up.attempts], ["deployed", null, 0]);
  });

  test("when Authentik is down, attempts are spaced out, people are told once, and it catches up", async () => {
    const hub = await add();
    core.onCall = (call) => {
      if (call.startsWith("identity.")) throw new Unavailable("Authentik does not answer.");
    };
    const delays: number[] = [];
    for (let attempt = 0; attempt < 6; attempt++) {
      const again = await reconcileHub(core, hub.id);
      assert.ok(again !== null && again > 0);
      delays.push(again);
      core.clock.advance(again);
    }
    assert.deepEqual(
      delays,
      [...delays].sort((a, b) => a - b),
    );
    assert.ok((delays[5] ?? 0) > 60_000);
    const failed = await hubNow(hub.id);
    assert.deepEqual([failed.deployment, failed.step, failed.attempts], ["failed", "group", 6]);
    assert.deepEqual(await kinds(hub.id), ["deploying", "failed"], "the timeline is not flooded");
    assert.deepEqual(await mails(), [
      ["hub-failed", "governance"],
      ["hub-failed", "teacher"],
    ]);
    core.onCall = () => {};
    await settle(hub.id);
    assert.equal((await hubNow(hub.id)).deployment, "deployed");
  });

  test("when Authentik is down before the start date, the hub stays cancellable", async () => {
    const hub = await add({ period: { start: "2026-12-01", end: "2027-01-31" } });
    core.onCall = () => {
      throw new Unavailable("Authentik does not answer.");
    };
    await reconcileHub(core, hub.id);
    const waiting = await hubNow(hub.id);
    assert.deepEqual([waiting.deployment, waiting.failureReason], ["none", "Authentik does not answer."]);
  });

  test("an error of our own is written down without its text", async () => {
    const hub = await add();
    core.onCall = (call) => {
      if (call === "identity.ensureProvider") throw new TypeError("secret-in-message");
    };
    await reconcileHub(core, hub.id);
    const failed = await hubNow(hub.id);
    assert.deepEqual(
      [failed.step, failed.failureReason],
      ["provider", "Something unexpected went wrong in the portal."],
    );
  });

  test("accepting adds to the group; removing takes out, ends the session and revokes tokens", async () => {
    const hub = await add();
    await settle(hub.id);
    const participation = makeParticipation({ hubId: hub.id, personId: "student", status: "accepted" });
    await core.store.participations.add(participation);
    await reconcileHub(core, hub.id);
    assert.ok(core.identity.groups.get("stats")?.members.has("student"));
    assert.equal((await core.store.participations.byId(participation.id))?.access, "granted");
    await core.store.participations.change(participation.id, { status: "accepted" }, { status: "removed" });
    await reconcileHub(core, hub.id);
    assert.ok(!core.identity.groups.get("stats")?.members.has("student"));
    assert.deepEqual(core.ended, ["https://stats.hubs.example.org/hub/api student"]);
    assert.deepEqual(core.identity.revoked, ["student"]);
    assert.equal((await core.store.participations.byId(participation.id))?.access, "none");
  });

  test("who is removed while a change is rolled out, or that failed, loses server and session all the same", async () => {
    for (const deployment of ["deploying", "failed"] as const) {
      const hub = await add({ slug: deployment });
      await settle(hub.id);
      const later = new Date(core.clock.now().getTime() + 60_000);
      await core.store.hubs.change(hub.id, {}, { deployment, step: "hub", specVersion: 9, nextAttemptAt: later });
      core.backend.ready = { ready: false, final: false, reason: "Wait." };
      await core.store.participations.add(
        makeParticipation({ hubId: hub.id, personId: "student", status: "removed", access: "granted" }),
      );
      core.onCall = (call) => {
        if (call === "hubApi.endSession") throw new Unavailable("The hub does not answer.");
      };
      await reconcileHub(core, hub.id);
      assert.equal((await core.store.participations.unsettled(hub.id)).length, 1, "not ended before the hub says so");
      core.onCall = () => {};
      await reconcileHub(core, hub.id);
      assert.deepEqual(core.ended.splice(0), [`https://${deployment}.hubs.example.org/hub/api student`]);
      assert.deepEqual(await core.store.participations.unsettled(hub.id), []);
      core.backend.ready = { ready: true };
    }
  });

  test("when the hub is removed, nothing is kept of people who were in its group without a reason", async () => {
    const hub = await add();
    await settle(hub.id);
    const stranger = { userId: "x", username: "x", name: "X", email: "x@example.org", foundAt: core.clock.now() };
    await core.store.identities.keepStrangers(hub.id, [stranger]);
    await core.store.hubs.change(hub.id, {}, { degradeRequestedAt: core.clock.now() });
    await settle(hub.id);
    assert.equal((await hubNow(hub.id)).deployment, "removed");
    assert.deepEqual(await core.store.identities.strangers(hub.id), []);
  });

  test("while a hub that is not up does not answer, all are out of the group, and it is asked for one of them only", async () => {
    const hub = await add();
    await settle(hub.id);
    const later = new Date(core.clock.now().getTime() + 60_000);
    await core.store.hubs.change(hub.id, {}, { deployment: "failed", step: "hub", nextAttemptAt: later });
    for (const personId of ["student", "student2"]) {
      const removed = { hubId: hub.id, personId, status: "removed", access: "granted" } as const;
      await core.store.people.keep(makePerson({ id: personId, username: personId }));
      await core.store.participations.add(makeParticipation(removed));
      core.identity.groups.get("stats")?.members.add(personId);
    }
    let asked = 0;
    core.onCall = (call) => {
      if (call !== "hubApi.endSession") return;
      asked++;
      throw new Unavailable("The hub does not answer.");
    };
    await reconcileHub(core, hub.id);
    const members = core.identity.groups.get("stats")?.members;
    assert.deepEqual([asked, members?.has("student"), members?.has("student2")], [1, false, false]);
    assert.equal((await core.store.participations.unsettled(hub.id)).length, 2);
  });

  test("when ending the session fails, the person is out of the group already and is found again", async () => {
    const hub = await add();
    await settle(hub.id);
    const participation = makeParticipation({
      hubId: hub.id,
      personId: "student",
      status: "removed",
      access: "granted",
    });
    await core.store.participations.add(participation);
    core.identity.groups.get("stats")?.members.add("student");
    core.onCall = (call) => {
      if (call === "hubApi.endSession") throw new Unavailable("The hub does not answer.");
    };
    await reconcileHub(core, hub.id);
    assert.ok(!core.identity.groups.get("stats")?.members.has("student"));
    assert.deepEqual(await findWork(core), [hub.id]);
    core.onCall = () => {};
    await reconcileHub(core, hub.id);
    assert.deepEqual(await findWork(core), []);
  });

  test("when a deployed hub is found down, it is set up again", async () => {
    const hub = await add();
    await settle(hub.id);
    core.backend.hubs.delete(hub.id);
    core.identity.groups.clear();
    assert.deepEqual(await findWork(core), [hub.id]);
    await settle(hub.id);
    assert.equal((await hubNow(hub.id)).deployment, "deployed");
    assert.ok(core.backend.hubs.has(hub.id));
    assert.equal((await mails()).filter(([kind]) => kind === "hub-deployed").length, 1, "told once");
  });

  test("when governance triggers a redeployment, the hub is made anew with the same secrets", async () => {
    const hub = await add();
    await settle(hub.id);
    const first = core.backend.hubs.get(hub.id)?.spec;
    core.clock.advance(1000);
    const actor = { person: makePerson({ id: "teacher" }), roles: { teacher: false, governance: true } };
    await redeployHub(core, actor, { hubId: hub.id, version: hub.version });
    assert.deepEqual(await findWork(core), [hub.id]);
    await settle(hub.id);
    const second = core.backend.hubs.get(hub.id)?.spec;
    assert.notEqual(second?.redeployedAt, first?.redeployedAt);
    assert.deepEqual(second?.secrets, first?.secrets);
    assert.deepEqual(await findWork(core), []);
  });

  describe("when a change to a hub that runs was accepted", () => {
    /** As accepting does it. */
    const change = async (id: string, given: Partial<Hub>) => {
      const hub = await hubNow(id);
      const counted = { version: hub.version + 1, specVersion: hub.specVersion + 1 };
      assert.ok(await core.store.hubs.change(id, { version: hub.version }, { ...given, ...counted }));
    };
    const more = { participants: 50, ramGib: 1, cpus: 1, storageGib: 2, gpus: 0 };

    test("then it is deployed again with it: not started over, not announced, and once", async () => {
      const hub = await add();
      await settle(hub.id);
      const first = core.backend.hubs.get(hub.id)?.spec;
      await change(hub.id, { usage: more, image: "quay.io/jupyter/scipy-notebook:1", name: "Statistics II" });
      assert.deepEqual(await findWork(core), [hub.id]);
      await settle(hub.id);
      const seen = await hubNow(hub.id);
      assert.deepEqual([seen.deployment, seen.appliedSpecVersion], ["deployed", 1]);
      const second = core.backend.hubs.get(hub.id)?.spec;
      assert.deepEqual([second?.usage, second?.image], [more, "quay.io/jupyter/scipy-notebook:1"]);
      assert.equal(second?.redeployedAt, first?.redeployedAt, "a redeployment would start over");
      assert.deepEqual(await kinds(hub.id), ["deploying", "deployed", "deploying", "deployed"]);
      assert.equal((await mails()).filter(([kind]) => kind === "hub-deployed").length, 1);
      assert.deepEqual(await findWork(core), []);
    });

    test("then an end date holds at once, also an earlier one", async () => {
      const hub = await add({ period: { start: "2026-11-24", end: "2026-11-25" } });
      await settle(hub.id);
      await change(hub.id, { period: { start: "2026-11-24", end: "2026-12-24" } });
      await settle(hub.id);
      core.clock.advance(3 * dayMs);
      await settle(hub.id);
      assert.equal((await hubNow(hub.id)).deployment, "deployed");
      await change(hub.id, { period: { start: "2026-11-24", end: "2026-11-26" } });
      await settle(hub.id);
      assert.equal((await hubNow(hub.id)).deployment, "removed");
    });

    test("then it is not lost when the hub was just being deployed, in any step", async () => {
      const calls: string[] = [];
      for (let changeAt = 0; ; changeAt++) {
        await core.close();
        core = await createFakeCore();
        await core.store.people.keep(teacher);
        const hub = await add();
        let count = 0;
        core.onCall = async (call) => {
          calls[count] ??= call;
          if (count++ === changeAt) await change(hub.id, { usage: more });
        };
        await settle(hub.id);
        if (count <= changeAt) break;
        core.onCall = () => {};
        for (const id of await findWork(core)) await settle(id);
        const where = `changed at ${calls[changeAt]}`;
        assert.deepEqual(core.backend.hubs.get(hub.id)?.spec.usage, more, where);
        const seen = await hubNow(hub.id);
        assert.deepEqual([seen.deployment, seen.appliedSpecVersion], ["deployed", 1], where);
      }
      assert.ok(calls.includes("backend.apply") && calls.includes("backend.observe"), calls.join());
    });
  });

  test("killed at any outside call of deploying, of changing and of removing, it ends up as wanted, with one of everything", async () => {
    for (const phase of ["deploy", "change", "remove"] as const) {
      const calls: string[] = [];
      for (let killAt = 0; ; killAt++) {
        await core.close();
        core = await createFakeCore();
        await core.store.people.keep(teacher);
        await core.store.people.keep(student);
        const hub = await add({ period: { start: "2026-11-24", end: "2026-11-25" } });
        await core.store.participations.add(
          makeParticipation({ hubId: hub.id, personId: "student", status: "accepted" }),
        );
        const usage = { ...hub.usage, participants: 50 };
        if (phase === "change") {
          await settle(hub.id);
          await core.store.hubs.change(hub.id, {}, { usage, specVersion: 1, version: 2 });
        }
        if (phase === "remove") {
          await settle(hub.id);
          core.clock.advance(2 * dayMs);
        }
        let count = 0;
        // A killed process does nothing any more: the call never returns.
        const killed = new Promise<"killed">((kill) => {
          core.onCall = (call) => {
            calls[count] ??= call;
            if (count++ !== killAt) return;
            kill("killed");
            return new Promise(() => {});
          };
        });
        if ((await Promise.race([settle(hub.id), killed])) !== "killed") break;
        core.onCall = () => {};
        for (const id of await findWork(core)) await settle(id);
        for (let round = 0; round < 3; round++) {
          core.clock.advance(60_000);
          for (const id of await findWork(core)) await settle(id);
        }
        const seen = await hubNow(hub.id);
        const where = `${phase} killed at ${calls[killAt]}`;
        if (phase !== "remove") {
          assert.equal(seen.deployment, "deployed", where);
          assert.equal(core.backend.hubs.get(hub.id)?.spec.usage.participants, phase === "change" ? 50 : 25, where);
          assert.equal(seen.appliedSpecVersion, phase === "change" ? 1 : 0, where);
          assert.deepEqual([...(core.identity.groups.get("stats")?.members ?? [])].sort(), ["student", "teacher"]);
          assert.deepEqual(core.identity.applications.get("stats"), { hubId: hub.id, bound: true, provider: true });
          assert.equal(core.backend.hubs.size, 1, where);
        } else {
          assert.equal(seen.deployment, "removed", where);
          assert.equal(core.identity.groups.size + core.identity.applications.size + core.identity.providers.size, 0);
          assert.equal(core.backend.hubs.size, 0, where);
        }
      }
      assert.ok(calls.length >= 4, calls.join());
    }
  });

  test("every change of deployment that is recorded is in the table of transitions", async () => {
    const hub = await add({ period: { start: "2026-11-24", end: "2026-11-25" } });
    let failing = true;
    core.onCall = (call) => {
      if (failing && call === "backend.apply") throw new Unavailable("no");
    };
    await reconcileHub(core, hub.id);
    failing = false;
    core.clock.advance(60_000);
    await settle(hub.id);
    core.backend.hubs.clear();
    await findWork(core);
    await settle(hub.id);
    core.clock.advance(2 * dayMs);
    await settle(hub.id);
    let at: Deployment = "none";
    const states = (await core.store.events.ofHub(hub.id, 100)).reverse().map((event) => event.kind);
    for (const kind of states) {
      if (!(kind in deploymentTransitions)) continue;
      const next = kind as Deployment;
      if (at === "failed" && next === "deployed") at = "deploying"; // the second attempt is not an event of its own
      assert.ok(deploymentTransitions[at].includes(next), `${at} → ${next}`);
      at = next;
    }
    assert.equal(at, "removed");
  });
});
