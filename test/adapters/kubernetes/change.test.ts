import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import type { HubConfig } from "../../../src/adapters/jupyterhub/hub-config.ts";
import type { HubSpec } from "../../../src/ports/hub-backend.ts";
import { editByHand } from "../../support/kubernetes-api/edit-by-hand.ts";
import { openBackend, openTestCluster } from "../../support/kubernetes-api/open-cluster.ts";
import type { Stored } from "../../support/kubernetes-api/store.ts";
import { makePlatform, makeSpec } from "../../support/kubernetes-hub.ts";
import { waitFor } from "../../support/wait-for.ts";

const namespace = "jhaas-stat-1";
const spec = makeSpec();

/** A hub that is up, with a student's server and home folder as KubeSpawner makes them. */
async function setUp(t: TestContext, platform = makePlatform()) {
  const cluster = await openTestCluster(t);
  const storageClass = (name: string, allowVolumeExpansion: boolean) =>
    cluster.store.put({
      kind: "StorageClass",
      namespace: "",
      name,
      labels: {},
      more: {},
      fields: { provisioner: "example.org/disks", allowVolumeExpansion },
    });
  storageClass("growing", true);
  storageClass("fixed", false);
  const backend = openBackend(t, cluster.kubeconfig, { platform });
  const healthy = (of: HubSpec) =>
    waitFor(async () => (await backend.observe(of)).state === "healthy", "a healthy hub");
  const set = async (of: HubSpec) => {
    await backend.apply(of);
    await healthy(of);
  };
  await set(spec);
  const labels = { "jhaas/hub": spec.id, "app.kubernetes.io/managed-by": "kubespawner" };
  const users = { ...labels, "hub.jupyter.org/network-access-hub": "true" };
  cluster.store.put({ kind: "Pod", namespace, name: "jupyter-ada", labels: users, more: {}, fields: {} });
  const home = (name: string, storageClassName: string, storage = "1Gi") =>
    cluster.store.put({
      kind: "PersistentVolumeClaim",
      namespace,
      name,
      labels,
      more: {},
      fields: {
        spec: {
          accessModes: ["ReadWriteOnce"],
          storageClassName,
          volumeMode: "Filesystem",
          resources: { requests: { storage } },
        },
      },
    });
  const find = (kind: string, name: string): Stored =>
    cluster.store.find(kind, name, namespace) ?? assert.fail(`no ${kind} ${name}`);
  const podOf = (component: string) =>
    cluster.store
      .list("Pod", namespace)
      .filter(({ metadata }) => metadata.labels?.["jhaas/component"] === component)
      .map(({ metadata }) => metadata.uid);
  const config = (): HubConfig => {
    const { "hub.json": text = "" } = find("Secret", "hub").data as Record<string, string>;
    return JSON.parse(Buffer.from(text, "base64").toString("utf8"));
  };
  const sizeOf = (name: string) =>
    (find("PersistentVolumeClaim", name).spec as { resources: { requests: { storage: string } } }).resources.requests
      .storage;
  return { cluster, backend, set, home, find, podOf, config, sizeOf };
}

describe("changing a hub on the cluster", () => {
  test("the hub starts anew with what changed; proxy, running servers and home folders are left alone", async (t) => {
    const { cluster, set, home, find, podOf, config } = await setUp(t);
    home("claim-ada", "growing");
    const [proxy, hub, ada] = [podOf("proxy"), podOf("hub"), find("Pod", "jupyter-ada").metadata.uid];
    const quota = () => (find("ResourceQuota", "hub").spec as { hard: Record<string, string> }).hard;
    const before = quota();
    const usage = { ...spec.usage, participants: 50, ramGib: 2 };
    const teachers = ["teacher", "Teacher2"];
    await set({ ...spec, name: "Statistics II", image: "quay.io/jupyter/r-notebook:2026-07-28", usage, teachers });
    assert.deepEqual(podOf("proxy"), proxy, "the proxy keeps its routes");
    assert.notDeepEqual(podOf("hub"), hub);
    assert.equal(find("Pod", "jupyter-ada").metadata.uid, ada);
    assert.equal(find("Pod", "jupyter-ada").metadata.deletionTimestamp, undefined);
    assert.equal(config().server.image, "quay.io/jupyter/r-notebook:2026-07-28");
    assert.equal(config().server.ramGib, 2);
    assert.deepEqual(config().teachers, ["teacher", "teacher2"]);
    assert.equal(cluster.store.find("Namespace", namespace)?.metadata.annotations?.["jhaas/hub-name"], "Statistics II");
    assert.deepEqual([before.pods, quota().pods], ["38", "71"]);
    assert.deepEqual([before["limits.memory"], quota()["limits.memory"]], ["18944Mi", "138752Mi"]);
    const [limit] = (find("LimitRange", "hub").spec as { limits: { default: Record<string, string> }[] }).limits;
    assert.equal(limit?.default.memory, "2Gi");
  });

  test("what only the cluster has to know restarts nothing", async (t) => {
    const { set, podOf } = await setUp(t);
    const before = [podOf("proxy"), podOf("hub")];
    await set({ ...spec, usage: { ...spec.usage, participants: 60 } });
    assert.deepEqual([podOf("proxy"), podOf("hub")], before);
  });

  test("a redeployment stops all servers and starts hub and proxy anew; volumes stay, and so do servers after it", async (t) => {
    const { cluster, backend, set, home, find, podOf } = await setUp(t);
    home("claim-ada", "growing");
    const [proxy, hub] = [podOf("proxy"), podOf("hub")];
    const volumes = ["hub-db", "claim-ada"].map((name) => find("PersistentVolumeClaim", name).metadata.uid);
    const redeployed = { ...spec, redeployedAt: "2026-11-25T10:00:00.000Z" };
    await set(redeployed);
    await waitFor(() => cluster.store.find("Pod", "jupyter-ada", namespace) === undefined, "the server to be stopped");
    assert.notDeepEqual(podOf("proxy"), proxy);
    assert.notDeepEqual(podOf("hub"), hub);
    assert.deepEqual(
      ["hub-db", "claim-ada"].map((name) => find("PersistentVolumeClaim", name).metadata.uid),
      volumes,
    );
    const labels = { "jhaas/hub": spec.id, "hub.jupyter.org/network-access-hub": "true" };
    cluster.store.put({ kind: "Pod", namespace, name: "jupyter-bob", labels, more: {}, fields: {} });
    await backend.apply(redeployed);
    assert.equal(find("Pod", "jupyter-bob").metadata.deletionTimestamp, undefined, "applied again, it stays");
  });

  test("more storage is had by those who have a home folder already, where its class can; never less", async (t) => {
    const { cluster, set, home, sizeOf } = await setUp(t);
    home("claim-ada", "growing");
    home("claim-bob", "fixed");
    home("claim-eve", "growing", "8Gi");
    const bigger = { ...spec, usage: { ...spec.usage, storageGib: 2.5 } };
    await set(bigger);
    assert.deepEqual([sizeOf("claim-ada"), sizeOf("claim-bob"), sizeOf("claim-eve")], ["2560Mi", "1Gi", "8Gi"]);
    const { labels } = cluster.store.find("PersistentVolumeClaim", "claim-ada", namespace)?.metadata ?? {};
    assert.equal(labels?.["app.kubernetes.io/managed-by"], "kubespawner", "it is still the hub's");
    cluster.acts.length = 0;
    await set(bigger);
    const reads = cluster.acts.filter(({ verb, path }) => verb === "list" && path.includes(`/${namespace}/`));
    assert.deepEqual(reads, [], "nothing is read for a hub whose storage has not grown");
    await set({ ...spec, usage: { ...spec.usage, storageGib: 0.5 } });
    assert.equal(sizeOf("claim-ada"), "2560Mi");
  });

  test("larger course folders on a class that cannot grow hold up no hub", async (t) => {
    const { cluster, sizeOf } = await setUp(t, makePlatform({ sharedStorageClass: "fixed" }));
    const platform = makePlatform({ sharedStorageClass: "fixed", sharedStorageGib: 50 });
    await openBackend(t, cluster.kubeconfig, { platform }).apply(spec);
    assert.equal(sizeOf("course-folders"), "10Gi");
  });

  test("a volume that somebody deletes while it is used is made anew once it is gone, and not before", async (t) => {
    const { cluster, backend, find } = await setUp(t);
    const volume = find("PersistentVolumeClaim", "hub-db");
    cluster.store.touch(volume, () => {
      volume.metadata.finalizers = ["kubernetes.io/pvc-protection"];
      volume.metadata.deletionTimestamp = "2026-11-25T10:00:00Z";
    });
    assert.deepEqual(await backend.drifted([spec]), [], "nothing can be done yet");
    cluster.store.forget(volume);
    assert.deepEqual(await backend.drifted([spec]), [spec.id]);
    await backend.apply(spec);
    assert.deepEqual(await backend.drifted([spec]), []);
  });
});

describe("a cluster that changes what is applied", () => {
  test("is not fought over it every minute; what somebody then edits by hand is put back all the same", async (t) => {
    const cluster = await openTestCluster(t);
    // Policies of a cluster often have images pulled through a mirror.
    cluster.store.bend = (object) => {
      if (object.kind !== "Deployment") return;
      const text = JSON.stringify(object.spec).replaceAll('"quay.io/', '"mirror.example.org/');
      object.spec = JSON.parse(text);
    };
    const backend = openBackend(t, cluster.kubeconfig);
    await backend.apply(spec);
    await waitFor(async () => (await backend.observe(spec)).state === "healthy", "a healthy hub");
    assert.deepEqual(await backend.drifted([spec]), []);
    await editByHand(cluster.kubeconfig, "Deployment", "hub", namespace, { spec: { replicas: 0 } });
    assert.deepEqual(await backend.drifted([spec]), [spec.id]);
    await backend.apply(spec);
    assert.deepEqual(await backend.drifted([spec]), []);

    const anew = openBackend(t, cluster.kubeconfig);
    assert.deepEqual(await anew.drifted([spec]), [spec.id], "another portal does not know it yet");
    await anew.apply(spec);
    assert.deepEqual(await anew.drifted([spec]), []);
    const changed = { ...spec, redeployedAt: "2026-11-25T10:00:00.000Z" };
    assert.deepEqual(await anew.drifted([changed]), [spec.id], "what was agreed to is not what is wanted now");
  });
});

describe("bringing the image to nodes beforehand", () => {
  test("in the lead time and on the first day; then it ends, without the hub being set up again", async (t) => {
    const cluster = await openTestCluster(t);
    const backend = openBackend(t, cluster.kubeconfig, { platform: makePlatform({ prePull: true }) });
    const early = { ...spec, preparing: true };
    await backend.apply(early);
    const puller = () => cluster.store.find("DaemonSet", "pre-pull", namespace);
    assert.ok(puller());
    assert.deepEqual(await backend.drifted([early]), []);
    cluster.store.forget(puller() ?? assert.fail());
    assert.deepEqual(await backend.drifted([early]), [spec.id], "put back while it helps");
    await backend.apply(early);
    const hub = cluster.store.find("Deployment", "hub", namespace)?.metadata.generation;

    assert.deepEqual(await backend.drifted([spec]), [], "the first day is over");
    assert.equal(puller(), undefined);
    assert.deepEqual(await backend.drifted([spec]), []);
    assert.equal(cluster.store.find("Deployment", "hub", namespace)?.metadata.generation, hub);
  });

  test("nobody waits for it: with no node that can pull, the hub is up all the same", async (t) => {
    const cluster = await openTestCluster(t);
    const backend = openBackend(t, cluster.kubeconfig, { platform: makePlatform({ prePull: true }) });
    const early = { ...spec, preparing: true };
    await backend.apply(early);
    await waitFor(async () => (await backend.observe(early)).state === "healthy", "a healthy hub");
    assert.equal(cluster.store.find("DaemonSet", "pre-pull", namespace)?.status, undefined);
  });
});
