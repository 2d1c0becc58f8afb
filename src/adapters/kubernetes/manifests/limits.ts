import type { Manifest } from "../kinds.ts";
import { inNamespace, type Making } from "./common.ts";
import { hubResources } from "./hub.ts";
import { prePullResources } from "./pre-pull.ts";
import { proxyResources } from "./proxy.ts";
import { cores, count, gib } from "./quantities.ts";

/** Nodes that the pre-pull may run on at once without taking from the class. */
const prePullNodes = 50;

/**
 * What the namespace may use in all. The whole class fits, with the teacher, and with room for a server that still
 * stops while its successor starts. Home folders of people who left the course count as well, since nothing but the
 * portal deletes them: there is room for twice the class.
 */
export function quotaManifest(making: Making): Manifest {
  const { usage, teachers } = making.spec;
  const { quotaFactor, prePull, sharedStorageClass, sharedStorageGib } = making.platform;
  const servers = Math.ceil((usage.participants + Math.max(1, teachers.length) + 1) * quotaFactor);
  const nodes = prePull ? prePullNodes : 0;
  const claims = 2 * servers;
  const hard: Record<string, string> = {
    pods: count(servers + 4 + nodes),
    "limits.memory": gib(
      servers * usage.ramGib + hubResources.memoryGib + proxyResources.memoryGib + nodes * prePullResources.memoryGib,
    ),
    "limits.cpu": cores(servers * usage.cpus + hubResources.cpus + proxyResources.cpus + nodes * prePullResources.cpus),
    persistentvolumeclaims: count(claims + 2),
    "requests.storage": gib(
      claims * usage.storageGib + hubResources.storageGib + (sharedStorageClass === null ? 0 : sharedStorageGib),
    ),
  };
  if (usage.gpus > 0) hard["requests.nvidia.com/gpu"] = count(servers * usage.gpus);
  return inNamespace(making, "ResourceQuota", "hub", { spec: { hard } });
}

/** Limits for a container that names none; without them the quota would refuse it. */
export function limitRangeManifest(making: Making): Manifest {
  const { usage } = making.spec;
  const { memoryGuarantee, cpuGuarantee } = making.platform;
  return inNamespace(making, "LimitRange", "hub", {
    spec: {
      limits: [
        {
          type: "Container",
          default: { cpu: cores(usage.cpus), memory: gib(usage.ramGib) },
          defaultRequest: { cpu: cores(usage.cpus * cpuGuarantee), memory: gib(usage.ramGib * memoryGuarantee) },
        },
      ],
    },
  });
}
