import { z } from "zod";
import { Unavailable } from "../../domain/errors.ts";
import { doubtful, type Finding, good, wrong } from "../../domain/finding.ts";
import type { Log } from "../../ports/log.ts";
import { createKubeClient, type KubeClient, type Live } from "./api/client.ts";
import { type ClusterChoice, loadCluster } from "./api/connect.ts";
import { type AddressOptions, checkAddress } from "./check-address.ts";
import { checkNetwork } from "./check-network.ts";
import { kinds } from "./kinds.ts";
import { neededRights } from "./needed-rights.ts";
import type { Platform } from "./platform.ts";
import { oldestKubernetes } from "./versions.ts";

export type CheckOptions = AddressOptions & {
  cluster: ClusterChoice;
  log: Log;
  timeoutMs?: number;
};

/**
 * Looks whether a cluster is set up so that hubs run on it. Changes nothing there.
 * @returns findings in the order in which to mend them; never throws for what is wrong with the cluster
 */
export async function checkKubernetesSetup(options: CheckOptions): Promise<Finding[]> {
  const { platform, log, timeoutMs = 10_000 } = options;
  let client: KubeClient;
  try {
    client = createKubeClient({ config: loadCluster(options.cluster), log, timeoutMs, attempts: 2 });
  } catch (error) {
    return [wrong(sentenceOf(error), "Set KUBECONFIG to a file that reaches the cluster for hubs.")];
  }
  try {
    const version = await readVersion(client);
    if (typeof version !== "string") return [version];
    return [
      checkVersion(version),
      await guarded(() => checkRights(client)),
      ...(await checkStorage(client, platform)),
      await guarded(() => checkIngressClass(client, platform)),
      ...(await checkAddress(options)),
      await checkNetwork(client, version),
      ...checkFactors(platform),
    ];
  } finally {
    await client.close();
  }
}

const sentenceOf = (error: unknown) => {
  if (error instanceof Unavailable) return error.sentence;
  throw error;
};

const guarded = async (check: () => Promise<Finding>): Promise<Finding> => {
  try {
    return await check();
  } catch (error) {
    return wrong(sentenceOf(error), "Apply deploy/kubernetes again, then look once more.");
  }
};

async function readVersion(client: KubeClient): Promise<string | Finding> {
  try {
    return z.looseObject({ gitVersion: z.string() }).parse(await client.raw("its version", "/version")).gitVersion;
  } catch (error) {
    if (error instanceof z.ZodError)
      return wrong("What answers at the cluster's address is no Kubernetes.", "Check KUBECONFIG.");
    return wrong(sentenceOf(error), "Check KUBECONFIG, the network between portal and cluster, and the account.");
  }
}

function checkVersion(version: string): Finding {
  const [, major = 0, minor = 0] = (/^v(\d+)\.(\d+)/.exec(version) ?? []).map(Number);
  const { major: oldMajor, minor: oldMinor } = oldestKubernetes;
  return major > oldMajor || (major === oldMajor && minor >= oldMinor)
    ? good(`The cluster answers; it runs Kubernetes ${version}.`)
    : wrong(
        `The cluster runs Kubernetes ${version}.`,
        `Hubs need ${oldMajor}.${oldMinor} or later: update the cluster.`,
      );
}

async function checkRights(client: KubeClient): Promise<Finding> {
  const answers = await Promise.all(
    neededRights.map(async ({ kind, verb }) =>
      (await client.mayI(verb, kind)) ? null : `${verb} ${kinds[kind].plural}`,
    ),
  );
  const missing = answers.filter((one) => one !== null);
  return missing.length === 0
    ? good(`The portal's account has all ${neededRights.length} rights that hubs need.`)
    : wrong(
        `The portal's account may not ${missing.slice(0, 8).join(", ")}${missing.length > 8 ? ` and ${missing.length - 8} more` : ""}.`,
        "Apply deploy/kubernetes/cluster-role.yaml and cluster-role-binding.yaml.",
      );
}

const isDefault = ({ metadata }: Live, what: string) =>
  metadata.annotations[`${what}.kubernetes.io/is-default-class`] === "true";

async function checkStorage(client: KubeClient, platform: Platform): Promise<Finding[]> {
  let classes: Live[];
  try {
    classes = await client.list("StorageClass");
  } catch (error) {
    return [wrong(sentenceOf(error), "Apply deploy/kubernetes again, then look once more.")];
  }
  const named = (name: string) => classes.find(({ metadata }) => metadata.name === name);
  const known = `The cluster has: ${classes.map(({ metadata }) => metadata.name).join(", ") || "none"}.`;
  const findings: Finding[] = [];
  const home =
    platform.storageClass === null
      ? classes.find((one) => isDefault(one, "storageclass"))
      : named(platform.storageClass);
  if (home === undefined) {
    const what =
      platform.storageClass === null ? "no default storage class" : `no storage class ${platform.storageClass}`;
    findings.push(wrong(`The cluster has ${what} for home folders.`, `Set HUB_STORAGE_CLASS to one it has. ${known}`));
  } else {
    findings.push(good(`Home folders are kept in storage class ${home.metadata.name}.`));
    if (home.provisioner === "rancher.io/local-path") {
      findings.push(
        doubtful(
          "The storage class for home folders keeps them on one node and does not hold participants to their size.",
          "Good for one node; otherwise choose a class with storage on the network as HUB_STORAGE_CLASS.",
        ),
      );
    }
  }
  if (platform.sharedStorageClass !== null) {
    findings.push(
      named(platform.sharedStorageClass) === undefined
        ? wrong(`The cluster has no storage class ${platform.sharedStorageClass} for course folders.`, known)
        : good(`Course folders are kept in storage class ${platform.sharedStorageClass}.`),
    );
  }
  return findings;
}

async function checkIngressClass(client: KubeClient, { ingressClass }: Platform): Promise<Finding> {
  const classes = await client.list("IngressClass");
  const names = classes.map(({ metadata }) => metadata.name);
  if (ingressClass !== null) {
    return names.includes(ingressClass)
      ? good(`Hubs are reached through ingress class ${ingressClass}.`)
      : wrong(
          `The cluster has no ingress class ${ingressClass}.`,
          `Set INGRESS_CLASS to one of: ${names.join(", ") || "none"}.`,
        );
  }
  const preset = classes.find((one) => isDefault(one, "ingressclass"));
  if (preset !== undefined) return good(`Hubs are reached through the default ingress class ${preset.metadata.name}.`);
  if (names.length === 0) return wrong("The cluster has no ingress controller.", "Install one, such as Traefik.");
  return doubtful("The cluster has no default ingress class.", `Set INGRESS_CLASS to one of: ${names.join(", ")}.`);
}

function checkFactors({ quotaFactor, memoryGuarantee, cpuGuarantee, prePull }: Platform): Finding[] {
  const findings: Finding[] = [];
  if (quotaFactor < 1.1) {
    const advice = "Set it to 1.1 or more: a server that still stops counts while its successor starts.";
    findings.push(doubtful(`HUB_QUOTA_FACTOR is ${quotaFactor}, so a full class leaves no room.`, advice));
  }
  if (memoryGuarantee < 0.2) {
    const advice = "Set it to 0.2 or more, or nodes may run out of memory when a class works at the same time.";
    findings.push(doubtful(`HUB_MEMORY_GUARANTEE sets aside only ${memoryGuarantee} of the memory.`, advice));
  }
  if (cpuGuarantee > 0.8) {
    const advice = "Set it to 0.5 or less, unless classes compute all the time.";
    findings.push(
      doubtful(`HUB_CPU_GUARANTEE keeps ${cpuGuarantee} of the CPUs even for those who do nothing.`, advice),
    );
  }
  if (findings.length === 0) findings.push(good("Quota and guarantees leave room for a whole class."));
  if (!prePull) findings.push(good("Images are pulled when the first server starts (HUB_PRE_PULL is off)."));
  return findings;
}
