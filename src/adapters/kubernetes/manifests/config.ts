import { createHash } from "node:crypto";
import { type HubConfig, hubConfigOf } from "../../jupyterhub/hub-config.ts";
import type { Manifest } from "../kinds.ts";
import { addressOf, basePathOf, labelKeys, namespaceOf, ports } from "../names.ts";
import { imagePullSecret, inNamespace, type Making, sharedClaim } from "./common.ts";

export const hubSecret = "hub";
export const proxySecret = "proxy";

/** The configuration that jupyterhub_config.py reads. */
export function hubConfig({ spec, platform }: Making): HubConfig {
  return hubConfigOf(spec, {
    callbackUrl: addressOf(spec, platform).callbackUrl,
    baseUrl: basePathOf(spec, platform),
    addresses: {
      bindUrl: `http://:${ports.proxy}${basePathOf(spec, platform)}`,
      hubBindUrl: `http://:${ports.hub}`,
      hubConnectUrl: `http://hub:${ports.hub}`,
      proxyApiUrl: `http://proxy-api:${ports.proxyApi}`,
    },
    culling: { idleSeconds: platform.idleSeconds, everySeconds: 300, maxAgeSeconds: platform.maxAgeSeconds },
    startTimeoutSeconds: platform.startTimeoutSeconds,
    concurrentStarts: platform.concurrentStarts,
    place: {
      kind: "kubernetes",
      namespace: namespaceOf(spec, platform),
      // KubeSpawner's own labels are replaced by these, so that nothing it makes looks as if the portal had applied it.
      labels: { app: "jupyterhub", "app.kubernetes.io/managed-by": "kubespawner", [labelKeys.hub]: spec.id },
      homePath: homePathOf(spec.image),
      storageClass: platform.storageClass,
      memoryGuaranteeFactor: platform.memoryGuarantee,
      cpuGuaranteeFactor: platform.cpuGuarantee,
      imagePullSecrets: platform.imagePullConfig === null ? [] : [imagePullSecret],
      nodeSelector: platform.nodeSelector,
      sharedClaim: platform.sharedStorageClass === null ? null : sharedClaim,
    },
  });
}

/** Home folder of an image: those of Rocker are made for the user rstudio, all others for jovyan. */
const homePathOf = (image: string) => (/(^|\/)rocker(-org)?\//.test(image) ? "/home/rstudio" : "/home/jovyan");

/** The hub's secrets, each for those alone who need it: the proxy must not learn what the hub knows. */
export function secretManifests(making: Making): Manifest[] {
  const { spec, platform } = making;
  const secrets = [
    inNamespace(making, "Secret", hubSecret, {
      type: "Opaque",
      data: { "hub.json": base64(JSON.stringify(hubConfig(making), null, 1)) },
    }),
    inNamespace(making, "Secret", proxySecret, { type: "Opaque", data: { token: base64(spec.secrets.proxyToken) } }),
  ];
  if (platform.imagePullConfig !== null) {
    secrets.push(
      inNamespace(making, "Secret", imagePullSecret, {
        type: "kubernetes.io/dockerconfigjson",
        data: { ".dockerconfigjson": base64(platform.imagePullConfig) },
      }),
    );
  }
  return secrets;
}

export const configMapManifest = (making: Making): Manifest =>
  inNamespace(making, "ConfigMap", "hub", { data: { "jupyterhub_config.py": making.pythonConfig } });

/** Changes with anything that the hub reads at its start; tells nothing of it. */
export function configChecksum(making: Making): string {
  const hash = createHash("sha256")
    .update(JSON.stringify(hubConfig(making)))
    .update(making.pythonConfig);
  return hash.digest("hex");
}

const base64 = (text: string) => Buffer.from(text, "utf8").toString("base64");
