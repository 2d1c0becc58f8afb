import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { createKubeClient, type KubeClient } from "../../../src/adapters/kubernetes/api/client.ts";
import { loadCluster } from "../../../src/adapters/kubernetes/api/connect.ts";
import {
  createKubernetesBackend,
  type KubernetesBackendOptions,
} from "../../../src/adapters/kubernetes/kubernetes-backend.ts";
import type { HubBackend } from "../../../src/ports/hub-backend.ts";
import { makePlatform } from "../kubernetes-hub.ts";
import { silentLog } from "../silent-log.ts";
import { startTestKubernetes, type TestKubernetes } from "./start.ts";

/** Path of a file that says how to reach the test server; removed after the test. */
export async function writeKubeconfig(t: TestContext, { url, token }: { url: string; token: string }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "jhaas-kube-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, "config");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "test",
    clusters: [{ name: "test", cluster: { server: url, "insecure-skip-tls-verify": true } }],
    users: [{ name: "portal", user: { token } }],
    contexts: [{ name: "test", context: { cluster: "test", user: "portal" } }],
  };
  await writeFile(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}

/** A test server, closed after the test, with the path of its kubeconfig. */
export async function openTestCluster(t: TestContext): Promise<TestKubernetes & { kubeconfig: string }> {
  const server = await startTestKubernetes();
  t.after(() => server.close());
  return Object.assign(server, { kubeconfig: await writeKubeconfig(t, server) });
}

/** The cluster that a contract is tested on: a real one when KUBECONFIG is set, else a test server. */
export type ContractCluster = { kubeconfig: string; test: TestKubernetes | null };

export async function openCluster(t: TestContext): Promise<ContractCluster> {
  const real = process.env.KUBECONFIG;
  if (real) return { kubeconfig: real, test: null };
  const server = await openTestCluster(t);
  return { kubeconfig: server.kubeconfig, test: server };
}

/** A client of its own, for looking past the backend; closed after the test. */
export function openClient(t: TestContext, kubeconfig: string): KubeClient {
  const client = createKubeClient({ config: loadCluster({ kubeconfig }), log: silentLog, firstPauseMs: 5 });
  t.after(() => client.close());
  return client;
}

const everyHubAnswers = async () => new Response("", { status: 200 });

/** A backend whose hubs all answer at their public address unless said; closed after the test. */
export function openBackend(
  t: TestContext,
  kubeconfig: string,
  given: Partial<KubernetesBackendOptions> = {},
): HubBackend {
  const backend = createKubernetesBackend({
    cluster: { kubeconfig },
    platform: makePlatform(),
    log: silentLog,
    firstPauseMs: 5,
    freshForMs: 0,
    fetch: everyHubAnswers,
    ...given,
  });
  t.after(() => backend.close());
  return backend;
}
