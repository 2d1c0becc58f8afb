import type { HubAddress, HubKey } from "../../ports/hub-backend.ts";
import type { Platform } from "./platform.ts";

/** Field manager of everything that the portal applies. */
export const fieldManager = "jhaas-portal";

export const labelKeys = {
  managedBy: "app.kubernetes.io/managed-by",
  /** The hub's id, on everything that belongs to it, user servers and home folders as well. */
  hub: "jhaas/hub",
  /** `hub`, `proxy` or `pre-pull`, on what the portal makes; user servers have none. */
  component: "jhaas/component",
  /** Set by jupyterhub_config.py on user servers only. */
  userServer: "hub.jupyter.org/network-access-hub",
} as const;

export const annotationKeys = {
  name: "jhaas/hub-name",
  slug: "jhaas/slug",
  /** Of the hub's configuration; its change restarts the hub. */
  checksum: "jhaas/config-checksum",
  /** Size of new home folders, in GiB; when it grows, those that are there grow with it. */
  homeGib: "jhaas/home-gib",
  /** Of the moment of the last redeployment asked for; its change restarts the proxy, and stops user servers. */
  redeployed: "jhaas/redeployed-at",
} as const;

/** Selects what the portal applied, on any hub. */
export const ownSelector = `${labelKeys.managedBy}=${fieldManager}`;
/** Selects what the portal applied for one hub. */
export const ownSelectorOf = (hubId: string) => `${ownSelector},${labelKeys.hub}=${hubId}`;

/** Ports inside a hub's namespace. */
export const ports = { hub: 8081, proxy: 8000, proxyApi: 8001, notebook: 8888 } as const;

/** Name of a hub's namespace. Slugs have at most 40 characters and prefixes at most 20: together within the 63 allowed. */
export const namespaceOf = (hub: HubKey, platform: Platform) => `${platform.namespacePrefix}${hub.slug}`;

/** Path below which a hub lives, with both slashes. */
export const basePathOf = (hub: HubKey, platform: Platform) => (platform.place.kind === "host" ? `/${hub.slug}/` : "/");

export const hostOf = (hub: HubKey, platform: Platform) =>
  platform.place.kind === "host" ? platform.place.host : `${hub.slug}.${platform.place.domain}`;

/** Where a hub is reached. Pure, so the same ever after for the same settings. */
export function addressOf(hub: HubKey, platform: Platform): HubAddress {
  const scheme = platform.tls.kind === "off" ? "http" : "https";
  const basePath = basePathOf(hub, platform);
  const url = `${scheme}://${hostOf(hub, platform)}${basePath}`;
  // Inside the cluster the API is reached without the way over the ingress controller.
  const inside = `http://hub.${namespaceOf(hub, platform)}:${ports.hub}${basePath}`;
  const apiUrl = `${platform.portalNamespace === null ? url : inside}hub/api`;
  return { url, callbackUrl: `${url}hub/oauth_callback`, apiUrl };
}
