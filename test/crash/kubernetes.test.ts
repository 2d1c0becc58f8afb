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
import type { Fault } from "../support/kubernetes-api/start.ts";
import { makeHub, makePerson } from "../support/make.ts";
import { type PortalProcess, startPortal } from "../support/portal-process.ts";
import { waitFor } from "../support/wait-for.ts";

const preload = resolve(import.meta.dirname, "answer-for-hubs.ts");
const secretKey = "a-secret-key-of-32-characters-or-more";
/** Requests between two deaths: all of them would take a quarter of an hour. */
const step = 5;

async function setUp(t: TestContext) {
  const home = await mkdtemp(join(tmpdir(), "jhaas-crash-"));
  const running = new Set<PortalProcess>();
  // Before all others: hooks run in this order, and servers wait for their clients.
  t.after(async () => {
    for (const portal of running) await portal.kill();
  });
  const port = await freePorts(2);
  const portalUrl = `http://localhost:${port}`;
  const authentik = await startEmbeddedAuthentik({ dataFile: ":memory:", port: port + 1, seed: { portalUrl } });
  t.after(() => authentik.close());
  const cluster = await openTestCluster(t);
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
  const env = {
    PORT: String(port),
    DATA_DIR: home,
    SECRET_KEY: secretKey,
    AUTHENTIK_URL: authentik.url,
    AUTHENTIK_TOKEN: authentik.apiToken,
    OIDC_CLIENT_ID: authentik.portal.clientId,
    OIDC_CLIENT_SECRET: authentik.portal.clientSecret,
    HUB_BACKEND: "kubernetes",
    HUB_DOMAIN: "hubs.invalid",
    KUBECONFIG: cluster.kubeconfig,
    HUB_DATA_RETENTION_DAYS: "0",
  };
  const start = () => {
    const portal = startPortal(env, ["--import", preload]);
    running.add(portal);
    void portal.ended.then(() => running.delete(portal));
    return portal;
  };
  return { cluster, store, teacherId, start };
}

type World = Awaited<ReturnType<typeof setUp>>;

/** What is in the cluster for a hub, and how to kill a portal at its work there. */
function actsOn(cluster: World["cluster"], start: World["start"]) {
  const objects = (slug: string) =>
    cluster.store
      .everythingIn(`jhaas-${slug}`)
      .filter(({ kind }) => kind !== "Event")
      .map(({ kind, metadata }) => `${kind}/${kind === "Pod" ? metadata.name.split("-")[0] : metadata.name}`)
      .sort();

  /** Lets a portal run until a request with this number, kills it, and lets another one finish. */
  const killAt = async (number: number, what: string, atRest: () => Promise<boolean>): Promise<boolean> => {
    let seen = 0;
    let killed = false;
    const first = start();
    const fault: Fault = {
      when: () => {
        if (seen++ !== number) return false;
        killed = true;
        void first.kill();
        return true;
      },
      times: 1,
      // The cluster does what was asked; nobody hears of it.
      how: "cut-within",
    };
    cluster.fail(fault);
    await waitFor(async () => killed || (await atRest()), `${what}, or death`, { withinMs: 60_000 });
    fault.times = 0;
    await first.kill();
    if (!killed) return false;
    const second = start();
    await waitFor(atRest, `${what} after death at request ${number}`, { withinMs: 60_000 }).catch((error) => {
      throw new Error(`${String(error)}\n${second.output()}`);
    });
    await second.kill();
    return true;
  };
  return { objects, killAt };
}

describe("the portal killed at requests to the cluster", () => {
  test("while deploying and removing: started anew, the hub ends up as wanted, and nothing is left behind", async (t) => {
    const { cluster, store, teacherId, start } = await setUp(t);
    const { objects, killAt } = actsOn(cluster, start);
    let whole: string[] | undefined;
    for (let number = 0, killed = true; killed; number += step) {
      const slug = `crash-${number}`;
      const start = new Date().toISOString().slice(0, 10);
      const period = { start, end: "2099-01-01" };
      const accepted = { decision: "accepted", decidedAt: new Date() } as const;
      const hub = makeHub({ slug, ...accepted, teacherId, period });
      await store.hubs.add(hub, hub.id);
      const now = async () => (await store.hubs.byId(hub.id)) ?? assert.fail("gone");
      const deployed = async () => (await now()).deployment === "deployed";
      const up = await killAt(number, "deployed", deployed);
      whole ??= objects(slug);
      assert.deepEqual(objects(slug), whole, `deployed, killed at ${number}`);
      assert.ok(whole.includes("Pod/hub") && whole.includes("Pod/proxy"));

      await store.hubs.change(hub.id, {}, { degradeRequestedAt: new Date(), degradeRequestedBy: teacherId });
      const erased = async () => (await now()).dataErasedAt !== null;
      const down = await killAt(number, "erased", erased);
      assert.deepEqual(objects(slug), [], `removed, killed at ${number}`);
      assert.equal(cluster.store.find("Namespace", `jhaas-${slug}`), undefined);
      killed = up || down;
    }
  });

  test("while rolling a change out: started anew, the change is there as a whole, and nothing else has changed", async (t) => {
    const { cluster, store, teacherId, start } = await setUp(t);
    const { objects, killAt } = actsOn(cluster, start);
    const period = { start: new Date().toISOString().slice(0, 10), end: "2099-01-01" };
    const hub = makeHub({ slug: "change", decision: "accepted", decidedAt: new Date(), teacherId, period });
    await store.hubs.add(hub, hub.id);
    const now = async () => (await store.hubs.byId(hub.id)) ?? assert.fail("gone");
    const rolledOut = async () => {
      const { deployment, specVersion, appliedSpecVersion } = await now();
      return deployment === "deployed" && specVersion === appliedSpecVersion;
    };
    await killAt(Number.POSITIVE_INFINITY, "deployed", rolledOut);
    const whole = objects(hub.slug);
    const quota = () =>
      JSON.stringify(cluster.store.everythingIn("jhaas-change").filter(({ kind }) => kind === "ResourceQuota"));
    const secrets = () => cluster.store.everythingIn("jhaas-change").filter(({ kind }) => kind === "Secret").length;
    const kept = secrets();

    for (let number = 0, killed = true; killed; number += 2 * step) {
      const before = quota();
      const { specVersion, usage } = await now();
      const change = { usage: { ...usage, participants: usage.participants + 1 }, specVersion: specVersion + 1 };
      await store.hubs.change(hub.id, {}, change);
      killed = await killAt(number, "rolled out", rolledOut);
      assert.deepEqual(objects(hub.slug), whole, `killed at ${number}`);
      assert.equal(secrets(), kept);
      assert.notEqual(quota(), before, `the quota is that of the change, killed at ${number}`);
      assert.ok(number > 0 || killed, "requests were made");
    }
    const { mails = [] } = (await store.personalData.collect(teacherId)) ?? {};
    assert.equal(mails.filter(({ kind }) => kind === "hub-deployed").length, 1, "told once that it is open");
  });
});
