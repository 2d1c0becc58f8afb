import { setImmediate as breathe } from "node:timers/promises";
import type { HubSpec } from "../../ports/hub-backend.ts";
import type { Live } from "./api/client.ts";
import { covers } from "./covers.ts";
import { type AppliedKind, appliedKinds, type Manifest } from "./kinds.ts";
import { manifestsOfKind } from "./manifests/all.ts";
import { namespaceOf, ownSelector } from "./names.ts";
import { isHubs, makingOf, type Parts } from "./parts.ts";
import { deploymentShape } from "./shapes.ts";

/** How long a deployment may be down before the hub counts as down: a node's restart, or a moved pod, takes less. */
const downForMs = 3 * 60 * 1000;
/** Hubs compared before others get a turn. */
const atOnce = 20;

/** Which hubs are not on the cluster as they should be, by one list a kind. */
export async function findDrift(parts: Parts, specs: readonly HubSpec[]): Promise<string[]> {
  if (specs.length === 0) return [];
  const drifted = new Set<string>();
  const listOf = (kind: AppliedKind | undefined) => {
    if (kind === undefined) return undefined;
    const lists = parts.view.list({ kind, labelSelector: ownSelector }, parts.now());
    parts.view.forget();
    // Told to whoever waits for it, which nobody does once another list has failed.
    lists.catch(() => {});
    return lists;
  };
  // One kind after the other: the objects of a thousand hubs are not held in memory all at once. While the cluster
  // writes one list, the one before is looked through.
  let next = listOf(appliedKinds[0]);
  for (const [index, kind] of appliedKinds.entries()) {
    const lists = (await next) ?? new Map<string, Live[]>();
    next = listOf(appliedKinds[index + 1]);
    for (const [at, spec] of specs.entries()) {
      if (at % atOnce === atOnce - 1) await breathe();
      if (drifted.has(spec.id)) continue;
      const found = lists.get(namespaceOf(spec, parts.platform)) ?? [];
      const wanted = manifestsOfKind(kind, await makingOf(parts, spec));
      if (kind === "DaemonSet" && wanted.length === 0) {
        await endPrePull(parts, spec, found);
        continue;
      }
      const fault = faultAmong(parts, kind, spec, wanted, found);
      if (fault === null) continue;
      parts.log.info({ hub: spec.id, kind, name: fault }, "not as applied");
      drifted.add(spec.id);
    }
  }
  return [...drifted];
}

/** What only helped beforehand goes when its time is over; for that a hub need not be set up again. */
async function endPrePull({ client, log }: Parts, spec: HubSpec, found: readonly Live[]): Promise<void> {
  for (const { metadata } of found.filter((live) => isHubs(live, spec))) {
    await client.remove("DaemonSet", metadata.name, metadata.namespace);
    log.info({ hub: spec.id }, "pulling the image beforehand is over");
  }
}

/** Name of the first object that is not as it should be; null when all are. */
function faultAmong(
  { bent, now }: Parts,
  kind: AppliedKind,
  spec: HubSpec,
  wanted: readonly Manifest[],
  found: readonly Live[],
): string | null {
  for (const manifest of wanted) {
    const { name } = manifest.metadata;
    const live = found.find(({ metadata }) => metadata.name === name);
    if (live === undefined || !(covers(manifest, live) || bent.allows(manifest, live))) return name;
    // A claim that is going cannot be put back before it is gone, and it stays while a pod uses it.
    if (live.metadata.deletionTimestamp !== undefined && kind !== "PersistentVolumeClaim") return name;
    if (kind === "Deployment" && isDown(live, now())) return name;
  }
  if (kind === "Namespace" || kind === "PersistentVolumeClaim") return null;
  const names = new Set(wanted.map(({ metadata }) => metadata.name));
  return found.find((live) => isHubs(live, spec) && !names.has(live.metadata.name))?.metadata.name ?? null;
}

function isDown(live: Live, now: number): boolean {
  const { conditions } = deploymentShape.parse(live).status;
  const available = conditions.find(({ type }) => type === "Available");
  const since = Date.parse(available?.lastTransitionTime ?? "");
  return available?.status === "False" && now - since > downForMs;
}
