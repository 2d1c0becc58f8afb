import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { before, describe, type TestContext, test } from "node:test";
import type { Live } from "../../../src/adapters/kubernetes/api/client.ts";
import { appliedKinds } from "../../../src/adapters/kubernetes/kinds.ts";
import type { HubKey, HubSpec } from "../../../src/ports/hub-backend.ts";
import { editByHand } from "../../support/kubernetes-api/edit-by-hand.ts";
import { openBackend, openClient, openCluster } from "../../support/kubernetes-api/open-cluster.ts";
import { makePlatform, makeSpec } from "../../support/kubernetes-hub.ts";
import { waitFor } from "../../support/wait-for.ts";

/**
 * What the portal relies on of a cluster. Runs on the test server, or with KUBECONFIG on a real one; there, only what
 * the API server itself does is expected, since nothing may run in it.
 */

/** Without KUBECONFIG also as on an API server that stands alone. */
const settings = process.env.KUBECONFIG ? ["the cluster"] : ["a cluster", "an API server alone"];
let alone = false;

async function setUp(t: TestContext, given: Partial<HubSpec> = {}) {
  const cluster = await openCluster(t);
  if (cluster.test !== null) cluster.test.controllers.idle = alone;
  const slug = `contract-${randomBytes(4).toString("hex")}`;
  const spec = makeSpec({ id: randomUUID(), slug, ...given });
  const client = openClient(t, cluster.kubeconfig);
  const backend = openBackend(t, cluster.kubeconfig);
  const namespace = `jhaas-${spec.slug}`;
  // A real cluster outlives the test.
  if (cluster.test === null) t.after(() => client.remove("Namespace", namespace));
  const everything = async () => {
    const found = new Map<string, Live>();
    for (const kind of appliedKinds) {
      const where = { labelSelector: `jhaas/hub=${spec.id}`, ...(kind === "Namespace" ? {} : { namespace }) };
      for (const live of await client.list(kind, where)) found.set(`${kind}/${live.metadata.name}`, live);
    }
    return found;
  };
  return { cluster, spec, client, backend, namespace, everything };
}

/** A real cluster ends pods and namespaces in its own time. */
const patience = { withinMs: 120_000 };

/** What changes when an object does. A cluster binds volumes to claims by itself, so of those only the identity counts. */
const versionOf = (live: Live, name: string) =>
  name.startsWith("PersistentVolumeClaim/")
    ? [live.metadata.uid]
    : [live.metadata.uid, live.metadata.generation, JSON.stringify(live.spec)];

for (const where of settings)
  describe(`a hub on ${where}`, () => {
    before(() => {
      alone = where === "an API server alone";
    });

    test("applied, everything is there; applied again, nothing is changed", async (t) => {
      const { backend, spec, everything } = await setUp(t);
      await backend.apply(spec);
      const was = await everything();
      assert.equal(was.size, 20);
      await backend.apply(spec);
      const after = await everything();
      assert.deepEqual([...after.keys()].sort(), [...was.keys()].sort());
      for (const [name, live] of was)
        assert.deepEqual(versionOf(after.get(name) ?? live, name), versionOf(live, name), name);
      assert.deepEqual(await backend.drifted([spec]), []);
    });

    test("what is deleted or edited by hand is found, and put back", async (t) => {
      const { backend, client, cluster, spec, namespace } = await setUp(t);
      await backend.apply(spec);
      const edits: [string, () => Promise<void>][] = [
        ["a deleted Service", () => client.remove("Service", "hub", namespace)],
        ["a deleted Ingress", () => client.remove("Ingress", "hub", namespace)],
        ["a deleted Secret", () => client.remove("Secret", "hub", namespace)],
        ["a deleted Deployment", () => client.remove("Deployment", "hub", namespace)],
        ["a hub scaled to none", () => edit("Deployment", "hub", { spec: { replicas: 0 } })],
        ["another token", () => edit("Secret", "proxy", { data: { token: "b3RoZXI=" } })],
        ["another host", () => edit("Ingress", "hub", { spec: { rules: [{ host: "other.example.org" }] } })],
        [
          "a wider right",
          () => edit("Role", "hub", { rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["list"] }] }),
        ],
        ["an open network", () => edit("NetworkPolicy", "hub", { spec: { ingress: [{}], egress: [{}] } })],
        ["another quota", () => edit("ResourceQuota", "hub", { spec: { hard: { pods: "1" } } })],
      ];
      const edit = (kind: Parameters<typeof editByHand>[1], name: string, patch: Record<string, unknown>) =>
        editByHand(cluster.kubeconfig, kind, name, namespace, patch);
      for (const [what, change] of edits) {
        await change();
        assert.deepEqual(await backend.drifted([spec]), [spec.id], what);
        await backend.apply(spec);
        assert.deepEqual(await backend.drifted([spec]), [], `${what}, put back`);
      }
    });

    test("what others add beside is left alone and no reason to act", async (t) => {
      const { backend, cluster, spec, namespace } = await setUp(t);
      await backend.apply(spec);
      const labels = { metadata: { labels: { "example.org/watched": "yes" } } };
      for (const kind of ["Namespace", "Deployment", "Service"] as const) {
        const name = kind === "Namespace" ? namespace : "hub";
        await editByHand(cluster.kubeconfig, kind, name, kind === "Namespace" ? undefined : namespace, labels);
      }
      assert.deepEqual(await backend.drifted([spec]), []);
    });

    test("with other settings, what is no longer wanted goes, and volumes stay as they were made", async (t) => {
      const { backend, cluster, spec, everything } = await setUp(t, { preparing: true });
      const platform = makePlatform({ prePull: true, imagePullConfig: '{"auths":{}}', sharedStorageClass: "standard" });
      await openBackend(t, cluster.kubeconfig, { platform }).apply(spec);
      const was = await everything();
      assert.ok(was.has("DaemonSet/pre-pull") && was.has("Secret/image-pull"));
      assert.deepEqual(await backend.drifted([spec]), [spec.id]);

      const other = openBackend(t, cluster.kubeconfig, { platform: makePlatform({ storageClass: "another" }) });
      await other.apply(spec);
      const after = await everything();
      assert.ok(!after.has("DaemonSet/pre-pull") && !after.has("Secret/image-pull"));
      const volume = "PersistentVolumeClaim/hub-db";
      assert.equal(after.get(volume)?.metadata.uid, was.get(volume)?.metadata.uid);
      assert.ok(after.has("PersistentVolumeClaim/course-folders"));
      assert.deepEqual(await other.drifted([spec]), []);
    });

    test("a namespace of that name that is not the hub's is never touched", async (t) => {
      const { backend, spec, client, namespace } = await setUp(t);
      const earlier = { ...spec, id: randomUUID() };
      await backend.apply(earlier);
      await assert.rejects(backend.apply(spec), { sentence: /still holds an earlier hub of this slug/ });
      assert.deepEqual((await backend.observe(spec)).state, "broken");
      assert.equal(await backend.remove(spec), true);
      assert.equal(await backend.eraseData(spec), true);
      const live = await client.get("Namespace", namespace);
      assert.equal(live?.metadata.deletionTimestamp, undefined);
      assert.deepEqual(await backend.drifted([earlier]), []);
    });

    test("removed, everything but volumes and namespace is gone, and it can be set up again", async (t) => {
      const { backend, spec, everything } = await setUp(t);
      await backend.apply(spec);
      await waitFor(() => backend.remove(spec), "the hub to be removed", patience);
      assert.deepEqual([...(await everything()).keys()].sort(), [
        `Namespace/jhaas-${spec.slug}`,
        "PersistentVolumeClaim/hub-db",
      ]);
      assert.equal(await backend.remove(spec), true);
      await backend.apply(spec);
      assert.deepEqual(await backend.drifted([spec]), []);
    });

    test("erased, the namespace goes", async (t) => {
      const { backend, client, cluster, spec, namespace } = await setUp(t);
      await backend.apply(spec);
      assert.equal(await backend.eraseData(spec), false);
      const going = await waitFor(
        async () => {
          const live = await client.get("Namespace", namespace);
          if (live !== null && live.metadata.deletionTimestamp === undefined) await backend.eraseData(spec);
          return live === null ? "gone" : live.metadata.deletionTimestamp;
        },
        "the namespace to go",
        patience,
      );
      // Without controllers a namespace is marked only.
      if ((cluster.test === null || alone) && going !== "gone") return;
      await waitFor(() => backend.eraseData(spec), "the hub to be erased", patience);
      assert.equal(await client.get("Namespace", namespace), null);
      assert.equal(await backend.eraseData(spec), true);
    });

    test("namespaces of hubs that nobody knows are listed, and stay", async (t) => {
      const { backend, spec, namespace } = await setUp(t);
      await backend.apply(spec);
      const found = async (known: readonly HubKey[]) =>
        (await backend.strays(known)).find((one) => one.where === namespace);
      const stray = await found([]);
      assert.deepEqual([stray?.slug, stray?.name], [spec.slug, spec.name]);
      assert.ok(stray?.since instanceof Date);
      assert.equal(await found([spec]), undefined);
      // Known by another name: the prefix of namespaces was changed since.
      assert.ok(await found([{ ...spec, slug: "another" }]));
      assert.deepEqual(await backend.drifted([spec]), []);
    });
  });
