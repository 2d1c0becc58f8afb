import type { Live } from "./api/client.ts";
import type { AppliedKind, Manifest } from "./kinds.ts";

/**
 * Kinds whose lists are replaced as a whole when applied (x-kubernetes-list-type: atomic), and where an entry more
 * would open what is meant to be closed.
 */
const wholeLists: ReadonlySet<AppliedKind> = new Set(["Role", "RoleBinding", "NetworkPolicy", "Ingress", "LimitRange"]);

/**
 * Whether an object is as the manifest wants it. Whatever the manifest does not name may be there as well: defaults,
 * and what others manage. So applying the manifest always leads to an object that it covers.
 */
export function covers(wanted: Manifest, live: Live): boolean {
  const { metadata, apiVersion: _version, kind, ...fields } = wanted;
  const { labels, annotations = {} } = metadata;
  if (!has({ labels, annotations }, live.metadata, false)) return false;
  // A claim is hardly ever changed once it is there, and never taken away.
  return kind === "PersistentVolumeClaim" || has(fields, live, wholeLists.has(kind));
}

function has(wanted: unknown, live: unknown, whole: boolean): boolean {
  if (Array.isArray(wanted)) {
    if (wanted.length === 0 && live === undefined) return true;
    if (!Array.isArray(live)) return false;
    const scalars = wanted.every((one) => typeof one !== "object");
    if ((scalars || whole) && wanted.length !== live.length) return false;
    if (scalars) return wanted.every((one, at) => one === live[at]);
    return wanted.every((one) => live.some((other) => has(one, other, whole)));
  }
  if (typeof wanted === "object" && wanted !== null) {
    const entries = Object.entries(wanted);
    if (entries.length === 0 && live === undefined) return true;
    if (typeof live !== "object" || live === null) return false;
    return entries.every(([key, value]) => has(value, Reflect.get(live, key), whole));
  }
  return wanted === live || (wanted === "" && live === undefined);
}
