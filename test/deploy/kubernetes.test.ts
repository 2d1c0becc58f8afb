import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, test } from "node:test";
import { parse } from "yaml";
import { checkKubernetesSetup } from "../../src/adapters/kubernetes/check-setup.ts";
import { appliedKinds, kinds } from "../../src/adapters/kubernetes/kinds.ts";
import { spawnerRules } from "../../src/adapters/kubernetes/manifests/access.ts";
import { ownLabels } from "../../src/adapters/kubernetes/manifests/common.ts";
import { neededRights } from "../../src/adapters/kubernetes/needed-rights.ts";
import { readConfig } from "../../src/config/read-config.ts";
import { settings } from "../../src/config/settings.ts";
import { openBackend, openTestCluster } from "../support/kubernetes-api/open-cluster.ts";
import type { Rule } from "../support/kubernetes-api/rights.ts";
import type { Fault } from "../support/kubernetes-api/start.ts";
import { makePlatform, makeSpec } from "../support/kubernetes-hub.ts";
import { readKubernetesDescription } from "../support/kubernetes-openapi.ts";
import { whyNoReference } from "../support/openapi.ts";
import { silentLog } from "../support/silent-log.ts";
import { waitFor } from "../support/wait-for.ts";

const folder = resolve(import.meta.dirname, "../../deploy/kubernetes");
const read = (file: string) => parse(readFileSync(join(folder, file), "utf8"));
const kustomization = read("kustomization.yaml") as { resources: string[]; images: { newTag: string }[] };

const role = read("cluster-role.yaml") as { rules: Rule[] };
const rightsOf = (
  rules: readonly { apiGroups?: readonly string[]; resources?: readonly string[]; verbs: readonly string[] }[],
) =>
  rules.flatMap(({ apiGroups = [], resources = [], verbs }) =>
    apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}.${group}`))),
  );

describe("what installs the portal on Kubernetes", () => {
  test("each object is as the API describes it", (t) => {
    const description = readKubernetesDescription();
    if (description === undefined) return t.skip(whyNoReference);
    for (const file of [...kustomization.resources, "secret.example.yaml"]) {
      assert.deepEqual(description.faultsOf(read(file)), [], file);
    }
  });

  test("the kustomization takes in every file but the secret", () => {
    const files = readdirSync(folder).filter((file) => file.endsWith(".yaml") && !/^(kustomization|secret)/.test(file));
    assert.deepEqual([...kustomization.resources].sort(), files.sort());
    assert.ok(kustomization.images.every(({ newTag }) => newTag !== "latest"));
  });

  test("the portal starts with its settings, once the secrets are filled in", async (t) => {
    const temporary = await mkdtemp(join(tmpdir(), "jhaas-deploy-"));
    t.after(() => rm(temporary, { recursive: true, force: true }));
    const [container] = read("deployment.yaml").spec.template.spec.containers;
    const secrets = read("secret.example.yaml").stringData as Record<string, string>;
    const env: Record<string, string> = { NODE_ENV: "production", ...read("settings.yaml").data };
    for (const name of Object.keys(env)) assert.ok(name in settings.shape, name);
    for (const { name, value } of container.env as { name: string; value: string }[]) {
      const secret = value.replace("/run/secrets/jhaas/", "");
      assert.equal(name, `${secret}_FILE`);
      assert.ok(secret in secrets, `${secret} is not in the example`);
      env[name] = join(temporary, secret);
      const content = secret === "SMTP_URL" ? "" : "x".repeat(40);
      await writeFile(env[name], content);
    }
    assert.equal(readConfig(env).HUB_DOMAIN, "hubs.example.net");
  });

  test("the portal runs without root, once at a time, on a file system it cannot write to", () => {
    const { replicas, strategy, template } = read("deployment.yaml").spec;
    assert.deepEqual([replicas, strategy.type, template.spec.securityContext.runAsNonRoot], [1, "Recreate", true]);
    const [container] = template.spec.containers;
    assert.equal(container.securityContext.readOnlyRootFilesystem, true);
    assert.deepEqual(Object.keys(container.resources.limits).sort(), ["cpu", "memory"]);
  });

  test("its rights are those of its calls and of the hubs it makes, and no others", async (t) => {
    const cluster = await openTestCluster(t);
    cluster.setRules(role.rules);
    const spec = makeSpec({ preparing: true });
    const namespace = "jhaas-stat-1";
    const platform = makePlatform({ prePull: true, sharedStorageClass: "nfs", imagePullConfig: "{}" });
    const backend = openBackend(t, cluster.kubeconfig, { platform });

    cluster.controllers.behave(() => "no-image");
    await backend.apply(spec);
    await waitFor(async () => (await backend.observe(spec)).state === "broken", "the trouble to be seen");
    cluster.controllers.behave(() => "ready");
    await waitFor(async () => (await backend.observe(spec)).state === "healthy", "a healthy hub");
    // One more of each kind, as another version of the portal may have left.
    const stopped = { spec: { replicas: 0, template: { metadata: {}, spec: {} } } };
    for (const kind of appliedKinds) {
      const given = { kind, namespace, name: "left-over", labels: ownLabels(spec.id), more: {}, fields: stopped };
      if (kind !== "Namespace") cluster.store.put(given);
    }
    const moved = openBackend(t, cluster.kubeconfig, { platform: { ...platform, storageClass: "other" } });
    await moved.apply(spec);
    await backend.drifted([spec]);
    await backend.strays([]);
    const pod = { kind: "Pod", namespace, name: "jupyter-ada", labels: { "jhaas/hub": spec.id } };
    cluster.store.put({ ...pod, more: {}, fields: {} });
    await waitFor(() => backend.remove(spec), "the hub to be removed");
    await waitFor(() => backend.eraseData(spec), "the hub to be erased");
    await checkKubernetesSetup({
      cluster: { kubeconfig: cluster.kubeconfig },
      platform,
      log: silentLog,
      resolveHost: async () => {},
      fetch: async () => new Response(""),
    });

    const reviews = "create selfsubjectaccessreviews.authorization.k8s.io";
    const used = new Set(cluster.acts.map(({ verb, resource, group }) => `${verb} ${resource}.${group}`));
    // Everybody who is signed in may ask what they may do.
    used.delete(reviews);
    for (const right of rightsOf(spawnerRules)) used.add(right);
    assert.deepEqual([...new Set(rightsOf(role.rules))].sort(), [...used].sort());
  });

  test("with these rights a hub is set up, also when its role takes its time", async (t) => {
    const cluster = await openTestCluster(t);
    cluster.setRules(role.rules);
    const roles = (path: string) => path.endsWith("/roles/hub");
    cluster.fail({ when: (method, path) => method === "PATCH" && roles(path), times: 1, how: { waitMs: 100 } });
    const backend = openBackend(t, cluster.kubeconfig);
    await backend.apply(makeSpec());
    // The API server may know a new role only some milliseconds later.
    const bindings = (path: string) => path.endsWith("/rolebindings/hub");
    const late: Fault = {
      when: (method, path) => method === "PATCH" && bindings(path),
      times: 1,
      how: { status: 404 },
    };
    cluster.fail(late);
    await backend.apply(makeSpec());
    assert.equal(late.times, 0);
    assert.deepEqual(await backend.drifted([makeSpec()]), []);
  });

  test("the doctor asks for each right that hubs need", () => {
    const asked = neededRights.map(({ kind, verb }) => {
      const { base, plural } = kinds[kind];
      return `${verb} ${plural}.${base.split("/").length > 3 ? base.split("/")[2] : ""}`;
    });
    const lookedAt = ["list storageclasses.storage.k8s.io", "list ingressclasses.networking.k8s.io"];
    assert.deepEqual([...asked, ...lookedAt].sort(), rightsOf(role.rules).sort());
  });
});
