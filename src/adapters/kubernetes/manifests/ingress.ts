import type { Manifest } from "../kinds.ts";
import { basePathOf, hostOf } from "../names.ts";
import { inNamespace, type Making } from "./common.ts";

/** Name of the Secret that cert-manager puts a hub's certificate in. */
export const issuedCertificate = "hub-tls";

/** The way in from outside: a host of the hub's own, or a path on a host that all hubs share. */
export function ingressManifest(making: Making): Manifest {
  const { spec, platform } = making;
  const { tls, ingressClass, ingressAnnotations } = platform;
  const host = hostOf(spec, platform);
  const secretName = tls.kind === "secret" ? tls.name : tls.kind === "issuer" ? issuedCertificate : null;
  const annotations = {
    ...(tls.kind === "issuer" ? { "cert-manager.io/cluster-issuer": tls.name } : {}),
    ...ingressAnnotations,
  };
  const backend = { service: { name: "proxy-public", port: { name: "http" } } };
  // Without the slash at the end: some controllers take `/x/` not to cover `/x`.
  const path = basePathOf(spec, platform).replace(/(?<=.)\/$/, "");
  return inNamespace(
    making,
    "Ingress",
    "hub",
    {
      spec: {
        ...(ingressClass === null ? {} : { ingressClassName: ingressClass }),
        rules: [{ host, http: { paths: [{ path, pathType: "Prefix", backend }] } }],
        ...(tls.kind === "off" ? {} : { tls: [{ hosts: [host], ...(secretName === null ? {} : { secretName }) }] }),
      },
    },
    Object.keys(annotations).length > 0 ? { annotations } : {},
  );
}
