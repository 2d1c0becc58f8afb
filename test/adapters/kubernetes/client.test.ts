import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { describe, type TestContext, test } from "node:test";
import { createKubeClient } from "../../../src/adapters/kubernetes/api/client.ts";
import { loadCluster } from "../../../src/adapters/kubernetes/api/connect.ts";
import type { KubeFault } from "../../../src/adapters/kubernetes/api/fault.ts";
import { manifestsOf } from "../../../src/adapters/kubernetes/manifests/all.ts";
import { openBackend, openTestCluster, writeKubeconfig } from "../../support/kubernetes-api/open-cluster.ts";
import { makePlatform, makeSpec } from "../../support/kubernetes-hub.ts";
import { silentLog } from "../../support/silent-log.ts";

const spec = makeSpec();
const manifests = manifestsOf({ spec, platform: makePlatform(), pythonConfig: "" });

async function setUp(t: TestContext, timeoutMs = 5000) {
  const cluster = await openTestCluster(t);
  const config = loadCluster({ kubeconfig: cluster.kubeconfig });
  const client = createKubeClient({ config, log: silentLog, timeoutMs, firstPauseMs: 5 });
  t.after(() => client.close());
  return { cluster, client };
}
const faultOf = async (work: Promise<unknown>): Promise<KubeFault> =>
  work.then(
    () => assert.fail("expected a fault"),
    (error: KubeFault) => error,
  );

describe("calls to the cluster", () => {
  for (const how of [{ status: 429, retryAfter: 0 }, { status: 500 }, { status: 503 }, "cut", "cut-within"] as const) {
    test(`${JSON.stringify(how)} twice: tried again until it works`, async (t) => {
      const { cluster, client } = await setUp(t);
      cluster.fail({ times: 2, how });
      assert.deepEqual(await client.list("Namespace"), []);
    });
  }

  test("when the cluster stays broken, that is said, and not for ever tried", async (t) => {
    const { cluster, client } = await setUp(t);
    cluster.fail({ times: 100, how: { status: 500 } });
    const fault = await faultOf(client.list("Namespace"));
    assert.equal(fault.sentence, "The cluster did not list Namespaces: the cluster has a fault of its own (500).");
    assert.equal(fault.transient, true);
  });

  test("when the cluster is too old for a field, that is said, without its value, and it is not tried again", async (t) => {
    const { cluster, client } = await setUp(t);
    cluster.store.put({ kind: "Namespace", namespace: "", name: "x", labels: {}, more: {}, fields: {} });
    const metadata = { name: "hub", namespace: "x", labels: {} };
    const asked = cluster.acts.length;
    const given = { apiVersion: "v1", kind: "Secret", metadata, newerField: "secret-of-the-hub" } as const;
    const fault = await faultOf(client.apply(given));
    assert.equal(fault.transient, false);
    assert.match(fault.sentence, /this version of Kubernetes does not take \.newerField\. Update the cluster/);
    assert.doesNotMatch(fault.sentence, /secret-of-the-hub/);
    assert.equal(cluster.acts.filter(({ verb }) => verb === "patch").length - asked, 1);
  });

  test("when it asks to wait longer than anybody would, the call ends at once", async (t) => {
    const { cluster, client } = await setUp(t);
    cluster.fail({ times: 100, how: { status: 429, retryAfter: 60 } });
    const fault = await faultOf(client.list("Namespace"));
    assert.deepEqual([fault.status, fault.waitMs, fault.transient], [429, 60_000, true]);
  });

  test("when it does not answer in time, the call ends", async (t) => {
    const { cluster, client } = await setUp(t, 100);
    cluster.fail({ times: 1, how: { waitMs: 3000 } });
    const fault = await faultOf(client.list("Namespace"));
    assert.equal(fault.sentence, "The cluster did not list Namespaces: it did not answer within 0.1 seconds.");
  });

  test("when the right misses, which is said, and it is not tried again", async (t) => {
    const { cluster, client } = await setUp(t);
    cluster.setRules([]);
    const fault = await faultOf(client.list("Secret", { namespace: "x" }));
    assert.match(fault.sentence, /^The cluster did not list Secrets in x: the portal has no right to\./);
    assert.deepEqual([fault.transient, cluster.acts.length], [false, 1]);
  });

  test("a field that does not exist is refused, and a Secret's content does not show", async (t) => {
    const { cluster, client } = await setUp(t);
    const [namespace] = manifests;
    assert.ok(namespace);
    await client.apply(namespace);
    const proxy = manifests.find(({ kind, metadata }) => kind === "Secret" && metadata.name === "proxy");
    assert.ok(proxy);
    const fault = await faultOf(client.apply({ ...proxy, data: { token: "not base64!" } }));
    assert.deepEqual([fault.status, fault.sentence.includes("not base64!")], [500, false]);
    const typo = await faultOf(client.apply({ ...proxy, datta: {} }));
    assert.deepEqual([typo.status, typo.transient], [500, false]);
    assert.equal(cluster.store.list("Secret").length, 0);
  });

  test("an unknown account is told apart from a cluster that is away", async (t) => {
    const { cluster } = await setUp(t);
    const kubeconfig = await writeKubeconfig(t, { url: cluster.url, token: "another" });
    const config = loadCluster({ kubeconfig });
    const client = createKubeClient({ config, log: silentLog });
    t.after(() => client.close());
    assert.match((await faultOf(client.list("Namespace"))).sentence, /does not accept the portal's credentials/);
    await cluster.close();
    const gone = createKubeClient({ config, log: silentLog, attempts: 1 });
    assert.match((await faultOf(gone.list("Namespace"))).sentence, /it cannot be reached \(ECONN/);
  });

  test("sixty requests take a handful of connections", async (t) => {
    const { cluster } = await setUp(t);
    const config = loadCluster({ kubeconfig: cluster.kubeconfig });
    const client = createKubeClient({ config, log: silentLog, parallel: 3 });
    t.after(() => client.close());
    await Promise.all(Array.from({ length: 60 }, () => client.list("Namespace")));
    // One more each, while the answer before is read to its end.
    assert.ok(cluster.connections() <= 6, `${cluster.connections()} connections`);
  });

  test("a file that is no kubeconfig, or none at all, is said before anything starts", async (t) => {
    const file = await writeKubeconfig(t, { url: "http://127.0.0.1:1", token: "secret-token" });
    await writeFile(file, "secret-token: [");
    assert.throws(() => loadCluster({ kubeconfig: file }), {
      sentence: `The file that KUBECONFIG names cannot be read: ${file}`,
    });
    const good = await writeKubeconfig(t, { url: "http://127.0.0.1:1", token: "t" });
    assert.throws(() => loadCluster({ kubeconfig: good, context: "other" }), { sentence: /no such context/ });
  });
});

describe("the number of requests", () => {
  test("deploying costs one a manifest and reads that do not grow with the number of hubs", async (t) => {
    const { cluster } = await setUp(t);
    const backend = openBackend(t, cluster.kubeconfig, { freshForMs: 1500 });
    const hubs = Array.from({ length: 20 }, (_, at) => makeSpec({ id: `hub-${at}`, slug: `course-${at}` }));
    await Promise.all(hubs.map((hub) => backend.apply(hub)));
    const reads = cluster.acts.filter(({ method }) => method === "GET");
    const perHub = cluster.acts.filter(({ method }) => method === "PATCH").length / hubs.length;
    // What is made counts twice here: as patch and as the right to create.
    assert.equal(perHub, 2 * manifests.length);
    const lists = reads.filter(({ verb }) => verb === "list").length;
    assert.ok(lists <= 13 * 4, `${lists} lists`);
    assert.equal(reads.length - lists, hubs.length);
  });

  test("hubs that start together are looked at together: not at once, and then in lists that all of them share", async (t) => {
    const { cluster } = await setUp(t);
    let now = Date.now();
    const backend = openBackend(t, cluster.kubeconfig, { freshForMs: 1500, now: () => now });
    const hubs = Array.from({ length: 20 }, (_, at) => makeSpec({ id: `hub-${at}`, slug: `course-${at}` }));
    for (const hub of hubs) {
      await backend.apply(hub);
      now += 50;
      cluster.acts.length = 0;
      assert.deepEqual(await backend.observe(hub), { state: "starting", progress: null });
      assert.equal(cluster.acts.length, 0, "what was made just now is not up yet");
    }
    now += 1500;
    const seen = [];
    for (const hub of hubs) seen.push((await backend.observe(hub)).state);
    assert.ok(
      seen.every((state) => state === "starting" || state === "healthy"),
      seen.join(),
    );
    assert.ok(cluster.acts.length <= 8, `${cluster.acts.length} requests`);
  });

  test("looking for drift costs at most 20, however many hubs there are", async (t) => {
    const { cluster } = await setUp(t);
    const backend = openBackend(t, cluster.kubeconfig);
    const hubs = Array.from({ length: 30 }, (_, at) => makeSpec({ id: `hub-${at}`, slug: `course-${at}` }));
    await Promise.all(hubs.map((hub) => backend.apply(hub)));
    cluster.acts.length = 0;
    assert.deepEqual(await backend.drifted(hubs), []);
    assert.ok(cluster.acts.length <= 20, `${cluster.acts.length} requests`);
  });
});
