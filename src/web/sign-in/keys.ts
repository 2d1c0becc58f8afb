import { createRemoteJWKSet } from "jose";

/** Signatures by a key that only Authentik has. HS256 is not among them: its key is the client secret. */
export const algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];
/** How long Authentik may take to answer, in milliseconds. */
export const timeoutMs = 5000;

export type KeySet = ReturnType<typeof createRemoteJWKSet>;

/** An issuer's keys by their address, fetched when needed and kept. */
export function createKeySets(): (url: string) => KeySet {
  const known = new Map<string, KeySet>();
  return (url) => {
    const keys = known.get(url) ?? createRemoteJWKSet(new URL(url), { timeoutDuration: timeoutMs });
    known.set(url, keys);
    return keys;
  };
}
