import type { Manifest } from "../kinds.ts";
import { namespaceOf } from "../names.ts";
import { inNamespace, type Making } from "./common.ts";

/**
 * What KubeSpawner 7 does in its namespace: watch, make and delete pods and claims, and read events for the progress
 * page. It would touch secrets and services only with `internal_ssl` and `services_enabled`, which hubs do not use.
 */
export const spawnerRules = [
  {
    apiGroups: [""],
    resources: ["pods", "persistentvolumeclaims"],
    verbs: ["get", "list", "watch", "create", "delete"],
  },
  { apiGroups: [""], resources: ["events"], verbs: ["get", "list", "watch"] },
] as const;

/** The account that the hub runs as. */
export const serviceAccountManifest = (making: Making): Manifest =>
  inNamespace(making, "ServiceAccount", "hub", { automountServiceAccountToken: false });

export const roleManifest = (making: Making): Manifest => inNamespace(making, "Role", "hub", { rules: spawnerRules });

export const roleBindingManifest = (making: Making): Manifest =>
  inNamespace(making, "RoleBinding", "hub", {
    subjects: [{ kind: "ServiceAccount", name: "hub", namespace: namespaceOf(making.spec, making.platform) }],
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "hub" },
  });
