import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import type { HubConfig } from "../../../src/adapters/jupyterhub/hub-config.ts";
import { spawnerRules } from "../../../src/adapters/kubernetes/manifests/access.ts";
import { freePorts } from "../../support/free-ports.ts";
import { jupyterHubVenv, kubeSpawner } from "../../support/jupyterhub-venv.ts";
import { openBackend, openTestCluster, writeKubeconfig } from "../../support/kubernetes-api/open-cluster.ts";
import { makePlatform, makeSpec } from "../../support/kubernetes-hub.ts";
import { readKubernetesDescription } from "../../support/kubernetes-openapi.ts";
import { callApi, makeApplication, startStandIn } from "../../support/stand-in.ts";
import { visitHub } from "../../support/visit-hub.ts";
import { waitFor } from "../../support/wait-for.ts";

const venv = await jupyterHubVenv(kubeSpawner);
const proxyProgram = resolve(
  import.meta.dirname,
  "../../../node_modules/configurable-http-proxy/bin/configurable-http-proxy",
);
const pythonConfig = resolve(import.meta.dirname, "../../../src/adapters/jupyterhub/jupyterhub_config.py");

/**
 * A real JupyterHub with the real KubeSpawner, in the versions of the image, on the configuration that the portal puts
 * into the hub's Secret. Only where it listens and keeps its database differs, since it runs here and not in a pod.
 */
async function startHub(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), "jhaas-spawner-"));
  const children: ChildProcess[] = [];
  // Before all others: hooks run in this order, and servers wait for their clients.
  t.after(async () => {
    for (const child of children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, "exit");
      // Asked, not killed: JupyterHub then ends its idle culler as well.
      child.kill("SIGTERM");
      await Promise.race([ended, pause(10_000, undefined, { ref: false })]);
      child.kill("SIGKILL");
      child.stdout?.destroy();
      child.stderr?.destroy();
    }
    await rm(folder, { recursive: true, force: true });
  });
  const group = "jh_stat-1";
  const standIn = await startStandIn(t);
  const { body: made } = await callApi(standIn, "POST", "/core/groups/", { name: group });
  for (const username of ["student", "teacher2"]) {
    const { body: found } = await callApi(standIn, "GET", `/core/users/?username=${username}`);
    const member = (found as { results: { pk: number }[] }).results[0]?.pk;
    await callApi(standIn, "POST", `/core/groups/${(made as { pk: string }).pk}/add_user/`, { pk: member });
  }
  const first = await freePorts(3);
  const url = `http://127.0.0.1:${first}/`;
  const callback = `${url}hub/oauth_callback`;
  const redirect_uris = [{ matching_mode: "strict", url: callback }];
  // Bound to no group: Authentik lets everybody through, so that it is JupyterHub that has to refuse.
  const client = await makeApplication(standIn, "jh-stat-1", { provider: { redirect_uris } });

  const cluster = await openTestCluster(t);
  const oidc = {
    issuer: `${standIn.url}/application/o/jh-stat-1/`,
    authorizeUrl: `${standIn.url}/application/o/authorize/`,
    tokenUrl: `${standIn.url}/application/o/token/`,
    userinfoUrl: `${standIn.url}/application/o/userinfo/`,
    endSessionUrl: `${standIn.url}/application/o/jh-stat-1/end-session/`,
  };
  const usage = { participants: 4, ramGib: 2, cpus: 1, storageGib: 5, gpus: 1 };
  const plain = makeSpec({ usage, oidc, teachers: ["teacher", "Teacher2"] });
  const spec = { ...plain, secrets: { ...plain.secrets, ...client } };
  const platform = makePlatform({ sharedStorageClass: "nfs", storageClass: "fast", nodeSelector: { pool: "hubs" } });
  await openBackend(t, cluster.kubeconfig, { platform }).apply(spec);

  // The hub's own account, with the rights of its Role and no others.
  cluster.addAccount("token-of-the-hub", spawnerRules as never);
  const kubeconfig = await writeKubeconfig(t, { url: cluster.url, token: "token-of-the-hub" });
  const { "hub.json": data = "" } = (cluster.store.find("Secret", "hub", "jhaas-stat-1")?.data ?? {}) as Record<
    string,
    string
  >;
  const config = JSON.parse(Buffer.from(data, "base64").toString("utf8")) as HubConfig;
  config.addresses = {
    bindUrl: url,
    hubBindUrl: `http://127.0.0.1:${first + 1}`,
    hubConnectUrl: `http://127.0.0.1:${first + 1}`,
    proxyApiUrl: `http://127.0.0.1:${first + 2}`,
  };
  config.oauth.callbackUrl = callback;
  await writeFile(join(folder, "hub.json"), JSON.stringify(config), { mode: 0o600 });
  const database = `c.JupyterHub.db_url = "sqlite:///${join(folder, "hub.sqlite")}"`;
  await writeFile(join(folder, "config.py"), `load_subconfig(${JSON.stringify(pythonConfig)})\n${database}\n`);

  let output = "";
  const start = (command: string, args: string[], env: Record<string, string>): ChildProcess => {
    const child = spawn(command, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (text) => {
        output += text;
      });
    }
    children.push(child);
    return child;
  };
  const listen = ["--ip=127.0.0.1", `--port=${first}`, "--api-ip=127.0.0.1", `--api-port=${first + 2}`];
  const target = `--default-target=http://127.0.0.1:${first + 1}`;
  start(process.execPath, [proxyProgram, ...listen, target], {
    CONFIGPROXY_AUTH_TOKEN: spec.secrets.proxyToken,
  });
  start(join(venv.dir, "bin", "python"), ["-m", "jupyterhub", "-f", join(folder, "config.py")], {
    PATH: [join(venv.dir, "bin"), process.env.PATH ?? ""].join(delimiter),
    HOME: folder,
    JHAAS_HUB_CONFIG: join(folder, "hub.json"),
    KUBECONFIG: kubeconfig,
  });
  try {
    await waitFor(async () => (await fetch(`${url}hub/health`)).ok, "JupyterHub to answer");
  } catch (error) {
    throw new Error(`${String(error)}\n${output}`);
  }
  return { standIn, cluster, url, output: () => output, spec };
}

const visit = (hub: Awaited<ReturnType<typeof startHub>>, username: string) =>
  visitHub({ standIn: hub.standIn, url: `${hub.url}hub/spawn`, username });

describe("the real KubeSpawner on the generated configuration", { skip: venv.skip }, () => {
  test("a member's start makes claim and pod as intended; who is no member gets none", async (t) => {
    const hub = await startHub(t);
    const { store } = hub.cluster;
    const namespace = "jhaas-stat-1";

    const refused = await visit(hub, "student2");
    assert.equal(refused.status, 403, refused.text.slice(0, 500));
    assert.equal(store.find("Pod", "jupyter-student2", namespace), undefined);

    await visit(hub, "student");
    const pod = await waitFor(() => store.find("Pod", "jupyter-student", namespace), "the pod").catch((error) => {
      throw new Error(`${String(error)}\n${hub.output()}`);
    });
    const { labels } = pod.metadata;
    assert.equal(labels?.["jhaas/hub"], hub.spec.id);
    assert.equal(labels?.["hub.jupyter.org/network-access-hub"], "true");
    assert.notEqual(labels?.["app.kubernetes.io/managed-by"], "jhaas-portal");
    const spec = pod.spec as Record<string, unknown> & { containers: Record<string, unknown>[] };
    const [container] = spec.containers;
    assert.equal(container?.image, hub.spec.image);
    assert.deepEqual(container?.resources, {
      limits: { cpu: "1", memory: String(2 * 2 ** 30), "nvidia.com/gpu": "1" },
      requests: { cpu: "100m", memory: String(2 ** 30) },
    });
    const security = container?.securityContext as Record<string, unknown>;
    assert.deepEqual(
      [security.runAsUser, security.runAsNonRoot, security.allowPrivilegeEscalation, security.capabilities],
      [1000, true, false, { drop: ["ALL"] }],
    );
    assert.deepEqual(security.seccompProfile, { type: "RuntimeDefault" });
    assert.deepEqual(spec.nodeSelector, { pool: "hubs" });
    assert.deepEqual(spec.tolerations, [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }]);
    assert.equal(spec.automountServiceAccountToken, false);
    const mounts = container?.volumeMounts as { mountPath: string; readOnly?: boolean; subPath?: string }[];
    assert.deepEqual(
      mounts.map(({ mountPath, subPath, readOnly = false }) => [mountPath, subPath ?? null, readOnly]),
      [
        ["/home/jovyan", null, false],
        ["/home/jovyan/shared", "shared", false],
        ["/home/jovyan/material", "material", true],
        ["/dev/shm", null, false],
      ],
    );
    // Each of several teachers writes to the course's material, and sees whose servers run.
    assert.equal((await visit(hub, "teacher2")).status, 200);
    const another = await waitFor(() => store.find("Pod", "jupyter-teacher2", namespace), "the teacher's pod");
    const [theirs] = (another.spec as typeof spec).containers;
    const theirMounts = (theirs?.volumeMounts ?? []) as typeof mounts;
    const material = theirMounts.find(({ subPath }) => subPath === "material") ?? assert.fail("no course material");
    assert.notEqual(material.readOnly, true);
    const overview = await visitHub({ standIn: hub.standIn, url: `${hub.url}hub/admin`, username: "teacher2" });
    assert.equal(overview.status, 200);
    const claims = store
      .list("PersistentVolumeClaim", namespace)
      .filter(({ metadata }) => metadata.name === "claim-student");
    assert.deepEqual(
      claims.map((claim) => claim.spec),
      [
        {
          ...(claims[0]?.spec as object),
          accessModes: ["ReadWriteOnce"],
          storageClassName: "fast",
          resources: { requests: { storage: "5Gi" } },
        },
      ],
    );
    assert.deepEqual(
      readKubernetesDescription()?.faultsOf({ ...pod, metadata: { name: "x", labels } } as never) ?? [],
      [],
    );
    // Nothing that the hub does needs more than its Role.
    const refusedActs = hub
      .output()
      .split("\n")
      .filter((line) => /cannot .* resource|Forbidden/.test(line));
    assert.deepEqual(refusedActs, []);
  });
});
