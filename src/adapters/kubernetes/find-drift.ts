import { setImmediate as breathe } from "node:timers/promises";
import type { HubSpec } from "../../ports/hub-backend.ts";
import type { Live } from "./api/client.ts";
import { covers } from "./covers.ts";
import { type AppliedKind, appliedKinds } from "./kinds.ts";
import { annotationKeys, labelKeys, namespaceOf, ownSelector } from "./names.ts";
import { isHubs, type Parts, wantedOf } from "./parts.ts";
import { deploymentShape } from "./shapes.ts";

/** How long a deployment may be down before the hub counts as down: a node's restart, or a moved pod, takes less. */
const downForMs = 3 * 60 * 1000;
/** Hubs compared before others get a turn. */
const atOnce = 20;

type Seen = Map<AppliedKind, Map<string, Live[]>>;

/** Which hubs are not on the cluster as they should be, by one list a kind. */
export async function findDrift(parts: Parts, specs: readonly HubSpec[]): Promise<string[]> {
  if (specs.length === 0) return [];
  const seen = await look(parts);
  const drifted: string[] = [];
  for (const [at, spec] of specs.entries()) {
    if (at % atOnce === atOnce - 1) await breathe();
    if (await isDrifted(parts, spec, seen)) drifted.push(spec.id);
  }
  return drifted;
}

async function look(parts: Parts): Promise<Seen> {
  const now = parts.now();
  const lists = appliedKinds.map(
    async (kind) => [kind, await parts.view.list({ kind, labelSelector: ownSelector }, now)] as const,
  );
  const seen = new Map(await Promise.all(lists));
  parts.view.forget();
  return seen;
}

async function isDrifted(parts: Parts, spec: HubSpec, seen: Seen): Promise<boolean> {
  const namespace = namespaceOf(spec, parts.platform);
  const wanted = await wantedOf(parts, spec);
  for (const manifest of wanted) {
    const live = seen
      .get(manifest.kind)
      ?.get(namespace)
      ?.find(({ metadata }) => metadata.name === manifest.metadata.name);
    if (live === undefined || live.metadata.deletionTimestamp !== undefined || !covers(manifest, live)) {
      parts.log.info({ hub: spec.id, kind: manifest.kind, name: manifest.metadata.name }, "not as applied");
      return true;
    }
    if (manifest.kind === "Deployment" && isDown(live, parts.now())) return true;
  }
  const names = new Set(wanted.map(({ kind, metadata }) => `${kind}/${metadata.name}`));
  return appliedKinds
    .filter((kind) => kind !== "Namespace" && kind !== "PersistentVolumeClaim")
    .some((kind) => {
      const found = seen.get(kind)?.get(namespace) ?? [];
      return found.some((live) => isHubs(live, spec) && !names.has(`${kind}/${live.metadata.name}`));
    });
}

function isDown(live: Live, now: number): boolean {
  const { conditions } = deploymentShape.parse(live).status;
  const available = conditions.find(({ type }) => type === "Available");
  const since = Date.parse(available?.lastTransitionTime ?? "");
  return available?.status === "False" && now - since > downForMs;
}

/** A namespace that the portal once made and that belongs to no hub it knows. */
export type Orphan = { namespace: string; hubId: string; slug: string; name: string; since: Date | null };

/** Namespaces with the portal's label that belong to none of these hubs. Nothing is deleted. */
export async function findOrphans(parts: Parts, knownHubIds: ReadonlySet<string>): Promise<Orphan[]> {
  const namespaces = await parts.client.list("Namespace", { labelSelector: ownSelector });
  return namespaces.flatMap(({ metadata }) => {
    const hubId = metadata.labels[labelKeys.hub] ?? "";
    if (knownHubIds.has(hubId)) return [];
    const made = Date.parse(metadata.creationTimestamp ?? "");
    const slug = metadata.annotations[annotationKeys.slug] ?? "";
    const name = metadata.annotations[annotationKeys.name] ?? "";
    return [{ namespace: metadata.name, hubId, slug, name, since: Number.isNaN(made) ? null : new Date(made) }];
  });
}
