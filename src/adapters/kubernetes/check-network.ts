import { Unavailable } from "../../domain/errors.ts";
import { doubtful, type Finding, good, wrong } from "../../domain/finding.ts";
import type { KubeClient } from "./api/client.ts";

/** DaemonSets of network plug-ins that keep to network policies, by the beginning of their names. */
const enforcing: Record<string, string> = {
  "calico-node": "Calico",
  canal: "Canal",
  cilium: "Cilium",
  anetd: "Dataplane V2",
  "antrea-agent": "Antrea",
  "azure-npm": "Azure Network Policy Manager",
  "kube-router": "kube-router",
  ovnkube: "OVN-Kubernetes",
  "ovs-ovn": "Kube-OVN",
  "weave-net": "Weave Net",
};
const holes = "else participants reach private networks and one another.";

/** Whether network policies hold, as far as what runs in the cluster tells. */
export async function checkNetwork(client: KubeClient, version: string): Promise<Finding> {
  let names: string[] = [];
  try {
    names = (await client.list("DaemonSet", { metadataOnly: true })).map(({ metadata }) => metadata.name);
  } catch (error) {
    // That the right is missing is told already.
    if (!(error instanceof Unavailable)) throw error;
  }
  for (const [begins, plugIn] of Object.entries(enforcing)) {
    if (names.some((name) => name.startsWith(begins))) return good(`${plugIn} keeps to network policies.`);
  }
  if (version.includes("+k3s")) {
    return good("k3s keeps to network policies, unless it was started with --disable-network-policy.");
  }
  return names.some((name) => /flannel/.test(name))
    ? wrong(
        "The cluster's network plug-in is flannel, which does not keep to network policies.",
        `Use one that does, such as Calico or Cilium: ${holes}`,
      )
    : doubtful(
        "Whether the cluster keeps to network policies cannot be told from outside.",
        `Make sure that its network plug-in does (Calico and Cilium do, flannel alone does not): ${holes}`,
      );
}
