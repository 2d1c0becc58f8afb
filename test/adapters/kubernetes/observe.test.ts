import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import type { HubObservation } from "../../../src/ports/hub-backend.ts";
import type { Behaviour } from "../../support/kubernetes-api/controllers.ts";
import { openBackend, openTestCluster } from "../../support/kubernetes-api/open-cluster.ts";
import type { Fault } from "../../support/kubernetes-api/start.ts";
import { makePlatform, makeSpec } from "../../support/kubernetes-hub.ts";
import { waitFor } from "../../support/wait-for.ts";

const spec = makeSpec();
const words = (seen: HubObservation) =>
  seen.state === "broken" ? seen.reason : "progress" in seen ? (seen.progress ?? "") : "";

/** A deployed hub whose hub deployment turns out this way; its proxy is well. */
async function setUp(t: TestContext, behaviour: Behaviour, fetchHub?: typeof fetch) {
  const cluster = await openTestCluster(t);
  cluster.controllers.behave(({ metadata }) => (metadata.name === "hub" ? behaviour : "ready"));
  const backend = openBackend(t, cluster.kubeconfig, fetchHub === undefined ? {} : { fetch: fetchHub });
  await backend.apply(spec);
  return { cluster, backend };
}

const fails =
  (code: string): typeof fetch =>
  async () => {
    throw new TypeError("fetch failed", { cause: Object.assign(new Error("no"), { code }) });
  };

describe("looking at a hub that does not come up", () => {
  const cases: [Behaviour, "starting" | "broken", RegExp][] = [
    ["pending", "starting", /^JupyterHub has started and is getting ready$/],
    [
      "pulling",
      "starting",
      /^The image quay\.io\/jupyterhub\/k8s-hub:\S+ is being pulled, which may take some minutes$/,
    ],
    ["no-room", "starting", /^JupyterHub waits for room: no node has enough memory free$/],
    ["no-volume", "starting", /^The hub's volume is not there yet: no persistent volumes available for this claim/],
    ["no-image", "broken", /^The image quay\.io\/jupyterhub\/k8s-hub:\S+ does not exist\.$/],
    ["registry-refuses", "broken", /^The registry does not let the cluster pull the image/],
    ["crash", "broken", /^JupyterHub ends as soon as it starts\. Its last words: ValueError: no such option\.$/],
    ["quota", "broken", /^JupyterHub cannot start: the quota is used up \(hub, requested: limits\.memory=1Gi/],
  ];
  for (const [behaviour, state, expected] of cases) {
    test(`${behaviour}: said in plain words`, async (t) => {
      const { backend } = await setUp(t, behaviour);
      const seen = await waitFor(async () => {
        const one = await backend.observe(spec);
        return expected.test(words(one)) ? one : null;
      }, String(expected));
      assert.equal(seen.state, state);
    });
  }

  test("when it runs but its address does not work, what is wrong with the address is said", async (t) => {
    const unreached: [typeof fetch, RegExp][] = [
      [
        fails("ENOTFOUND"),
        /^The address stat-1\.hubs\.example\.org does not resolve\. Check the \(wildcard\) DNS entry$/,
      ],
      [
        fails("DEPTH_ZERO_SELF_SIGNED_CERT"),
        /^The certificate of stat-1\.hubs\.example\.org is not ready or not valid/,
      ],
      [fails("ECONNREFUSED"), /^Nothing answers at https:\/\/stat-1\.hubs\.example\.org\/ yet/],
      [async () => new Response("", { status: 404 }), /^The ingress controller does not know/],
      [async () => new Response("", { status: 503 }), /^The ingress controller does not reach the hub yet/],
      [async () => new Response("", { status: 302 }), /^Something else answers/],
    ];
    const { cluster } = await setUp(t, "ready");
    for (const [fetchHub, expected] of unreached) {
      const backend = openBackend(t, cluster.kubeconfig, { fetch: fetchHub });
      await waitFor(async () => expected.test(words(await backend.observe(spec))), String(expected));
    }
  });

  test("asked at the hub's own path, in path mode as well", async (t) => {
    const asked: string[] = [];
    const platform = makePlatform({ place: { kind: "host", host: "hubs.example.org" } });
    const cluster = await openTestCluster(t);
    const fetchHub: typeof fetch = async (url) => {
      asked.push(String(url));
      return new Response("");
    };
    const backend = openBackend(t, cluster.kubeconfig, { platform, fetch: fetchHub });
    await backend.apply(spec);
    await waitFor(async () => (await backend.observe(spec)).state === "healthy", "a healthy hub");
    assert.deepEqual([...new Set(asked)], ["https://hubs.example.org/stat-1/hub/health"]);
    assert.equal((await backend.address(spec)).callbackUrl, "https://hubs.example.org/stat-1/hub/oauth_callback");
  });
});

describe("looking at a hub", () => {
  test("absent before it is applied, and after another configuration is wanted", async (t) => {
    const cluster = await openTestCluster(t);
    const backend = openBackend(t, cluster.kubeconfig);
    assert.deepEqual(await backend.observe(spec), { state: "absent" });
    await backend.apply(spec);
    await waitFor(async () => (await backend.observe(spec)).state === "healthy", "a healthy hub");
    const other = openBackend(t, cluster.kubeconfig);
    assert.deepEqual(await other.observe({ ...spec, teachers: ["other"] }), { state: "absent" });
  });

  test("while the old pod still ends, the hub is not taken for healthy", async (t) => {
    const { cluster, backend } = await setUp(t, "ready");
    await waitFor(async () => (await backend.observe(spec)).state === "healthy", "a healthy hub");
    cluster.controllers.holdPods = true;
    const changed = { ...spec, redeployedAt: "2026-11-24T10:00:00.000Z" };
    await backend.apply(changed);
    await waitFor(async () => words(await backend.observe(changed)) === "The proxy is being restarted", "a restart");
    cluster.controllers.holdPods = false;
    await waitFor(async () => (await backend.observe(changed)).state === "healthy", "a healthy hub");
  });

  test("a namespace that does not go away is reported with its conditions, not waited for silently", async (t) => {
    const { cluster } = await setUp(t, "ready");
    cluster.controllers.holdNamespaces = true;
    let ahead = 0;
    const backend = openBackend(t, cluster.kubeconfig, { now: () => Date.now() + ahead });
    await waitFor(async () => {
      await backend.eraseData(spec);
      return cluster.store.find("Namespace", "jhaas-stat-1")?.metadata.deletionTimestamp;
    }, "the namespace to be marked");
    assert.equal(await backend.eraseData(spec), false);
    assert.equal((await backend.observe(spec)).state, "removing");
    await assert.rejects(backend.apply(spec), { sentence: /is still being removed/ });
    ahead = 5 * 60 * 1000;
    await assert.rejects(backend.eraseData(spec), {
      sentence: /The namespace jhaas-stat-1 does not go away: .*example\.org\/keep/,
    });
    assert.match(words(await backend.observe(spec)), /does not go away/);
  });

  test("removing waits for the hub, then for user servers, and keeps the network rules until then", async (t) => {
    const { cluster, backend } = await setUp(t, "ready");
    await waitFor(async () => (await backend.observe(spec)).state === "healthy", "a healthy hub");
    const labels = { "jhaas/hub": spec.id, "hub.jupyter.org/network-access-hub": "true" };
    const namespace = "jhaas-stat-1";
    cluster.store.put({ kind: "Pod", namespace, name: "jupyter-ada", labels, more: {}, fields: {} });
    cluster.store.put({ kind: "PersistentVolumeClaim", namespace, name: "claim-ada", labels, more: {}, fields: {} });
    cluster.controllers.holdPods = true;
    assert.equal(await backend.remove(spec), false);
    const ada = () => cluster.store.find("Pod", "jupyter-ada", namespace);
    assert.equal(ada()?.metadata.deletionTimestamp, undefined);
    cluster.controllers.holdPods = false;
    await waitFor(
      async () => (await backend.remove(spec)) || ada()?.metadata.deletionTimestamp,
      "servers to be stopped",
    );
    await waitFor(() => backend.remove(spec), "the hub to be removed");
    assert.equal(ada(), undefined);
    assert.ok(cluster.store.find("PersistentVolumeClaim", "claim-ada", namespace));
    assert.equal(cluster.store.find("NetworkPolicy", "hub", namespace), undefined);
  });

  test("pods that do not end, because their node is gone, are named with it, not waited for silently", async (t) => {
    const { cluster } = await setUp(t, "ready");
    let ahead = 0;
    const backend = openBackend(t, cluster.kubeconfig, { now: () => Date.now() + ahead });
    cluster.controllers.holdPods = true;
    const labels = { "jhaas/hub": spec.id, "hub.jupyter.org/network-access-hub": "true" };
    const more = { deletionTimestamp: new Date().toISOString() };
    const fields = { spec: { nodeName: "node-7" } };
    cluster.store.put({ kind: "Pod", namespace: "jhaas-stat-1", name: "jupyter-ada", labels, more, fields });
    assert.equal(await backend.remove(spec), false);
    const told = () => cluster.store.list("Pod").every(({ metadata }) => metadata.deletionTimestamp !== undefined);
    await waitFor(told, "all pods to be told to end");
    assert.equal(await backend.remove(spec), false);
    ahead = 6 * 60 * 1000;
    await assert.rejects(backend.remove(spec), {
      sentence: /^3 pods do not end, such as \S+\. Look after the node node-7; if it is gone for good/,
    });
    cluster.controllers.holdPods = false;
    await waitFor(() => backend.remove(spec), "the hub to be removed");
  });

  test("while the cluster is away, it is asked now and then, however many hubs wait for it", async (t) => {
    const { cluster } = await setUp(t, "ready");
    let ahead = 0;
    const backend = openBackend(t, cluster.kubeconfig, { now: () => Date.now() + ahead });
    const away: Fault = { times: Number.POSITIVE_INFINITY, how: { status: 503 } };
    let asked = 0;
    away.when = (_method, path) => path === "/version" && ++asked > 0;
    cluster.fail(away);
    const all = await Promise.all(Array.from({ length: 100 }, () => backend.readiness()));
    assert.ok(all.every(({ ready }) => !ready));
    const once = asked;
    assert.ok(once <= 4, `${once} requests`);
    assert.equal((await backend.readiness()).ready, false);
    assert.equal(asked, once);
    away.times = 0;
    ahead = 5001;
    assert.deepEqual(await backend.readiness(), { ready: true });
  });

  test("a deployment that is down for long counts as drift, a short restart does not", async (t) => {
    const { cluster } = await setUp(t, "pending");
    let ahead = 0;
    const backend = openBackend(t, cluster.kubeconfig, { now: () => Date.now() + ahead });
    assert.deepEqual(await backend.drifted([spec]), []);
    ahead = 10 * 60 * 1000;
    assert.deepEqual(await backend.drifted([spec]), [spec.id]);
  });
});
