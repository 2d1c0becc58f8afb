/** Where each kind of object lives in the API. Namespaced unless said. */
export const kinds = {
  Namespace: { base: "/api/v1", plural: "namespaces", clusterWide: true },
  ResourceQuota: { base: "/api/v1", plural: "resourcequotas" },
  LimitRange: { base: "/api/v1", plural: "limitranges" },
  NetworkPolicy: { base: "/apis/networking.k8s.io/v1", plural: "networkpolicies" },
  ServiceAccount: { base: "/api/v1", plural: "serviceaccounts" },
  Role: { base: "/apis/rbac.authorization.k8s.io/v1", plural: "roles" },
  RoleBinding: { base: "/apis/rbac.authorization.k8s.io/v1", plural: "rolebindings" },
  Secret: { base: "/api/v1", plural: "secrets" },
  ConfigMap: { base: "/api/v1", plural: "configmaps" },
  PersistentVolumeClaim: { base: "/api/v1", plural: "persistentvolumeclaims" },
  Service: { base: "/api/v1", plural: "services" },
  Deployment: { base: "/apis/apps/v1", plural: "deployments" },
  DaemonSet: { base: "/apis/apps/v1", plural: "daemonsets" },
  Ingress: { base: "/apis/networking.k8s.io/v1", plural: "ingresses" },
  Pod: { base: "/api/v1", plural: "pods" },
  Event: { base: "/api/v1", plural: "events" },
  StorageClass: { base: "/apis/storage.k8s.io/v1", plural: "storageclasses", clusterWide: true },
  IngressClass: { base: "/apis/networking.k8s.io/v1", plural: "ingressclasses", clusterWide: true },
} as const satisfies Record<string, { base: string; plural: string; clusterWide?: true }>;

export type Kind = keyof typeof kinds;

/** Kinds that the portal applies, in the order in which a hub needs them. */
export const appliedKinds = [
  "Namespace",
  "ResourceQuota",
  "LimitRange",
  "NetworkPolicy",
  "ServiceAccount",
  "Role",
  "RoleBinding",
  "Secret",
  "ConfigMap",
  "PersistentVolumeClaim",
  "Service",
  "Deployment",
  "DaemonSet",
  "Ingress",
] as const satisfies readonly Kind[];

export type AppliedKind = (typeof appliedKinds)[number];

/** An object to apply. */
export type Manifest = {
  apiVersion: string;
  kind: AppliedKind;
  metadata: {
    name: string;
    namespace?: string;
    labels: Record<string, string>;
    annotations?: Record<string, string>;
  };
  [field: string]: unknown;
};

/** `v1`, `apps/v1`: the API version of a kind as objects name it. */
export const apiVersionOf = (kind: Kind): string => kinds[kind].base.replace(/^\/apis?\//, "");

/** Path of a kind's list, in one namespace or over all. */
export function listPath(kind: Kind, namespace?: string): string {
  const { base, plural } = kinds[kind];
  return namespace === undefined || "clusterWide" in kinds[kind]
    ? `${base}/${plural}`
    : `${base}/namespaces/${encodeURIComponent(namespace)}/${plural}`;
}

/** Path of one object. */
export const objectPath = (kind: Kind, name: string, namespace?: string): string =>
  `${listPath(kind, namespace)}/${encodeURIComponent(name)}`;
