import { generateKeyPairSync, randomUUID } from "node:crypto";
import type { KeyPair } from "./store/records.ts";

/** A fresh key pair to sign with: RSA with 2048 bits for RS256, P-256 for ES256. */
export function makeKeyPair(name: string, algorithm: KeyPair["algorithm"], managed: string | null): KeyPair {
  const { privateKey } =
    algorithm === "RS256"
      ? generateKeyPairSync("rsa", { modulusLength: 2048 })
      : generateKeyPairSync("ec", { namedCurve: "P-256" });
  const pkcs8 = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return { pk: randomUUID(), name, managed, algorithm, pkcs8 };
}
