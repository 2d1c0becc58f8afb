import { same } from "./ownership.ts";
import { type Cause, invalid, Refusal } from "./refusal.ts";
import type { Resource } from "./resources.ts";
import { decodingFaults, isRecord } from "./schema.ts";
import type { Stored } from "./store.ts";

const subdomain = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const dnsLabel = /^(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const labelKey = /^((?=[^/]{1,253}\/)[a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const labelValue = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const base64 = /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Refuses what the API server would refuse of an object, as far as what we use goes. */
export function admit(resource: Resource, object: Record<string, unknown>, strict: boolean): void {
  const faults = decodingFaults(object).filter((fault) => strict || !fault.startsWith("unknown field"));
  if (faults.length > 0) throw new Refusal(400, "BadRequest", `strict decoding error: ${faults.join(", ")}`);
  const { metadata } = object as { metadata: Stored["metadata"] };
  const { kind } = resource;
  const shape = kind === "Namespace" || kind === "Service" ? dnsLabel : subdomain;
  if (!shape.test(metadata.name)) throw invalid(kind, metadata.name, "metadata.name", "must be a DNS name");
  for (const [key, value] of Object.entries(metadata.labels ?? {})) {
    if (!labelKey.test(key) || !labelValue.test(value)) {
      throw invalid(kind, metadata.name, "metadata.labels", `Invalid value: "${key}: ${value}"`);
    }
  }
  for (const key of Object.keys(metadata.annotations ?? {})) {
    if (!labelKey.test(key)) throw invalid(kind, metadata.name, "metadata.annotations", `Invalid value: "${key}"`);
  }
  const fault = faultOf(kind, object);
  if (fault !== undefined) throw invalid(kind, metadata.name, fault.field ?? "", fault.message);
}

type Fault = Omit<Cause, "reason">;
const at = (object: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), object);

function faultOf(kind: string, object: Record<string, unknown>): Fault | undefined {
  if (kind === "Secret") {
    const bad = Object.entries(isRecord(object.data) ? object.data : {}).find(
      ([, value]) => !base64.test(String(value)),
    );
    if (bad === undefined) return undefined;
    const what = `(${String(at(object, "metadata", "name"))}; /v1, Kind=Secret)`;
    throw new Refusal(500, "", `failed to convert new object ${what}: error decoding from json: illegal base64 data`);
  }
  if (kind === "Deployment" || kind === "DaemonSet") {
    const labels = at(object, "spec", "template", "metadata", "labels");
    const selector = at(object, "spec", "selector", "matchLabels");
    if (!isRecord(selector) || !Object.entries(selector).every(([key, value]) => at(labels, key) === value)) {
      return { field: "spec.template.metadata.labels", message: "`selector` does not match template `labels`" };
    }
    if (at(object, "spec", "strategy", "type") === "Recreate" && at(object, "spec", "strategy", "rollingUpdate")) {
      return { field: "spec.strategy.rollingUpdate", message: "Forbidden: may not be specified when type is Recreate" };
    }
    return podFault(at(object, "spec", "template", "spec"));
  }
  if (kind === "Pod") return podFault(object.spec);
  if (kind === "Ingress") {
    const rules = at(object, "spec", "rules");
    for (const rule of Array.isArray(rules) ? rules : []) {
      const host = String(at(rule, "host") ?? "");
      if (!subdomain.test(host)) return { field: "spec.rules[0].host", message: `Invalid value: "${host}"` };
    }
  }
  if (kind === "PersistentVolumeClaim" && at(object, "spec", "resources", "requests", "storage") === undefined) {
    return { field: "spec.resources[storage]", message: "Required value" };
  }
  return undefined;
}

function podFault(pod: unknown): Fault | undefined {
  const volumes = at(pod, "volumes");
  const known = new Set((Array.isArray(volumes) ? volumes : []).map((volume) => at(volume, "name")));
  for (const list of ["initContainers", "containers"]) {
    const containers = at(pod, list);
    if (list === "containers" && (!Array.isArray(containers) || containers.length === 0)) {
      return { field: "spec.containers", message: "Required value" };
    }
    for (const container of Array.isArray(containers) ? containers : []) {
      if (!at(container, "image")) return { field: `spec.${list}[0].image`, message: "Required value" };
      const mounts = at(container, "volumeMounts");
      const lost = (Array.isArray(mounts) ? mounts : []).find((mount) => !known.has(at(mount, "name")));
      if (lost !== undefined)
        return { field: `spec.${list}[0].volumeMounts`, message: `Not found: ${at(lost, "name")}` };
      for (const [resource, request] of Object.entries(Object(at(container, "resources", "requests")))) {
        if (at(container, "resources", "limits", resource) === undefined) continue;
        const limit = at(container, "resources", "limits", resource);
        if (amount(String(request)) > amount(String(limit))) {
          return {
            field: `spec.${list}[0].resources.requests`,
            message: `must be less than or equal to ${resource} limit`,
          };
        }
      }
    }
  }
  return undefined;
}

const units: Record<string, number> = { m: 1e-3, "": 1, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 };
/** A quantity as a number. */
export const amount = (text: string): number => {
  const [, number = "", unit = ""] = /^([0-9.]+)([A-Za-z]*)$/.exec(text) ?? [];
  return Number(number) * (units[unit] ?? Number.NaN);
};

const immutable: Record<string, string[][]> = {
  Deployment: [["spec", "selector"]],
  DaemonSet: [["spec", "selector"]],
  RoleBinding: [["roleRef"]],
  Secret: [["type"]],
};

/**
 * Refuses changes of fields that are settled when an object is made.
 * @param expandable whether volumes of this storage class can grow
 */
export function admitChange(
  kind: string,
  before: Stored,
  after: Record<string, unknown>,
  expandable: (storageClass: string) => boolean,
): void {
  for (const path of immutable[kind] ?? []) {
    if (!same(at(before, ...path), at(after, ...path))) {
      throw invalid(kind, before.metadata.name, path.join("."), "Invalid value: field is immutable");
    }
  }
  if (kind === "PersistentVolumeClaim" && !same(before.spec, after.spec)) admitClaim(before, after, expandable);
}

/** As kube-apiserver 1.34 answers: only the size of a bound claim can change, upwards, if its class lets it. */
function admitClaim(
  before: Stored,
  after: Record<string, unknown>,
  expandable: (storageClass: string) => boolean,
): void {
  const { name } = before.metadata;
  const rest = (object: unknown) => ({ ...Object(at(object, "spec")), resources: null });
  if (at(before, "status", "phase") !== "Bound" || !same(rest(before), rest(after))) {
    const message = "Forbidden: spec is immutable after creation except resources.requests for bound claims";
    throw invalid("PersistentVolumeClaim", name, "spec", message);
  }
  const size = (object: unknown, ...path: string[]) => amount(String(at(object, ...path)));
  const asked = size(after, "spec", "resources", "requests", "storage");
  if (asked < size(before, "status", "capacity", "storage")) {
    const message = "Forbidden: field can not be less than status.capacity";
    throw invalid("PersistentVolumeClaim", name, "spec.resources.requests.storage", message);
  }
  if (asked <= size(before, "spec", "resources", "requests", "storage")) return;
  if (expandable(String(at(before, "spec", "storageClassName") ?? ""))) return;
  const why =
    "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize";
  throw new Refusal(403, "Forbidden", `persistentvolumeclaims "${name}" is forbidden: ${why}`);
}

const counted: Record<string, readonly string[]> = {
  PersistentVolumeClaim: ["persistentvolumeclaims", "requests.storage"],
  Pod: ["pods", "limits.memory", "limits.cpu"],
};

/** Refuses what a quota limits for as long as no controller has counted what is used, also for changes. */
export function admitByQuota(kind: string, quota: Stored): void {
  const concerned = (counted[kind] ?? []).filter((name) => at(quota, "spec", "hard", name) !== undefined);
  const uncounted = concerned.filter((name) => at(quota, "status", "used", name) === undefined);
  if (uncounted.length === 0) return;
  const message = `status unknown for quota: ${quota.metadata.name}, resources: ${uncounted.join(",")}`;
  throw new Refusal(403, "Forbidden", `forbidden: ${message}`);
}

/** What the API server fills in. Only where it is not set. */
export function fillIn(kind: string, object: Record<string, unknown>): void {
  const fill = (holder: unknown, values: Record<string, unknown>) => {
    if (!isRecord(holder)) return;
    for (const [key, value] of Object.entries(values)) holder[key] ??= value;
  };
  if (kind === "Namespace") {
    const { metadata } = object as { metadata: Stored["metadata"] };
    metadata.labels = { ...metadata.labels, "kubernetes.io/metadata.name": metadata.name };
    object.spec ??= { finalizers: ["kubernetes"] };
    object.status ??= { phase: "Active" };
  }
  if (kind === "Service") fill(object.spec, { clusterIP: "10.43.0.7", sessionAffinity: "None", ipFamilies: ["IPv4"] });
  if (kind === "PersistentVolumeClaim") fill(object.spec, { volumeMode: "Filesystem", storageClassName: "standard" });
  if (kind === "Deployment" || kind === "DaemonSet") {
    const pod = at(object, "spec", "template", "spec");
    fill(pod, { restartPolicy: "Always", dnsPolicy: "ClusterFirst", schedulerName: "default-scheduler" });
    fill(object.spec, kind === "Deployment" ? { replicas: 1, progressDeadlineSeconds: 600 } : {});
    const containers = at(pod, "containers");
    for (const container of Array.isArray(containers) ? containers : []) {
      fill(container, { imagePullPolicy: "IfNotPresent", terminationMessagePath: "/dev/termination-log" });
    }
  }
}
