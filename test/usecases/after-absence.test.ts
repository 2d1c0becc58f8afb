import assert from "node:assert/strict";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import type { Knex } from "knex";
import { connect, migrate } from "../../src/adapters/db/connect.ts";
import { createSealer } from "../../src/adapters/db/seal.ts";
import { createStore } from "../../src/adapters/db/store.ts";
import type { Hub } from "../../src/domain/hub.ts";
import type { Core } from "../../src/usecases/core.ts";
import { findWork } from "../../src/usecases/reconcile/find-work.ts";
import { reconcileHub } from "../../src/usecases/reconcile/reconcile-hub.ts";
import { createFakeCore } from "../fakes/core.ts";
import { dayMs, hourMs } from "../support/clock.ts";
import { openBackend, openTestCluster } from "../support/kubernetes-api/open-cluster.ts";
import type { Fault } from "../support/kubernetes-api/start.ts";
import { makeHub, makePerson } from "../support/make.ts";

const accepted = { decision: "accepted", decidedAt: new Date("2026-11-24T10:00:00Z"), decidedBy: "teacher" } as const;

/** A portal on a database file and a test cluster, whose process can be away and come back. */
async function setUp(t: TestContext) {
  const home = await mkdtemp(join(tmpdir(), "jhaas-absence-"));
  t.after(() => rm(home, { recursive: true, force: true }));
  const fake = await createFakeCore();
  t.after(() => fake.close());
  const cluster = await openTestCluster(t);
  const file = join(home, "portal.sqlite");
  let knex: Knex | null = null;
  t.after(() => knex?.destroy());
  const start = async (): Promise<Core> => {
    knex = connect(file);
    await migrate(knex);
    const store = createStore(knex, createSealer("a-secret-key-of-32-characters-or-more"));
    // Another process remembers nothing: only the file, Authentik and the cluster do.
    return { ...fake, store, backend: openBackend(t, cluster.kubeconfig) };
  };
  const stop = async () => {
    await knex?.destroy();
    knex = null;
  };
  const backup = async () => {
    await knex?.raw("VACUUM INTO ?", [join(home, "backup.sqlite")]);
  };
  /** Puts the database back to the backup, as an operator would with the portal stopped. */
  const restore = async () => {
    await stop();
    for (const end of ["-wal", "-shm"]) await rm(`${file}${end}`, { force: true });
    await copyFile(join(home, "backup.sqlite"), file);
    return start();
  };
  const { clock } = fake;
  /** One look by the clock, and all that follows from it. */
  const tick = async (core: Core) => {
    const ids = new Set(await findWork(core));
    for (let look = 0; ids.size > 0; look++) {
      assert.ok(look < 500, "it does not come to rest");
      for (const id of ids) {
        const again = await reconcileHub(core, id);
        if (again === null || again >= 5000) ids.delete(id);
      }
      // The test cluster does its part in real time.
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const first = await start();
  await first.store.people.keep(makePerson({ id: "teacher", username: "teacher" }));
  const add = async (core: Core, given: Partial<Hub>) => {
    const hub = makeHub({ ...accepted, ...given });
    await core.store.hubs.add(hub, hub.id);
    return hub.id;
  };
  const stateOf = async (core: Core, id: string) => (await core.store.hubs.byId(id))?.deployment;
  const namespaces = () =>
    cluster.store
      .list("Namespace")
      .map(({ metadata }) => metadata.name)
      .sort();
  return { first, fake, cluster, clock, start, stop, backup, restore, tick, add, stateOf, namespaces };
}

describe("after the portal was away", () => {
  test("for days: what began, ended and was to be erased meanwhile is made good in one go", async (t) => {
    const { first, fake, clock, start, stop, tick, add, stateOf, namespaces } = await setUp(t);
    const running = await add(first, { slug: "running", period: { start: "2026-11-20", end: "2027-01-31" } });
    const ended = await add(first, { slug: "ended", period: { start: "2026-11-20", end: "2026-11-26" } });
    const erased = await add(first, { slug: "erased", period: { start: "2026-11-20", end: "2026-11-24" } });
    const begins = await add(first, { slug: "begins", period: { start: "2026-11-30", end: "2027-01-31" } });
    const missed = await add(first, { slug: "missed", period: { start: "2026-11-26", end: "2026-11-28" } });
    await tick(first);
    assert.deepEqual(namespaces(), ["jhaas-ended", "jhaas-erased", "jhaas-running"]);
    await stop();

    clock.advance(10 * dayMs);
    const back = await start();
    await tick(back);
    assert.deepEqual(await Promise.all([running, ended, erased, begins, missed].map((id) => stateOf(back, id))), [
      "deployed",
      "removed",
      "removed",
      "deployed",
      "removed",
    ]);
    assert.deepEqual([...fake.identity.groups.keys()].sort(), ["begins", "running"]);
    // Home folders are kept for seven days from the removal, not from the end date: nobody had them until now.
    assert.deepEqual(namespaces(), ["jhaas-begins", "jhaas-ended", "jhaas-erased", "jhaas-running"]);
    assert.ok(!namespaces().includes("jhaas-missed"), "a period that passed unseen leaves nothing");
    clock.advance(7 * dayMs);
    await tick(back);
    assert.deepEqual(namespaces(), ["jhaas-begins", "jhaas-running"]);
  });

  test("while the cluster cannot be reached: nothing is taken for gone, and what is due is done when it is back", async (t) => {
    const { first, cluster, clock, tick, add, stateOf } = await setUp(t);
    const period = { start: "2026-11-20", end: "2027-01-31" };
    const up = await add(first, { slug: "up", period });
    const ends = await add(first, { slug: "ends", period: { ...period, end: "2026-11-25" } });
    await tick(first);
    const generation = () => cluster.store.find("Deployment", "hub", "jhaas-up")?.metadata.generation;
    const was = generation();
    const away: Fault = { times: Number.POSITIVE_INFINITY, how: "cut" };
    cluster.fail(away);
    const late = await add(first, { slug: "late", period });
    for (let hours = 0; hours < 60; hours += 6) {
      await tick(first);
      clock.advance(6 * hourMs);
    }
    assert.equal(await stateOf(first, up), "deployed", "whoever cannot look knows nothing");
    assert.equal(await stateOf(first, ends), "failed");
    assert.match((await first.store.hubs.byId(ends))?.failureReason ?? "", /cluster .*cannot be reached/);
    assert.match((await first.store.hubs.byId(late))?.failureReason ?? "", /cannot be reached/);
    away.times = 0;
    clock.advance(hourMs);
    await tick(first);
    clock.advance(hourMs);
    await tick(first);
    assert.deepEqual(await Promise.all([up, ends, late].map((id) => stateOf(first, id))), [
      "deployed",
      "removed",
      "deployed",
    ]);
    assert.equal(generation(), was, "the hub that was up was not touched");
  });

  test("with a restored backup: what it knows ends up as wanted, what it does not is listed and stays", async (t) => {
    const { first, cluster, clock, backup, restore, tick, add, stateOf, namespaces } = await setUp(t);
    const period = { start: "2026-11-20", end: "2027-01-31" };
    const kept = await add(first, { slug: "kept", period });
    const degraded = await add(first, { slug: "degraded", period });
    await tick(first);
    const waiting = await add(first, { slug: "waiting", period });
    await backup();

    // All of this is forgotten again.
    await tick(first);
    await first.store.hubs.change(degraded, {}, { degradeRequestedAt: clock.now(), degradeRequestedBy: "teacher" });
    await add(first, { slug: "unknown", period });
    await tick(first);
    clock.advance(8 * dayMs);
    await tick(first);
    assert.deepEqual(namespaces(), ["jhaas-kept", "jhaas-unknown", "jhaas-waiting"]);
    const tokenOf = (slug: string) => JSON.stringify(cluster.store.find("Secret", "hub", `jhaas-${slug}`)?.data);
    const [keptToken, waitingToken] = [tokenOf("kept"), tokenOf("waiting")];
    const unknown = cluster.store.everythingIn("jhaas-unknown").length;

    const back = await restore();
    await tick(back);
    assert.deepEqual(await Promise.all([kept, degraded, waiting].map((id) => stateOf(back, id))), [
      "deployed",
      "deployed",
      "deployed",
    ]);
    assert.deepEqual(await back.backend.drifted([]), []);
    assert.equal(tokenOf("kept"), keptToken, "its secrets are in the backup");
    assert.notEqual(tokenOf("waiting"), waitingToken, "its secrets were made after the backup, so it gets others");
    assert.deepEqual(namespaces(), ["jhaas-degraded", "jhaas-kept", "jhaas-unknown", "jhaas-waiting"]);
    const strays = await back.backend.strays(await back.store.hubs.notErased());
    assert.deepEqual(
      strays.map(({ where }) => where),
      ["jhaas-unknown"],
    );
    assert.equal(cluster.store.everythingIn("jhaas-unknown").length, unknown, "nothing of it was touched");
    assert.equal(cluster.store.list("Deployment").length, 8, "two for each hub, the unknown one included");
  });
});
