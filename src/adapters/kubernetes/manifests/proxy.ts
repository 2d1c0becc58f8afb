import type { Manifest } from "../kinds.ts";
import { annotationKeys, basePathOf, ports } from "../names.ts";
import { images } from "../versions.ts";
import { inNamespace, lockedContainer, lockedPod, type Making, placing, podLabels } from "./common.ts";
import { proxySecret } from "./config.ts";
import { cores, gib } from "./quantities.ts";

/** Most that the proxy may use. Idle it takes 60 MiB. */
export const proxyResources = { memoryGib: 0.5, cpus: 0.5 } as const;

/** The moment of the last redeployment, as an annotation. */
export const redeployedOf = ({ spec }: Making): string => spec.redeployedAt ?? "never";

/** The proxy between the ingress controller, the hub and user servers. It has no account in the cluster. */
export function proxyManifest(making: Making): Manifest {
  const { spec, platform } = making;
  const hub = `http://hub:${ports.hub}`;
  const redeployed = redeployedOf(making);
  const probe = { httpGet: { path: "/_chp_healthz", port: "http" }, periodSeconds: 5, timeoutSeconds: 3 };
  return inNamespace(
    making,
    "Deployment",
    "proxy",
    {
      spec: {
        replicas: 1,
        revisionHistoryLimit: 1,
        strategy: { type: "Recreate" },
        selector: { matchLabels: podLabels(spec, "proxy") },
        template: {
          metadata: {
            labels: podLabels(spec, "proxy"),
            annotations: { [annotationKeys.redeployed]: redeployed },
          },
          spec: {
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            terminationGracePeriodSeconds: 10,
            securityContext: lockedPod(65534),
            ...placing(making),
            containers: [
              {
                name: "proxy",
                image: images.proxy,
                command: [
                  "configurable-http-proxy",
                  "--ip=",
                  "--api-ip=",
                  `--api-port=${ports.proxyApi}`,
                  `--port=${ports.proxy}`,
                  `--default-target=${hub}`,
                  // With the base path: the hub answers nowhere else.
                  `--error-target=${hub}${basePathOf(spec, platform)}hub/error`,
                ],
                env: [
                  { name: "CONFIGPROXY_AUTH_TOKEN", valueFrom: { secretKeyRef: { name: proxySecret, key: "token" } } },
                ],
                ports: [
                  { name: "http", containerPort: ports.proxy, protocol: "TCP" },
                  { name: "api", containerPort: ports.proxyApi, protocol: "TCP" },
                ],
                livenessProbe: { ...probe, failureThreshold: 12 },
                readinessProbe: probe,
                resources: {
                  requests: { cpu: cores(0.05), memory: gib(0.0625) },
                  limits: { cpu: cores(proxyResources.cpus), memory: gib(proxyResources.memoryGib) },
                },
                securityContext: lockedContainer,
                terminationMessagePolicy: "FallbackToLogsOnError",
              },
            ],
          },
        },
      },
    },
    { annotations: { [annotationKeys.redeployed]: redeployed } },
  );
}
