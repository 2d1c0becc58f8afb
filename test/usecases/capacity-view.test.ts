import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { Hub } from "../../src/domain/hub.ts";
import { capacityToday, capacityView } from "../../src/usecases/requests/capacity-view.ts";
import { createFakeCore, type FakeCore } from "../fakes/core.ts";
import { makeHub, makePerson } from "../support/make.ts";

const usage = (participants: number) => ({ participants, ramGib: 1, cpus: 0.5, storageGib: 2, gpus: 0 });
const period = { start: "2026-12-01", end: "2026-12-31" };

// Today is 24 November 2026.
describe("the capacity while a hub exists", () => {
  let core: FakeCore;
  const open = async (rules: Parameters<typeof createFakeCore>[0] = {}) => {
    core = await createFakeCore(rules);
    await core.store.people.keep(makePerson({ id: "teacher", username: "teacher" }));
  };
  const add = async (given: Partial<Hub>) => {
    const hub = makeHub({ decision: "accepted", usage: usage(10), period, ...given });
    await core.store.hubs.add(hub, hub.id);
    return hub;
  };
  const days = (view: Awaited<ReturnType<typeof capacityView>>) =>
    view.intervals.map(({ days: { start, end }, others }) => [start, end, others.ramGib]);
  beforeEach(() => open());
  afterEach(() => core.close());

  test("only accepted hubs that stay count: not those that wait, are removed, or are going away", async () => {
    await add({});
    await add({ deployment: "deployed" });
    await add({ deployment: "failed" });
    await add({ decision: "pending" });
    await add({ decision: "declined" });
    await add({ decision: "cancelled" });
    await add({ deployment: "removed" });
    await add({ deployment: "deployed", degradeRequestedAt: core.clock.now() });
    const view = await capacityView(core, { usage: usage(5), period, exceptHubId: null });
    assert.deepEqual(view.peak.others, { ramGib: 30, cpus: 15, storageGib: 60, gpus: 0 });
    assert.deepEqual(view.peak.together, { ramGib: 35, cpus: 17.5, storageGib: 70, gpus: 0 });
  });

  test("when a change of a hub is tried, its present reservation is left out", async () => {
    const hub = await add({ deployment: "deployed" });
    const view = await capacityView(core, { usage: usage(20), period, exceptHubId: hub.id });
    assert.equal(view.peak.others.ramGib, 0);
    assert.equal(view.peak.together.ramGib, 20);
  });

  test("hubs exist from their lead days on, and a hub that only meets there counts", async () => {
    await core.close();
    await open({ leadDays: 3 });
    await add({ period: { start: "2027-01-02", end: "2027-01-31" } });
    await add({ period: { start: "2026-11-20", end: "2026-11-28" } });
    const view = await capacityView(core, { usage: usage(1), period, exceptHubId: null });
    assert.deepEqual(days(view), [
      ["2026-11-28", "2026-11-28", 10],
      ["2026-11-29", "2026-12-29", 0],
      ["2026-12-30", "2026-12-31", 10],
    ]);
  });

  test("for a hub that runs already, past days are left out; a request that came too late keeps all of its days", async () => {
    const running = { start: "2026-10-01", end: "2026-12-31" };
    const view = await capacityView(core, { usage: usage(1), period: running, exceptHubId: null });
    assert.deepEqual(view.span, { start: "2026-11-24", end: "2026-12-31" });
    const past = { start: "2026-10-01", end: "2026-10-31" };
    assert.deepEqual((await capacityView(core, { usage: usage(1), period: past, exceptHubId: null })).span, past);
  });

  test("GPUs are shown when they are offered, set as capacity, or reserved, and not otherwise", async () => {
    const shown = async () => (await capacityView(core, { usage: usage(1), period, exceptHubId: null })).shown;
    assert.ok(!(await shown()).includes("gpus"));
    core.rules.capacity = { gpus: 4 };
    assert.ok((await shown()).includes("gpus"));
    core.rules.capacity = {};
    await add({ usage: { ...usage(1), gpus: 1 } });
    assert.ok((await shown()).includes("gpus"));
  });

  test("today's use is that of the hubs that exist today", async () => {
    await add({ period: { start: "2026-11-24", end: "2026-11-24" }, deployment: "deployed" });
    await add({ period: { start: "2026-11-01", end: "2026-11-23" }, deployment: "deployed" });
    await add({ period: { start: "2026-11-25", end: "2026-12-24" } });
    core.rules.capacity = { ramGib: 100 };
    const today = await capacityToday(core);
    assert.equal(today.used.ramGib, 10);
    assert.deepEqual(today.shown, ["ramGib", "cpus", "storageGib"]);
  });
});
