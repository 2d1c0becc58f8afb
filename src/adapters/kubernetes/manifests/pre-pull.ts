import type { Manifest } from "../kinds.ts";
import { images } from "../versions.ts";
import { inNamespace, lockedContainer, lockedPod, type Making, placing, podLabels } from "./common.ts";
import { cores, gib } from "./quantities.ts";

export const prePullResources = { memoryGib: 0.0625, cpus: 0.05 } as const;

/**
 * Brings the notebook image to every node before the class does. Nobody waits for it: one bad node would hold up the
 * hub (facts: jupyterhub-kubernetes §8).
 */
export function prePullManifest(making: Making): Manifest {
  const { spec } = making;
  const resources = {
    requests: { cpu: cores(0.001), memory: gib(0.0078125) },
    limits: { cpu: cores(prePullResources.cpus), memory: gib(prePullResources.memoryGib) },
  };
  const locked = { resources, securityContext: lockedContainer };
  return inNamespace(making, "DaemonSet", "pre-pull", {
    spec: {
      selector: { matchLabels: podLabels(spec, "pre-pull") },
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "100%" } },
      template: {
        metadata: { labels: podLabels(spec, "pre-pull") },
        spec: {
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: 0,
          securityContext: lockedPod(1000),
          ...placing(making),
          initContainers: [{ name: "notebook", image: spec.image, command: ["sh", "-c", "true"], ...locked }],
          containers: [{ name: "pause", image: images.pause, ...locked }],
        },
      },
    },
  });
}
