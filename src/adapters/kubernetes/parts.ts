import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Unavailable } from "../../domain/errors.ts";
import type { HubKey, HubSpec } from "../../ports/hub-backend.ts";
import type { Log } from "../../ports/log.ts";
import type { KubeClient, Live } from "./api/client.ts";
import type { ClusterView } from "./api/view.ts";
import type { BentObjects } from "./bent-objects.ts";
import type { Manifest } from "./kinds.ts";
import { manifestsOf } from "./manifests/all.ts";
import type { Making } from "./manifests/common.ts";
import { labelKeys, namespaceOf } from "./names.ts";
import type { Platform } from "./platform.ts";
import { namespaceShape } from "./shapes.ts";

/** What the acts on hubs share. */
export type Parts = {
  client: KubeClient;
  view: ClusterView;
  platform: Platform;
  log: Log;
  /** What the cluster makes of some of what is applied. */
  bent: BentObjects;
  /** Milliseconds since 1970. */
  now: () => number;
  /** For hubs' public addresses. */
  fetch: typeof fetch;
};

const pythonFile = resolve(import.meta.dirname, "../jupyterhub/jupyterhub_config.py");
let pythonConfig: Promise<string> | undefined;

/** What manifests of a hub are made from. The shared configuration is part of the program, so it is read once. */
export async function makingOf(parts: Parts, spec: HubSpec): Promise<Making> {
  pythonConfig ??= readFile(pythonFile, "utf8");
  return { spec, platform: parts.platform, pythonConfig: await pythonConfig };
}

export const wantedOf = async (parts: Parts, spec: HubSpec): Promise<Manifest[]> =>
  manifestsOf(await makingOf(parts, spec));

export const isHubs = (live: Live, hub: HubKey) => live.metadata.labels[labelKeys.hub] === hub.id;

/** A sentence about a namespace of the hub's name that is not the hub's. */
export function foreignNamespace(parts: Parts, hub: HubKey, live: Live): string {
  const name = namespaceOf(hub, parts.platform);
  return live.metadata.labels[labelKeys.hub] === undefined
    ? `The namespace ${name} belongs to something else. Remove it, or set another HUB_NAMESPACE_PREFIX.`
    : `The namespace ${name} still holds an earlier hub of this slug. Its home folders have to be erased first.`;
}

/** How long a namespace may take to go away before its conditions count as trouble. */
const patienceMs = 2 * 60 * 1000;

/**
 * What holds up a namespace that is being removed, in plain words; null while that just takes its time.
 */
export function whatHoldsUp(live: Live, now: number): string | null {
  const since = Date.parse(live.metadata.deletionTimestamp ?? "");
  if (Number.isNaN(since) || now - since < patienceMs) return null;
  const { conditions } = namespaceShape.parse(live).status;
  const said = conditions.filter(({ status }) => status === "True").map(({ message }) => message);
  const why = said.length > 0 ? said.join(" ") : "The cluster does not say why.";
  return `The namespace ${live.metadata.name} does not go away: ${why}`;
}

/** @throws Unavailable when a namespace that is being removed is held up */
export function complainWhenStuck(live: Live, now: number): void {
  const why = whatHoldsUp(live, now);
  if (why !== null) throw new Unavailable(why);
}
