import type { Manifest } from "../kinds.ts";
import { accessManifests } from "./access.ts";
import type { Making } from "./common.ts";
import { configMapManifest, secretManifests } from "./config.ts";
import { hubManifest } from "./hub.ts";
import { ingressManifest } from "./ingress.ts";
import { limitRangeManifest, quotaManifest } from "./limits.ts";
import { namespaceManifest } from "./namespace.ts";
import { networkManifests } from "./network.ts";
import { prePullManifest } from "./pre-pull.ts";
import { proxyManifest } from "./proxy.ts";
import { serviceManifests } from "./services.ts";
import { claimManifests } from "./storage.ts";

/**
 * Everything that exists for a hub on the cluster, in the order in which to apply it: limits, network rules and rights
 * are there before the first pod. The quota comes after the volumes, since it lets none be made until it has counted. Pure: the same hub and settings make the same objects.
 */
export function manifestsOf(making: Making): Manifest[] {
  return [
    namespaceManifest(making),
    limitRangeManifest(making),
    ...networkManifests(making),
    ...accessManifests(making),
    ...secretManifests(making),
    configMapManifest(making),
    ...claimManifests(making),
    ...serviceManifests(making),
    quotaManifest(making),
    hubManifest(making),
    proxyManifest(making),
    ...(making.platform.prePull ? [prePullManifest(making)] : []),
    ingressManifest(making),
  ];
}
