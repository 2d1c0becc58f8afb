/** The kinds that the test server serves, by their place in the API. */
export type Resource = { kind: string; group: string; version: string; plural: string; clusterWide: boolean };

const rows: [string, string, string, string, boolean?][] = [
  ["Namespace", "", "v1", "namespaces", true],
  ["Node", "", "v1", "nodes", true],
  ["ResourceQuota", "", "v1", "resourcequotas"],
  ["LimitRange", "", "v1", "limitranges"],
  ["ServiceAccount", "", "v1", "serviceaccounts"],
  ["Secret", "", "v1", "secrets"],
  ["ConfigMap", "", "v1", "configmaps"],
  ["PersistentVolumeClaim", "", "v1", "persistentvolumeclaims"],
  ["Service", "", "v1", "services"],
  ["Pod", "", "v1", "pods"],
  ["Event", "", "v1", "events"],
  ["Deployment", "apps", "v1", "deployments"],
  ["DaemonSet", "apps", "v1", "daemonsets"],
  ["NetworkPolicy", "networking.k8s.io", "v1", "networkpolicies"],
  ["Ingress", "networking.k8s.io", "v1", "ingresses"],
  ["IngressClass", "networking.k8s.io", "v1", "ingressclasses", true],
  ["StorageClass", "storage.k8s.io", "v1", "storageclasses", true],
  ["Role", "rbac.authorization.k8s.io", "v1", "roles"],
  ["RoleBinding", "rbac.authorization.k8s.io", "v1", "rolebindings"],
];

export const resources: readonly Resource[] = rows.map(([kind, group, version, plural, clusterWide = false]) => ({
  kind,
  group,
  version,
  plural,
  clusterWide,
}));

export type Target = { resource: Resource; namespace: string | undefined; name: string | undefined };

/** Takes a path such as `/apis/apps/v1/namespaces/x/deployments/hub`; returns what it means, or undefined. */
export function readPath(path: string): Target | undefined {
  const match = /^\/(?:api\/(v1)|apis\/([^/]+)\/([^/]+))(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?$/.exec(path);
  if (match === null) return undefined;
  const [, core, group = "", version = core, namespace, plural, name] = match.map((part) =>
    part === undefined ? undefined : decodeURIComponent(part),
  );
  const found = resources.find((one) => one.group === group && one.version === version && one.plural === plural);
  if (found === undefined || (found.clusterWide && namespace !== undefined)) return undefined;
  return { resource: found, namespace, name };
}

export const apiVersionOf = ({ group, version }: Resource) => (group === "" ? version : `${group}/${version}`);

const verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

/** What is served below a path of the API: versions, groups, or kinds. Undefined for any other path. */
export function discover(path: string): Record<string, unknown> | undefined {
  if (path === "/api") return { kind: "APIVersions", versions: ["v1"] };
  const versions = [...new Map(resources.map((one) => [apiVersionOf(one), one])).values()];
  if (path === "/apis") {
    const groups = versions
      .filter(({ group }) => group !== "")
      .map((one) => {
        const version = { groupVersion: apiVersionOf(one), version: one.version };
        return { name: one.group, versions: [version], preferredVersion: version };
      });
    return { kind: "APIGroupList", apiVersion: "v1", groups };
  }
  const asked = versions.find((one) => path === `${one.group === "" ? "/api" : "/apis"}/${apiVersionOf(one)}`);
  if (asked === undefined) return undefined;
  const served = resources
    .filter((one) => apiVersionOf(one) === apiVersionOf(asked))
    .map(({ kind, plural, clusterWide }) => ({
      name: plural,
      singularName: "",
      namespaced: !clusterWide,
      kind,
      verbs,
    }));
  return { kind: "APIResourceList", apiVersion: "v1", groupVersion: apiVersionOf(asked), resources: served };
}
