import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { type CheckOptions, checkKubernetesSetup } from "../../../src/adapters/kubernetes/check-setup.ts";
import type { Platform } from "../../../src/adapters/kubernetes/platform.ts";
import { openTestCluster, writeKubeconfig } from "../../support/kubernetes-api/open-cluster.ts";
import { makePlatform } from "../../support/kubernetes-hub.ts";
import { silentLog } from "../../support/silent-log.ts";

/** A cluster with one storage class and one ingress class, both the defaults. */
async function setUp(t: TestContext) {
  const cluster = await openTestCluster(t);
  const put = (kind: string, name: string, fields: Record<string, unknown>, isDefault = true) => {
    const what = kind === "StorageClass" ? "storageclass" : "ingressclass";
    const annotations = { [`${what}.kubernetes.io/is-default-class`]: String(isDefault) };
    cluster.store.put({ kind, namespace: "", name, labels: {}, more: { annotations }, fields });
  };
  put("StorageClass", "local-path", { provisioner: "rancher.io/local-path" });
  put("IngressClass", "traefik", {});
  const check = async (platform: Partial<Platform> = {}, more: Partial<CheckOptions> = {}) => {
    const findings = await checkKubernetesSetup({
      cluster: { kubeconfig: cluster.kubeconfig },
      platform: makePlatform(platform),
      log: silentLog,
      resolveHost: async () => {},
      fetch: async () => new Response("", { status: 404 }),
      ...more,
    });
    return { findings, text: findings.map(({ ok, what, advice }) => `${ok} ${what} ${advice ?? ""}`).join("\n") };
  };
  return { cluster, put, check };
}
const failing = (code: string) => async () => {
  throw new TypeError("failed", { cause: Object.assign(new Error("no"), { code }) });
};

describe("the doctor's look at the cluster", () => {
  test("when all is well, nothing is wrong, and everything wrong or doubtful has advice", async (t) => {
    const { check } = await setUp(t);
    const { findings, text } = await check();
    assert.ok(
      findings.every(({ ok }) => ok !== false),
      text,
    );
    assert.ok(
      findings.every(({ ok, advice }) => (ok === true) === (advice === null)),
      text,
    );
    assert.match(text, /true The cluster answers; it runs Kubernetes v1\.34\.0\./);
    assert.match(text, /true The portal's account has all \d+ rights/);
    assert.match(text, /warning The storage class for home folders keeps them on one node/);
  });

  test("when rights miss, they are named", async (t) => {
    const { cluster, check } = await setUp(t);
    const all = ["get", "list", "watch", "create", "patch", "delete"];
    cluster.setRules([{ apiGroups: ["*"], resources: ["*"], verbs: all }]);
    const { text } = await check();
    assert.match(text, /false The portal's account may not deletecollection resourcequotas, .* and \d+ more\. Apply/);
  });

  test("whether network policies hold is told by what runs in the cluster", async (t) => {
    const { cluster, check } = await setUp(t);
    const runs = (name: string) =>
      cluster.store.put({ kind: "DaemonSet", namespace: "kube-system", name, labels: {}, more: {}, fields: {} });
    assert.match((await check()).text, /warning Whether the cluster keeps to network policies cannot be told/);
    const flannel = runs("kube-flannel-ds");
    assert.match((await check()).text, /false The cluster's network plug-in is flannel/);
    cluster.store.forget(flannel);
    runs("cilium");
    assert.match((await check()).text, /true Cilium keeps to network policies\./);
  });

  test("when the cluster is away, that is the one finding", async (t) => {
    const { cluster, check } = await setUp(t);
    const kubeconfig = await writeKubeconfig(t, cluster);
    await cluster.close();
    const { findings, text } = await check({}, { cluster: { kubeconfig } });
    assert.equal(findings.length, 1);
    assert.match(
      text,
      /^false The cluster did not show its version: it cannot be reached \(ECONNREFUSED\)\. Check KUBECONFIG/,
    );
    assert.match(
      (await check({}, { cluster: { kubeconfig: "/nowhere" } })).text,
      /^false The file that KUBECONFIG names/,
    );
  });

  const faults: [string, Partial<Platform>, Partial<CheckOptions>, RegExp][] = [
    [
      "no such storage class",
      { storageClass: "fast" },
      {},
      /false The cluster has no storage class fast .*has: local-path/,
    ],
    [
      "no such shared class",
      { sharedStorageClass: "nfs" },
      {},
      /false The cluster has no storage class nfs for course/,
    ],
    ["no such ingress class", { ingressClass: "nginx" }, {}, /false The cluster has no ingress class nginx\..*traefik/],
    [
      "no DNS entry",
      {},
      { resolveHost: failing("ENOTFOUND") },
      /false doctor-\w+\.hubs\.example\.org does not resolve \(ENOTFOUND\)\. Make a DNS entry \*\.hubs\.example\.org/,
    ],
    [
      "nothing answers",
      {},
      { fetch: failing("ECONNREFUSED") },
      /false Nothing answers at doctor-\w+\.hubs\.example\.org/,
    ],
    [
      "a bad certificate",
      {},
      { fetch: failing("CERT_HAS_EXPIRED") },
      /false The certificate of .* is not valid \(CERT_HAS_EXPIRED\)\. Give the ingress controller/,
    ],
    [
      "a certificate to come",
      { tls: { kind: "issuer", name: "x" } },
      { fetch: failing("CERT_HAS_EXPIRED") },
      /true Each hub gets a certificate/,
    ],
    ["no encryption", { tls: { kind: "off" } }, {}, /warning Hubs are reached over plain http/],
    ["a tight quota", { quotaFactor: 1 }, {}, /warning HUB_QUOTA_FACTOR is 1,/],
    [
      "too little memory set aside",
      { memoryGuarantee: 0.05 },
      {},
      /warning HUB_MEMORY_GUARANTEE sets aside only 0\.05/,
    ],
  ];
  for (const [what, platform, more, expected] of faults) {
    test(`${what}: found, with what to do`, async (t) => {
      const { check } = await setUp(t);
      assert.match((await check(platform, more)).text, expected);
    });
  }
});
