import type { Manifest } from "../kinds.ts";
import { hubClaim, inNamespace, type Making, sharedClaim } from "./common.ts";
import { hubResources } from "./hub.ts";
import { gib } from "./quantities.ts";

/** The hub's own database, and the course's shared folders where the provider offers them. */
export function claimManifests(making: Making): Manifest[] {
  const { storageClass, sharedStorageClass, sharedStorageGib } = making.platform;
  const claim = (name: string, mode: string, size: number, className: string | null) =>
    inNamespace(making, "PersistentVolumeClaim", name, {
      spec: {
        accessModes: [mode],
        resources: { requests: { storage: gib(size) } },
        ...(className === null ? {} : { storageClassName: className }),
      },
    });
  const claims = [claim(hubClaim, "ReadWriteOnce", hubResources.storageGib, storageClass)];
  if (sharedStorageClass !== null)
    claims.push(claim(sharedClaim, "ReadWriteMany", sharedStorageGib, sharedStorageClass));
  return claims;
}
