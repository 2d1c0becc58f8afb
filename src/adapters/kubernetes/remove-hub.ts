import { Unavailable } from "../../domain/errors.ts";
import type { HubKey } from "../../ports/hub-backend.ts";
import type { Live } from "./api/client.ts";
import type { Kind } from "./kinds.ts";
import { labelKeys, namespaceOf, ownSelectorOf } from "./names.ts";
import { complainWhenStuck, isHubs, type Parts } from "./parts.ts";
import { podShape } from "./shapes.ts";

/** What lets people in and starts servers: goes first. */
const first = ["Ingress", "Deployment", "DaemonSet"] as const satisfies readonly Kind[];
/** What is left when nothing runs any more. Volumes and the namespace stay. */
const last = [
  "Service",
  "ConfigMap",
  "Secret",
  "RoleBinding",
  "Role",
  "ServiceAccount",
  "NetworkPolicy",
  "LimitRange",
  "ResourceQuota",
] as const satisfies readonly Kind[];

/** How long pods may take to end: those of the hub are given ten seconds, servers half a minute. */
const patienceMs = 5 * 60 * 1000;

/** @throws Unavailable when a pod was told to end long ago and has not */
function complainWhenHeld(pods: readonly Live[], now: number): void {
  const held = pods.filter(({ metadata }) => now - Date.parse(metadata.deletionTimestamp ?? "") > patienceMs);
  const [first] = held;
  if (first === undefined) return;
  const { name } = first.metadata;
  const what = held.length === 1 ? `The pod ${name} does not end.` : `${held.length} pods do not end, such as ${name}.`;
  const node = held.map((pod) => podShape.parse(pod).spec.nodeName).find((found) => found !== undefined);
  const where =
    node === undefined ? "" : ` Look after the node ${node}; if it is gone for good, delete it from the cluster.`;
  throw new Unavailable(`${what}${where}`);
}

/**
 * Takes a hub off the cluster, keeping volumes: first the hub, so that it starts no more servers; then all servers;
 * when they are gone, the rest. Network rules hold until the last pod has ended.
 * @returns false while that is still under way
 * @throws Unavailable
 */
export async function removeHub(parts: Parts, hub: HubKey): Promise<boolean> {
  const { client } = parts;
  const name = namespaceOf(hub, parts.platform);
  const namespace = await client.get("Namespace", name);
  if (namespace === null || !isHubs(namespace, hub)) return true;
  if (namespace.metadata.deletionTimestamp !== undefined) {
    complainWhenStuck(namespace, parts.now());
    return false;
  }
  const own = ownSelectorOf(hub.id);
  await Promise.all(first.map((kind) => client.removeAll(kind, name, own)));
  const ofHub = `${labelKeys.hub}=${hub.id}`;
  const pods = await client.list("Pod", { namespace: name, labelSelector: ofHub });
  if (pods.length > 0) {
    const spawns = pods.some(({ metadata }) => metadata.labels[labelKeys.component] === "hub");
    // While the hub itself still runs, a server that goes may come back.
    const selector = spawns ? `${ofHub},${labelKeys.component} in (hub,proxy,pre-pull)` : ofHub;
    await client.removeAll("Pod", name, selector);
    complainWhenHeld(pods, parts.now());
    return false;
  }
  await Promise.all(last.map((kind) => client.removeAll(kind, name, own)));
  return true;
}

/**
 * Erases everything of a hub, with its volumes.
 * @returns false while that is still under way
 * @throws Unavailable naming what holds it up, when it takes too long
 */
export async function eraseHub(parts: Parts, hub: HubKey): Promise<boolean> {
  const { client } = parts;
  const name = namespaceOf(hub, parts.platform);
  const namespace = await client.get("Namespace", name);
  // Another hub of the same slug may live there by now: what belonged to this one is gone.
  if (namespace === null || !isHubs(namespace, hub)) return true;
  if (namespace.metadata.deletionTimestamp !== undefined) {
    complainWhenStuck(namespace, parts.now());
    return false;
  }
  // Volumes are kept from going by pods that use them, so those go first.
  if (!(await removeHub(parts, hub))) return false;
  await client.remove("Namespace", name);
  return false;
}
