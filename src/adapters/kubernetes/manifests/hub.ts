import type { Manifest } from "../kinds.ts";
import { annotationKeys, basePathOf, ports } from "../names.ts";
import { images } from "../versions.ts";
import {
  hubClaim,
  inNamespace,
  lockedContainer,
  lockedPod,
  type Making,
  placing,
  podLabels,
  sharedClaim,
} from "./common.ts";
import { configChecksum, hubSecret } from "./config.ts";
import { cores, gib } from "./quantities.ts";

/** Most that the hub itself may use. Idle it takes 130 MiB; each start of a server takes a little more for a while. */
export const hubResources = { memoryGib: 1, cpus: 1, storageGib: 1 } as const;

const folder = "/etc/jhaas";
const user = 1000;

/** JupyterHub itself: one, never two at once, since they would share a database file. */
export function hubManifest(making: Making): Manifest {
  const { spec, platform } = making;
  const path = `${basePathOf(spec, platform)}hub/health`;
  const probe = (failures: number, periodSeconds: number) => ({
    httpGet: { path, port: "http" },
    periodSeconds,
    timeoutSeconds: 3,
    failureThreshold: failures,
  });
  const resources = {
    requests: { cpu: cores(0.1), memory: gib(0.25) },
    limits: { cpu: cores(hubResources.cpus), memory: gib(hubResources.memoryGib) },
  };
  const shared = platform.sharedStorageClass !== null;
  return inNamespace(
    making,
    "Deployment",
    "hub",
    {
      spec: {
        replicas: 1,
        revisionHistoryLimit: 1,
        strategy: { type: "Recreate" },
        selector: { matchLabels: podLabels(spec, "hub") },
        template: {
          metadata: {
            labels: podLabels(spec, "hub"),
            annotations: { [annotationKeys.checksum]: configChecksum(making) },
          },
          spec: {
            serviceAccountName: "hub",
            automountServiceAccountToken: true,
            enableServiceLinks: false,
            securityContext: lockedPod(user),
            ...placing(making),
            ...(shared ? { initContainers: [makeFolders(resources)] } : {}),
            containers: [
              {
                name: "hub",
                image: images.hub,
                args: ["jupyterhub", "--config", `${folder}/config/jupyterhub_config.py`, "--upgrade-db"],
                env: [
                  { name: "PYTHONUNBUFFERED", value: "1" },
                  { name: "JHAAS_HUB_CONFIG", value: `${folder}/secret/hub.json` },
                ],
                ports: [{ name: "http", containerPort: ports.hub, protocol: "TCP" }],
                // Five minutes for an upgrade of the database before a hub that says nothing is started anew.
                startupProbe: probe(150, 2),
                livenessProbe: probe(30, 10),
                readinessProbe: probe(3, 2),
                resources,
                securityContext: lockedContainer,
                // The last lines of the log, for the reason that people read when JupyterHub does not come up.
                terminationMessagePolicy: "FallbackToLogsOnError",
                volumeMounts: [
                  { name: "config", mountPath: `${folder}/config`, readOnly: true },
                  { name: "secret", mountPath: `${folder}/secret`, readOnly: true },
                  { name: "db", mountPath: "/srv/jupyterhub" },
                ],
              },
            ],
            volumes: [
              { name: "config", configMap: { name: "hub" } },
              { name: "secret", secret: { secretName: hubSecret, defaultMode: 0o440 } },
              { name: "db", persistentVolumeClaim: { claimName: hubClaim } },
              ...(shared ? [{ name: "shared", persistentVolumeClaim: { claimName: sharedClaim } }] : []),
            ],
          },
        },
      },
    },
    { annotations: { [annotationKeys.homeGib]: String(spec.usage.storageGib) } },
  );
}

/**
 * Makes the course's folders as the user that all servers run as. The kubelet would make them as root when a server
 * mounts them, and nobody could write there.
 */
const makeFolders = (resources: unknown) => ({
  name: "make-folders",
  image: images.hub,
  command: ["mkdir", "-p", "/shared/shared", "/shared/material"],
  resources,
  securityContext: lockedContainer,
  volumeMounts: [{ name: "shared", mountPath: "/shared" }],
});
