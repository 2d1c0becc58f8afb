import type { HubSpec } from "../../../ports/hub-backend.ts";
import { type AppliedKind, apiVersionOf, type Manifest } from "../kinds.ts";
import { fieldManager, labelKeys, namespaceOf } from "../names.ts";
import type { Platform } from "../platform.ts";

/** What every manifest is made from. */
export type Making = {
  spec: HubSpec;
  platform: Platform;
  /** The shared configuration of JupyterHub, as text. */
  pythonConfig: string;
};

/** Labels that the portal's own objects carry. */
export const ownLabels = (hubId: string): Record<string, string> => ({
  [labelKeys.managedBy]: fieldManager,
  [labelKeys.hub]: hubId,
  "app.kubernetes.io/part-of": "jupyterhub",
});

/** An object in the hub's namespace. */
export function inNamespace(
  { spec, platform }: Making,
  kind: AppliedKind,
  name: string,
  fields: Record<string, unknown>,
  metadata: { labels?: Record<string, string>; annotations?: Record<string, string> } = {},
): Manifest {
  return {
    apiVersion: apiVersionOf(kind),
    kind,
    metadata: {
      name,
      namespace: namespaceOf(spec, platform),
      ...metadata,
      labels: { ...ownLabels(spec.id), ...metadata.labels },
    },
    ...fields,
  };
}

/** Labels that select the pods of one of the portal's components; they must never change for a hub. */
export const podLabels = (spec: HubSpec, component: "hub" | "proxy" | "pre-pull") => ({
  [labelKeys.hub]: spec.id,
  [labelKeys.component]: component,
});

/** Of a container that needs no rights at all; satisfies the Pod Security Standard "restricted". */
export const lockedContainer = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
} as const;

/** Of a pod that runs as this user; satisfies the Pod Security Standard "restricted". */
export const lockedPod = (user: number) => ({
  runAsNonRoot: true,
  runAsUser: user,
  runAsGroup: user,
  fsGroup: user,
  seccompProfile: { type: "RuntimeDefault" },
});

/** Rules of placing that hold for every pod of a hub. */
export const placing = ({ platform }: Making) => ({
  ...(Object.keys(platform.nodeSelector).length > 0 ? { nodeSelector: platform.nodeSelector } : {}),
  ...(platform.imagePullConfig === null ? {} : { imagePullSecrets: [{ name: imagePullSecret }] }),
});

export const imagePullSecret = "image-pull";
export const sharedClaim = "course-folders";
export const hubClaim = "hub-db";
