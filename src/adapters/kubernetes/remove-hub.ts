import type { HubKey } from "../../ports/hub-backend.ts";
import type { Kind } from "./kinds.ts";
import { labelKeys, namespaceOf, ownSelectorOf } from "./names.ts";
import { complainWhenStuck, isHubs, type Parts } from "./parts.ts";

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
