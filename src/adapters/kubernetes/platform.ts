/** Who vouches for hubs' addresses. */
export type HubTls =
  /** Plain http: for trying out in a cluster of one's own. */
  | { kind: "off" }
  /** The ingress controller's default certificate, usually a wildcard. */
  | { kind: "controller" }
  /** A Secret of this name that something else puts into every hub's namespace. */
  | { kind: "secret"; name: string }
  /** cert-manager makes a certificate for each hub. */
  | { kind: "issuer"; name: string };

/** What the provider decided about hubs on the cluster; plain data, from the settings. */
export type Platform = {
  /** Begins the name of each hub's namespace. */
  namespacePrefix: string;
  /** Hubs at `<slug>.<domain>`, or at `<host>/<slug>/`. */
  place: { kind: "domain"; domain: string } | { kind: "host"; host: string };
  tls: HubTls;
  ingressClass: string | null;
  ingressAnnotations: Record<string, string>;
  /** Namespace that the portal runs in; its pods may reach hubs' API. Null outside the cluster. */
  portalNamespace: string | null;
  storageClass: string | null;
  /** ReadWriteMany class for course folders; null offers none. */
  sharedStorageClass: string | null;
  sharedStorageGib: number;
  /** Part of a participant's memory and CPUs that is set aside for them; the rest is shared. */
  memoryGuarantee: number;
  cpuGuarantee: number;
  /** How much more than the expected usage a hub's namespace may use. */
  quotaFactor: number;
  podSecurity: "restricted" | "baseline";
  nodeSelector: Record<string, string>;
  /** Content of a `.dockerconfigjson` for images that need a sign-in. */
  imagePullConfig: string | null;
  prePull: boolean;
  /** Private networks that user servers may reach, as CIDR. */
  userNetworks: readonly string[];
  idleSeconds: number;
  maxAgeSeconds: number;
  startTimeoutSeconds: number;
  concurrentStarts: number;
};
