import type { Manifest } from "../kinds.ts";
import { ports } from "../names.ts";
import { inNamespace, type Making, podLabels } from "./common.ts";

/** Names inside the namespace: the hub, the proxy's API for the hub, and the proxy for the ingress controller. */
export function serviceManifests(making: Making): Manifest[] {
  const service = (name: string, component: "hub" | "proxy", port: number, targetPort: string) =>
    inNamespace(making, "Service", name, {
      spec: {
        type: "ClusterIP",
        selector: podLabels(making.spec, component),
        ports: [{ name: "http", port, protocol: "TCP", targetPort }],
      },
    });
  return [
    service("hub", "hub", ports.hub, "http"),
    service("proxy-api", "proxy", ports.proxyApi, "api"),
    service("proxy-public", "proxy", 80, "http"),
  ];
}
