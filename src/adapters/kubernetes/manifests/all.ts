import type { AppliedKind, Manifest } from "../kinds.ts";
import { roleBindingManifest, roleManifest, serviceAccountManifest } from "./access.ts";
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

/** What makes the objects of each kind, in the order in which to apply them. */
const makers: readonly { kind: AppliedKind; make: (making: Making) => readonly Manifest[] }[] = [
  { kind: "Namespace", make: (making) => [namespaceManifest(making)] },
  { kind: "LimitRange", make: (making) => [limitRangeManifest(making)] },
  { kind: "NetworkPolicy", make: networkManifests },
  { kind: "ServiceAccount", make: (making) => [serviceAccountManifest(making)] },
  { kind: "Role", make: (making) => [roleManifest(making)] },
  { kind: "RoleBinding", make: (making) => [roleBindingManifest(making)] },
  { kind: "Secret", make: secretManifests },
  { kind: "ConfigMap", make: (making) => [configMapManifest(making)] },
  { kind: "PersistentVolumeClaim", make: claimManifests },
  { kind: "Service", make: serviceManifests },
  // After the volumes: a new quota lets none be made until the cluster has counted.
  { kind: "ResourceQuota", make: (making) => [quotaManifest(making)] },
  { kind: "Deployment", make: (making) => [hubManifest(making), proxyManifest(making)] },
  {
    kind: "DaemonSet",
    make: (making) => (making.platform.prePull && making.spec.preparing ? [prePullManifest(making)] : []),
  },
  { kind: "Ingress", make: (making) => [ingressManifest(making)] },
];

/**
 * Everything that exists for a hub on the cluster, in the order in which to apply it: limits, network rules and rights
 * are there before the first pod. Pure: the same hub and settings make the same objects.
 */
export const manifestsOf = (making: Making): Manifest[] => makers.flatMap(({ make }) => make(making));

/** The same, of one kind. */
export const manifestsOfKind = (kind: AppliedKind, making: Making): readonly Manifest[] =>
  makers.find((maker) => maker.kind === kind)?.make(making) ?? [];
