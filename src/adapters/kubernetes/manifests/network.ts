import type { Manifest } from "../kinds.ts";
import { labelKeys, ports } from "../names.ts";
import { inNamespace, type Making, podLabels } from "./common.ts";

const privateNetworks = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"];
/** Addresses that clouds answer questions about a machine at, keys among them. */
const linkLocal = "169.254.0.0/16";
/** Where a DNS cache on each node listens, within the range above. */
const nodeDns = "169.254.20.10/32";

const tcp = (port: number | string) => ({ port, protocol: "TCP" });
const dns = {
  to: [
    { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } } },
    ...[...privateNetworks, nodeDns].map((cidr) => ({ ipBlock: { cidr } })),
  ],
  ports: [
    { port: 53, protocol: "UDP" },
    { port: 53, protocol: "TCP" },
  ],
};

/**
 * Who may talk to whom in a hub's namespace. Whatever is not named here is refused: pods without a policy of their own
 * fall under the first. All ranges are IPv4, so nothing goes out over IPv6.
 */
export function networkManifests(making: Making): Manifest[] {
  const { spec, platform } = making;
  const pods = (component: "hub" | "proxy") => ({ podSelector: { matchLabels: podLabels(spec, component) } });
  const users = { podSelector: { matchLabels: { [labelKeys.userServer]: "true" } } };
  const policy = (name: string, podSelector: unknown, ingress: unknown[], egress: unknown[]) =>
    inNamespace(making, "NetworkPolicy", name, {
      spec: { podSelector, policyTypes: ["Ingress", "Egress"], ingress, egress },
    });
  const portal =
    platform.portalNamespace === null
      ? []
      : [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": platform.portalNamespace } } }];
  return [
    inNamespace(making, "NetworkPolicy", "nothing-else", {
      spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    }),
    policy(
      "hub",
      pods("hub").podSelector,
      [{ from: [pods("proxy"), users, ...portal], ports: [tcp(ports.hub)] }],
      // Authentik and the API server may be in a private network; where they are is not ours to know.
      [dns, { to: [{ ipBlock: { cidr: "0.0.0.0/0", except: [linkLocal] } }] }],
    ),
    policy(
      "proxy",
      pods("proxy").podSelector,
      // The ingress controller may be anywhere, on the node's own network as well.
      [{ ports: [tcp(ports.proxy)] }, { from: [pods("hub")], ports: [tcp(ports.proxyApi)] }],
      [dns, { to: [pods("hub")], ports: [tcp(ports.hub)] }, { to: [users], ports: [tcp(ports.notebook)] }],
    ),
    policy(
      "user-servers",
      users.podSelector,
      [{ from: [pods("hub"), pods("proxy")], ports: [tcp(ports.notebook)] }],
      [
        dns,
        { to: [pods("hub")], ports: [tcp(ports.hub)] },
        { to: [pods("proxy")], ports: [tcp(ports.proxy)] },
        {
          to: [
            { ipBlock: { cidr: "0.0.0.0/0", except: [...privateNetworks, linkLocal] } },
            ...platform.userNetworks.map((cidr) => ({ ipBlock: { cidr } })),
          ],
        },
      ],
    ),
  ];
}
