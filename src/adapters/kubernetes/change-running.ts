import { setTimeout as pause } from "node:timers/promises";
import type { HubSpec } from "../../ports/hub-backend.ts";
import { hasStatus, quotaFull, quotaUncounted, volumeFixed } from "./api/fault.ts";
import type { Manifest } from "./kinds.ts";
import { redeployedOf } from "./manifests/proxy.ts";
import { gib } from "./manifests/quantities.ts";
import { annotationKeys, fieldManager, labelKeys, namespaceOf, ownSelector } from "./names.ts";
import { isHubs, makingOf, type Parts } from "./parts.ts";
import { claimShape } from "./shapes.ts";

/**
 * What a change does to the servers and home folders that a hub has made: a redeployment stops all servers; larger home
 * folders are had by everybody. Whatever else changes holds for servers started from then on, and running ones stay.
 * Comes after the quota that gives room for it, and before the deployments that remember what it was done for, so that
 * it is repeated when cut off.
 * @param begun milliseconds since 1970; what was seen earlier is not used
 */
export async function changeRunning(parts: Parts, spec: HubSpec, begun: number): Promise<void> {
  const namespace = namespaceOf(spec, parts.platform);
  const ask = { kind: "Deployment", labelSelector: ownSelector, metadataOnly: true } as const;
  const own = ((await parts.view.list(ask, begun)).get(namespace) ?? []).filter((live) => isHubs(live, spec));
  const noteOf = (name: string, key: string) =>
    own.find(({ metadata }) => metadata.name === name)?.metadata.annotations[key];

  const redeployed = noteOf("proxy", annotationKeys.redeployed);
  if (redeployed !== undefined && redeployed !== redeployedOf(await makingOf(parts, spec))) {
    const servers = `${labelKeys.hub}=${spec.id},${labelKeys.userServer}=true`;
    await parts.client.removeAll("Pod", namespace, servers);
  }
  const homeGib = Number(noteOf("hub", annotationKeys.homeGib));
  if (homeGib < spec.usage.storageGib) await growHomes(parts, spec, namespace);
}

const quotaCountedMs = 1000;

/** Makes home folders that are smaller than wanted larger, where their storage class can; none is ever made smaller. */
async function growHomes({ client, log }: Parts, spec: HubSpec, namespace: string): Promise<void> {
  const labelSelector = `${labelKeys.hub}=${spec.id},${labelKeys.managedBy}!=${fieldManager}`;
  const claims = await client.list("PersistentVolumeClaim", { namespace, labelSelector });
  const smaller = claims.filter(
    (claim) => gibOf(claimShape.parse(claim).spec.resources.requests.storage) < spec.usage.storageGib,
  );
  let fixed = 0;
  for (const { metadata } of smaller) {
    const claim: Manifest = {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: metadata.name, namespace, labels: {} },
      spec: { resources: { requests: { storage: gib(spec.usage.storageGib) } } },
    };
    for (let tries = 1; ; tries++) {
      try {
        await client.apply(claim);
        break;
      } catch (error) {
        // The cluster takes a moment to count what the larger quota leaves.
        const full = hasStatus(error, 403) && [quotaUncounted, quotaFull].includes(error.reason);
        if (full && tries < 5) {
          await pause(quotaCountedMs);
          continue;
        }
        // 422: not bound yet, so never used. It keeps the size it was made with, as one of a class that cannot grow
        // does, and one for which there is no room in the quota: no reason to hold up the hub.
        const fixed403 = hasStatus(error, 403) && error.reason === volumeFixed;
        if (!full && !fixed403 && !hasStatus(error, 422)) throw error;
        fixed++;
        break;
      }
    }
  }
  if (smaller.length > 0)
    log.info({ hub: spec.id, larger: smaller.length - fixed, kept: fixed }, "home folders grow with the hub");
}

const units: Record<string, number> = {
  Ki: 2 ** -20,
  Mi: 2 ** -10,
  Gi: 1,
  Ti: 2 ** 10,
  "": 2 ** -30,
  k: 1e3 / 2 ** 30,
  M: 1e6 / 2 ** 30,
  G: 1e9 / 2 ** 30,
  T: 1e12 / 2 ** 30,
};

/** Takes a quantity of storage as Kubernetes writes it; returns GiB, or NaN for what it cannot read. */
function gibOf(quantity: string): number {
  const [, amount = "", unit = ""] = /^([0-9.]+)([A-Za-z]*)$/.exec(quantity) ?? [];
  return Number(amount || Number.NaN) * (units[unit] ?? Number.NaN);
}
