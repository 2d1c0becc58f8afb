import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { connect, migrate } from "../../src/adapters/db/connect.ts";
import { createSealer } from "../../src/adapters/db/seal.ts";
import { createStore } from "../../src/adapters/db/store.ts";
import { startEmbeddedAuthentik } from "../../src/embedded-authentik/start.ts";
import { freePorts } from "../support/free-ports.ts";
import { openTestCluster } from "../support/kubernetes-api/open-cluster.ts";
import { makeHub, makePerson } from "../support/make.ts";
import { type PortalProcess, startPortal } from "../support/portal-process.ts";
import { waitFor } from "../support/wait-for.ts";

const preload = resolve(import.meta.dirname, "answer-for-hubs.ts");
const secretKey = "a-secret-key-of-32-characters-or-more";

/** Two portals on one database file. Each has a cluster of its own, so that what each of them does can be told apart. */
async function setUp(t: TestContext) {
  const home = await mkdtemp(join(tmpdir(), "jhaas-two-"));
  const running = new Set<PortalProcess>();
  // Before all others: hooks run in this order, and servers wait for their clients.
  t.after(async () => {
    for (const portal of running) await portal.kill();
  });
  const port = await freePorts(3);
  const portalUrl = `http://localhost:${port}`;
  const authentik = await startEmbeddedAuthentik({ dataFile: ":memory:", port: port + 2, seed: { portalUrl } });
  t.after(() => authentik.close());
  const knex = connect(join(home, "portal.sqlite"));
  t.after(() => knex.destroy());
  t.after(() => rm(home, { recursive: true, force: true }));
  await migrate(knex);
  const store = createStore(knex, createSealer(secretKey));
  const users = await fetch(`${authentik.url}/api/v3/core/users/?username=teacher`, {
    headers: { authorization: `Bearer ${authentik.superuserToken}` },
  });
  const { results } = (await users.json()) as { results: { uuid: string }[] };
  const teacherId = results[0]?.uuid ?? assert.fail("no teacher");
  await store.people.keep(makePerson({ id: teacherId, username: "teacher", checkedAt: new Date() }));

  const start = async (at: number) => {
    const cluster = await openTestCluster(t);
    const env = {
      PORT: String(port + at),
      DATA_DIR: home,
      SECRET_KEY: secretKey,
      AUTHENTIK_URL: authentik.url,
      AUTHENTIK_TOKEN: authentik.apiToken,
      OIDC_CLIENT_ID: authentik.portal.clientId,
      OIDC_CLIENT_SECRET: authentik.portal.clientSecret,
      HUB_BACKEND: "kubernetes",
      HUB_DOMAIN: "hubs.invalid",
      KUBECONFIG: cluster.kubeconfig,
      RECONCILE_SCHEDULE: "* * * * * *",
    };
    const portal = startPortal(env, ["--import", preload]);
    running.add(portal);
    await waitFor(async () => (await fetch(`${portal.url}/readyz`)).ok, "the portal to be ready");
    const changes = () => cluster.acts.filter(({ verb }) => ["patch", "create", "delete"].includes(verb)).length;
    return { portal, changes };
  };
  const add = async (slug: string) => {
    const accepted = { decision: "accepted", decidedAt: new Date() } as const;
    const hub = makeHub({ slug, ...accepted, teacherId, period: { start: "2026-01-01", end: "2099-01-01" } });
    await store.hubs.add(hub, hub.id);
    const deployed = async () => (await store.hubs.byId(hub.id))?.deployment === "deployed";
    await waitFor(deployed, `${slug} to be deployed`, { withinMs: 60_000 });
    return (await store.events.ofHub(hub.id, 100)).map(({ kind }) => kind).reverse();
  };
  return { start, add };
}

describe("two portals on one database", () => {
  test("one acts, however many looks both take; when it is killed, the other goes on", async (t) => {
    const { start, add } = await setUp(t);
    const first = await start(0);
    assert.deepEqual(await add("one"), ["deploying", "deployed"]);
    const second = await start(1);
    for (const slug of ["two", "three"]) assert.deepEqual(await add(slug), ["deploying", "deployed"], slug);
    assert.ok(first.changes() >= 3 * 20);
    assert.equal(second.changes(), 0, "the other did nothing");

    await first.portal.kill();
    assert.deepEqual(await add("four"), ["deploying", "deployed"]);
    assert.ok(second.changes() >= 20);
  });
});
