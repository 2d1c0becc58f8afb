import type { Platform } from "../../src/adapters/kubernetes/platform.ts";
import type { HubSpec } from "../../src/ports/hub-backend.ts";

/** Settings of a cluster, the plainest; what matters to a test is given. */
export function makePlatform(given: Partial<Platform> = {}): Platform {
  return {
    namespacePrefix: "jhaas-",
    place: { kind: "domain", domain: "hubs.example.org" },
    tls: { kind: "controller" },
    ingressClass: null,
    ingressAnnotations: {},
    portalNamespace: "jhaas-portal",
    storageClass: null,
    sharedStorageClass: null,
    sharedStorageGib: 10,
    memoryGuarantee: 0.5,
    cpuGuarantee: 0.1,
    quotaFactor: 1.25,
    podSecurity: "restricted",
    nodeSelector: {},
    imagePullConfig: null,
    prePull: false,
    userNetworks: [],
    idleSeconds: 3600,
    maxAgeSeconds: 43_200,
    startTimeoutSeconds: 600,
    concurrentStarts: 64,
    ...given,
  };
}

/** A hub to deploy, with secrets that are easy to find again. */
export function makeSpec(given: Partial<HubSpec> = {}): HubSpec {
  const slug = given.slug ?? "stat-1";
  const authentik = "https://auth.example.org/application/o";
  return {
    id: "0b6f3c0e-7d52-4f5a-9a51-2f1f0c9d8e7a",
    slug,
    name: "Statistics I",
    image: "quay.io/jupyter/scipy-notebook:2026-07-28",
    defaultUrl: "/lab",
    usage: { participants: 25, ramGib: 0.5, cpus: 0.5, storageGib: 1, gpus: 0 },
    secrets: {
      clientId: "the-client-id",
      clientSecret: "secret-of-the-client",
      apiToken: "secret-of-the-api",
      cookieSecret: "c0".repeat(32),
      cryptKey: "d1".repeat(32),
      proxyToken: "secret-of-the-proxy",
    },
    oidc: {
      issuer: `${authentik}/jh-${slug}/`,
      authorizeUrl: `${authentik}/authorize/`,
      tokenUrl: `${authentik}/token/`,
      userinfoUrl: `${authentik}/userinfo/`,
      endSessionUrl: `${authentik}/jh-${slug}/end-session/`,
    },
    allowedGroup: `jh_${slug}`,
    governanceGroup: "portal-admins",
    teachers: ["teacher"],
    redeployedAt: null,
    preparing: false,
    ...given,
  };
}
