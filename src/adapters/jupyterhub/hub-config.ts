import type { HubSpec } from "../../ports/hub-backend.ts";

/**
 * What jupyterhub_config.py reads. Holds secrets: whoever writes it keeps it from others (a file with mode 0600, or a
 * Kubernetes Secret).
 */
export type HubConfig = {
  hub: { id: string; name: string; baseUrl: string; redeployedAt: string | null };
  addresses: { bindUrl: string; hubBindUrl: string; hubConnectUrl: string | null; proxyApiUrl: string };
  secrets: { cookieSecret: string; cryptKey: string; proxyToken: string; apiToken: string };
  oauth: {
    clientId: string;
    clientSecret: string;
    callbackUrl: string;
    authorizeUrl: string;
    tokenUrl: string;
    userinfoUrl: string;
    logoutUrl: string;
    allowedGroups: string[];
  };
  teachers: string[];
  server: {
    image: string;
    defaultUrl: string;
    ramGib: number;
    cpus: number;
    storageGib: number;
    gpus: number;
    startTimeoutSeconds: number;
    concurrentStarts: number;
  };
  culling: { idleSeconds: number; everySeconds: number; maxAgeSeconds: number };
  place: LocalPlace | KubernetesPlace;
};

/** Settings of the spawner for hubs on this machine. */
export type LocalPlace = {
  kind: "local";
  /** Holds the hub's database and the home folders. */
  folder: string;
  proxyCommand: string[];
  /** Environment variables that user servers keep, so that they can be found as the hub's. */
  keepEnvironment: string[];
  /** Environment variable that user servers have, and nothing else of the hub. */
  serverMark: string;
};

/** Settings of KubeSpawner; what is not here follows from the rest. */
export type KubernetesPlace = {
  kind: "kubernetes";
  namespace: string;
  labels: Record<string, string>;
  homePath: string;
  storageClass: string | null;
  memoryGuaranteeFactor: number;
  cpuGuaranteeFactor: number;
  imagePullSecrets: string[];
  nodeSelector: Record<string, string>;
  /** Claim with folders that everybody reads, and one that everybody writes; null without. */
  sharedClaim: string | null;
};

/** What differs between two places for the same hub. */
export type HubPlacement = {
  callbackUrl: string;
  baseUrl: string;
  addresses: HubConfig["addresses"];
  culling: HubConfig["culling"];
  startTimeoutSeconds: number;
  concurrentStarts: number;
  place: HubConfig["place"];
};

/** Takes a hub and where it is to run; returns its configuration. Pure. */
export function hubConfigOf(spec: HubSpec, placement: HubPlacement): HubConfig {
  const { secrets, oidc, usage } = spec;
  return {
    hub: { id: spec.id, name: spec.name, baseUrl: placement.baseUrl, redeployedAt: spec.redeployedAt },
    addresses: placement.addresses,
    secrets: {
      cookieSecret: secrets.cookieSecret,
      cryptKey: secrets.cryptKey,
      proxyToken: secrets.proxyToken,
      apiToken: secrets.apiToken,
    },
    oauth: {
      clientId: secrets.clientId,
      clientSecret: secrets.clientSecret,
      callbackUrl: placement.callbackUrl,
      authorizeUrl: oidc.authorizeUrl,
      tokenUrl: oidc.tokenUrl,
      userinfoUrl: oidc.userinfoUrl,
      logoutUrl: oidc.endSessionUrl,
      allowedGroups: [spec.allowedGroup, spec.governanceGroup],
    },
    // JupyterHub knows names in lower case only.
    teachers: spec.teachers.map((username) => username.toLowerCase()).sort(),
    server: {
      image: spec.image,
      defaultUrl: spec.defaultUrl,
      ramGib: usage.ramGib,
      cpus: usage.cpus,
      storageGib: usage.storageGib,
      gpus: usage.gpus,
      startTimeoutSeconds: placement.startTimeoutSeconds,
      concurrentStarts: placement.concurrentStarts,
    },
    culling: placement.culling,
    place: placement.place,
  };
}
