import { setTimeout as pause } from "node:timers/promises";
import { Unavailable } from "../../domain/errors.ts";
import type { HubSpec } from "../../ports/hub-backend.ts";
import { hasStatus, quotaUncounted, volumeFixed } from "./api/fault.ts";
import { changeRunning } from "./change-running.ts";
import { type AppliedKind, appliedKinds, type Manifest } from "./kinds.ts";
import { namespaceOf, ownSelector } from "./names.ts";
import { foreignNamespace, isHubs, type Parts, wantedOf } from "./parts.ts";

/** What runs something comes after everything it needs; all else goes together, after the namespace. */
const phases: Partial<Record<AppliedKind, number>> = {
  Namespace: 0,
  // The role must be there: the API server looks at what is handed on with it.
  RoleBinding: 2,
  ResourceQuota: 2,
  Deployment: 3,
  DaemonSet: 3,
  Ingress: 3,
};
/** Kinds with fields that can only be changed by making the object anew, and where that loses nothing. */
const replaceable: ReadonlySet<AppliedKind> = new Set(["Deployment", "DaemonSet", "RoleBinding"]);

/**
 * Makes what is on the cluster match the hub, and takes away what earlier settings left there. Repeating it changes
 * nothing; cut off anywhere, the next one finishes it.
 * @throws Unavailable
 */
export async function applyHub(parts: Parts, spec: HubSpec): Promise<void> {
  const { client, platform } = parts;
  const name = namespaceOf(spec, platform);
  const existing = await client.get("Namespace", name);
  if (existing !== null && !isHubs(existing, spec)) {
    throw new Unavailable(foreignNamespace(parts, spec, existing), { transient: false });
  }
  if (existing?.metadata.deletionTimestamp !== undefined) {
    throw new Unavailable(`The namespace ${name} is still being removed. The hub is set up when it is gone.`);
  }
  const wanted = await wantedOf(parts, spec);
  const begun = parts.now();
  for (const phase of [0, 1, 2, 3]) {
    if (phase === 3 && existing !== null) await changeRunning(parts, spec, begun);
    const now = wanted.filter(({ kind }) => (phases[kind] ?? 1) === phase);
    await Promise.all(now.map((manifest) => applyOne(parts, manifest)));
  }
  // In a namespace that was made just now nothing is left over; the lists, over all hubs, are spared.
  if (existing !== null) await prune(parts, spec, wanted, begun);
}

/** How long the API server may take to know a new role. */
const roleSeenMs = 1000;

async function applyOne(parts: Parts, manifest: Manifest): Promise<void> {
  const { client, log } = parts;
  const { kind, metadata } = manifest;
  try {
    const { namespace, name } = metadata;
    const answered = await client.apply(manifest);
    if (parts.bent.note(manifest, answered)) log.warn({ kind, namespace, name }, "the cluster keeps it otherwise");
  } catch (error) {
    if (kind === "RoleBinding" && hasStatus(error, 404)) {
      // What the API server keeps of roles may be some milliseconds old.
      await pause(roleSeenMs);
      await client.apply(manifest);
      return;
    }
    const known = hasStatus(error, 403) && [quotaUncounted, volumeFixed].includes(error.reason);
    if (!hasStatus(error, 422) && !known) throw error;
    if (kind === "PersistentVolumeClaim" && (await client.get(kind, metadata.name, metadata.namespace)) !== null) {
      // Class and size of a volume are settled when it is made; other settings since are for new hubs.
      log.info({ name: metadata.name, namespace: metadata.namespace }, "a volume stays as it was made");
      return;
    }
    if (!replaceable.has(kind)) throw error;
    await client.remove(kind, metadata.name, metadata.namespace);
    await client.apply(manifest);
  }
}

/** What the portal once applied for this hub and no longer wants. Volumes are never among it. */
async function prune(parts: Parts, spec: HubSpec, wanted: readonly Manifest[], begun: number): Promise<void> {
  const namespace = namespaceOf(spec, parts.platform);
  const kept = new Set(wanted.map(({ kind, metadata }) => `${kind}/${metadata.name}`));
  await Promise.all(
    appliedKinds
      .filter((kind) => kind !== "Namespace" && kind !== "PersistentVolumeClaim")
      .map(async (kind) => {
        const ask = { kind, labelSelector: ownSelector, metadataOnly: true };
        const found = (await parts.view.list(ask, begun)).get(namespace) ?? [];
        for (const live of found.filter((one) => isHubs(one, spec))) {
          if (!kept.has(`${kind}/${live.metadata.name}`))
            await parts.client.remove(kind, live.metadata.name, namespace);
        }
      }),
  );
}
