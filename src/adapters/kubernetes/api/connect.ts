import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

import { Unavailable } from "../../../domain/errors.ts";
import { KubeConfig, type RequestContext } from "./library.ts";

export type ClusterChoice = {
  /** Setting KUBECONFIG: one path, or several as kubectl takes them. */
  kubeconfig?: string | undefined;
  /** Setting KUBERNETES_CONTEXT. */
  context?: string | undefined;
};

const ownToken = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/**
 * Finds the cluster: by the file that is set, else by the pod's own account, else by `~/.kube/config`. Never guesses
 * an address, as the library would.
 * @throws Unavailable when there is none, saying what to set
 */
export function loadCluster(choice: ClusterChoice): KubeConfig {
  const config = new KubeConfig();
  const home = join(homedir(), ".kube", "config");
  try {
    if (choice.kubeconfig !== undefined) loadFiles(config, choice.kubeconfig.split(delimiter).filter(Boolean));
    else if (existsSync(ownToken)) config.loadFromCluster();
    else if (existsSync(home)) config.loadFromFile(home);
    else throw new Unavailable("No cluster is set. Set KUBECONFIG, or run the portal in the cluster.", lasting);
  } catch (error) {
    if (error instanceof Unavailable) throw error;
    // What such a file holds is secret, so the error of reading it is not passed on.
    throw new Unavailable(`The file that KUBECONFIG names cannot be read: ${choice.kubeconfig ?? home}`, lasting);
  }
  if (choice.context !== undefined) config.setCurrentContext(choice.context);
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Unavailable("KUBECONFIG has no such context. Check KUBERNETES_CONTEXT.", lasting);
  if (cluster.server.startsWith("http:") && !cluster.skipTLSVerify) {
    throw new Unavailable("The cluster's address in KUBECONFIG is http, not https.", lasting);
  }
  reuseConnections(config);
  return config;
}

const lasting = { transient: false } as const;

function loadFiles(config: KubeConfig, paths: readonly string[]): void {
  const [first = "", ...more] = paths;
  config.loadFromFile(first);
  for (const path of more) {
    const other = new KubeConfig();
    other.loadFromFile(path);
    config.mergeConfig(other, true);
  }
}

type Dispatcher = NonNullable<ReturnType<RequestContext["getDispatcher"]>>;
type MakeDispatcher = (cluster: unknown, options: object) => Dispatcher | undefined;

/** Dispatchers in use, by configuration, so that they can be closed. */
const dispatchers = new WeakMap<KubeConfig, Map<string, Dispatcher>>();

/**
 * Keeps connections open between requests. The library makes a new pool for each request, and with it a new TLS
 * handshake (facts: jupyterhub-kubernetes, finding 4). Other keys or certificates get a pool of their own.
 */
export function reuseConnections(config: KubeConfig): void {
  const original: unknown = Reflect.get(config, "createDispatcher");
  if (typeof original !== "function") return;
  const make = original.bind(config) as MakeDispatcher;
  const pools = new Map<string, Dispatcher>();
  dispatchers.set(config, pools);
  const remember: MakeDispatcher = (cluster, options) => {
    const key = createHash("sha256").update(JSON.stringify(options)).digest("hex");
    const known = pools.get(key);
    if (known !== undefined) return known;
    const made = make(cluster, options);
    if (made !== undefined) pools.set(key, made);
    return made;
  };
  Reflect.set(config, "createDispatcher", remember);
}

/** Closes the connections of a configuration. */
export async function closeConnections(config: KubeConfig): Promise<void> {
  const pools = [...(dispatchers.get(config)?.values() ?? [])];
  dispatchers.get(config)?.clear();
  await Promise.all(pools.map((pool) => pool.destroy()));
}
