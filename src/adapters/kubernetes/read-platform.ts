import { readFileSync } from "node:fs";
import { ConfigFault } from "../../config/read-config.ts";
import type { Settings } from "../../config/settings.ts";
import type { HubTls, Platform } from "./platform.ts";

const ownNamespaceFile = "/var/run/secrets/kubernetes.io/serviceaccount/namespace";

/**
 * Takes the settings; returns what they say about hubs on the cluster.
 * @throws ConfigFault when HUB_IMAGE_PULL_FILE cannot be used
 */
export function readPlatform(set: Settings): Platform {
  return {
    namespacePrefix: set.HUB_NAMESPACE_PREFIX,
    place:
      set.HUB_HOST === undefined
        ? { kind: "domain", domain: set.HUB_DOMAIN ?? "localhost" }
        : { kind: "host", host: set.HUB_HOST },
    tls: readTls(set.HUB_TLS),
    ingressClass: set.INGRESS_CLASS ?? null,
    ingressAnnotations: set.INGRESS_ANNOTATIONS ?? {},
    portalNamespace: set.PORTAL_NAMESPACE ?? (set.KUBECONFIG === undefined ? readOwnNamespace() : null),
    storageClass: set.HUB_STORAGE_CLASS ?? null,
    sharedStorageClass: set.HUB_SHARED_STORAGE_CLASS ?? null,
    sharedStorageGib: set.HUB_SHARED_STORAGE_GIB,
    memoryGuarantee: set.HUB_MEMORY_GUARANTEE,
    cpuGuarantee: set.HUB_CPU_GUARANTEE,
    quotaFactor: set.HUB_QUOTA_FACTOR,
    podSecurity: set.HUB_POD_SECURITY,
    nodeSelector: set.HUB_NODE_SELECTOR ?? {},
    imagePullConfig: readPullConfig(set.HUB_IMAGE_PULL_FILE),
    prePull: set.HUB_PRE_PULL,
    userNetworks: set.HUB_USER_NETWORKS ?? [],
    idleSeconds: set.HUB_IDLE_MINUTES * 60,
    maxAgeSeconds: set.HUB_MAX_AGE_HOURS * 3600,
    startTimeoutSeconds: set.HUB_START_TIMEOUT_SECONDS,
    concurrentStarts: set.HUB_CONCURRENT_STARTS,
  };
}

function readTls(value: string): HubTls {
  const [kind, name = ""] = value.split(":");
  if (kind === "secret" || kind === "issuer") return { kind, name };
  return { kind: kind === "off" ? "off" : "controller" };
}

/** Namespace of the pod that the portal runs in; null outside a cluster. */
function readOwnNamespace(): string | null {
  try {
    return readFileSync(ownNamespaceFile, "utf8").trim() || null;
  } catch {
    return null;
  }
}

function readPullConfig(path: string | undefined): string | null {
  if (path === undefined) return null;
  try {
    const content = readFileSync(path, "utf8");
    JSON.parse(content);
    return content;
  } catch {
    // What the file holds is secret, so nothing of it is said.
    throw new ConfigFault([`HUB_IMAGE_PULL_FILE names a file that cannot be read or is not JSON: ${path}`]);
  }
}
