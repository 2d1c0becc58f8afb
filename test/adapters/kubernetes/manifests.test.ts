import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, test } from "node:test";
import type { Manifest } from "../../../src/adapters/kubernetes/kinds.ts";
import { manifestsOf } from "../../../src/adapters/kubernetes/manifests/all.ts";
import type { Platform } from "../../../src/adapters/kubernetes/platform.ts";
import type { HubSpec } from "../../../src/ports/hub-backend.ts";
import { makePlatform, makeSpec } from "../../support/kubernetes-hub.ts";
import { readKubernetesDescription } from "../../support/kubernetes-openapi.ts";
import { whyNoReference } from "../../support/openapi.ts";

const pythonConfig = "# the shared configuration\n";
const make = (spec: Partial<HubSpec> = {}, platform: Partial<Platform> = {}) =>
  manifestsOf({ spec: makeSpec(spec), platform: makePlatform(platform), pythonConfig });

const usage = { participants: 25, ramGib: 0.5, cpus: 0.5, storageGib: 1, gpus: 0 };
const sets: Record<string, Manifest[]> = {
  plain: make(),
  gpu: make({
    usage: { participants: 4, ramGib: 4, cpus: 2, storageGib: 10, gpus: 1 },
    image: "quay.io/jupyter/pytorch-notebook:cuda12-2026-07-28",
  }),
  "path-mode": make(
    {},
    {
      place: { kind: "host", host: "hubs.example.org" },
      tls: { kind: "issuer", name: "letsencrypt" },
      ingressClass: "traefik",
      ingressAnnotations: { "example.org/proxy-body-size": "64m" },
      portalNamespace: null,
    },
  ),
  "shared-folder": make(
    {
      image: "docker.io/rocker/binder:4.4",
      defaultUrl: "/rstudio",
      redeployedAt: "2026-11-24T10:00:00.000Z",
      preparing: true,
    },
    {
      sharedStorageClass: "nfs",
      storageClass: "local-path",
      tls: { kind: "secret", name: "wildcard" },
      imagePullConfig: '{"auths":{"registry.example.org":{"auth":"secret-of-the-registry"}}}',
      prePull: true,
      nodeSelector: { "example.org/pool": "hubs" },
      userNetworks: ["10.20.0.0/16"],
      podSecurity: "baseline",
    },
  ),
};

type Container = { name: string; image: string; resources?: { limits?: Record<string, string> } };
type PodSpec = { containers: Container[]; initContainers?: Container[]; securityContext?: Record<string, unknown> };
const podSpecsOf = (manifests: readonly Manifest[]) =>
  manifests.flatMap(({ spec }) => {
    const { template } = (spec ?? {}) as { template?: { spec: PodSpec } };
    return template === undefined ? [] : [template.spec];
  });
const containersOf = (manifests: readonly Manifest[]) =>
  podSpecsOf(manifests).flatMap((pod) => [...(pod.initContainers ?? []), ...pod.containers]);

describe("what is made for a hub", () => {
  for (const [name, manifests] of Object.entries(sets)) {
    test(`${name}: the whole set is as last agreed on`, () => {
      const file = resolve(import.meta.dirname, `expected/${name}.json`);
      const made = `${JSON.stringify(manifests, null, 2)}\n`;
      // Written anew with UPDATE_EXPECTED=1; whoever does so reads the difference.
      if (process.env.UPDATE_EXPECTED === "1") writeFileSync(file, made);
      assert.deepEqual(manifests, JSON.parse(readFileSync(file, "utf8")));
    });

    test(`${name}: each object is as the API describes it`, (t) => {
      const description = readKubernetesDescription();
      if (description === undefined) return t.skip(whyNoReference);
      for (const manifest of manifests) {
        assert.deepEqual(description.faultsOf(manifest), [], `${manifest.kind} ${manifest.metadata.name}`);
      }
    });

    test(`${name}: each container names a fixed image, limits, and asks for no rights`, () => {
      const containers = containersOf(manifests);
      assert.ok(containers.length >= 2);
      for (const { name: container, image, resources, ...rest } of containers) {
        assert.match(image, /:[^/:]+$/, container);
        assert.doesNotMatch(image, /:latest$/, container);
        assert.deepEqual(Object.keys(resources?.limits ?? {}).sort(), ["cpu", "memory"], container);
        const { securityContext } = rest as { securityContext?: unknown };
        assert.deepEqual(securityContext, { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } });
      }
      for (const { securityContext } of podSpecsOf(manifests)) {
        assert.equal(securityContext?.runAsNonRoot, true);
        assert.deepEqual(securityContext?.seccompProfile, { type: "RuntimeDefault" });
      }
    });

    test(`${name}: secrets are in Secrets alone`, () => {
      const secrets = makeSpec().secrets;
      const words = ["secret-of-", secrets.cookieSecret, secrets.cryptKey];
      for (const manifest of manifests.filter(({ kind }) => kind !== "Secret")) {
        const text = JSON.stringify(manifest);
        for (const word of words) {
          assert.ok(!text.includes(word), `${manifest.kind} ${manifest.metadata.name} has ${word}`);
          assert.ok(!text.includes(Buffer.from(word).toString("base64").slice(0, 12)), manifest.metadata.name);
        }
      }
    });

    test(`${name}: everything carries the hub's id and who applied it, and no two have one name`, () => {
      const names = manifests.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
      assert.equal(new Set(names).size, names.length);
      for (const { metadata } of manifests) {
        assert.equal(metadata.labels["jhaas/hub"], makeSpec().id);
        assert.equal(metadata.labels["app.kubernetes.io/managed-by"], "jhaas-portal");
      }
    });
  }

  test("the configuration in the Secret is what jupyterhub_config.py reads", () => {
    const secret = sets.gpu?.find(({ kind, metadata }) => kind === "Secret" && metadata.name === "hub");
    const { "hub.json": data = "" } = (secret?.data ?? {}) as Record<string, string>;
    const config = JSON.parse(Buffer.from(data, "base64").toString("utf8"));
    assert.equal(config.server.gpus, 1);
    assert.equal(config.oauth.callbackUrl, "https://stat-1.hubs.example.org/hub/oauth_callback");
    assert.equal(config.place.namespace, "jhaas-stat-1");
    assert.equal(config.addresses.bindUrl, "http://:8000/");
  });

  test("the quota lets the whole class, its teacher and one restart in, also for the largest hub", () => {
    for (const participants of [1, 25, 500]) {
      const quota = make({ usage: { ...usage, participants } }).find(({ kind }) => kind === "ResourceQuota");
      const { hard } = (quota?.spec ?? {}) as { hard: Record<string, string> };
      assert.ok(Number(hard.pods) >= participants + 1 + 2 + 1, String(hard.pods));
      const memory = hard["limits.memory"] ?? "";
      const gib = memory.endsWith("Gi") ? Number.parseInt(memory, 10) : Number.parseInt(memory, 10) / 1024;
      assert.ok(gib >= (participants + 2) * usage.ramGib + 1.5, memory);
    }
  });

  test("only a change of the configuration changes the hub's pod, only a redeployment the proxy's", () => {
    const templateOf = (name: string, spec: Partial<HubSpec>) =>
      make(spec).find(({ kind, metadata }) => kind === "Deployment" && metadata.name === name)?.spec;
    assert.deepEqual(templateOf("hub", {}), templateOf("hub", {}));
    assert.notDeepEqual(templateOf("hub", {}), templateOf("hub", { teachers: ["other"] }));
    assert.deepEqual(templateOf("proxy", {}), templateOf("proxy", { teachers: ["other"] }));
    assert.notDeepEqual(templateOf("proxy", {}), templateOf("proxy", { redeployedAt: "2026-11-24T10:00:00.000Z" }));
  });
});
