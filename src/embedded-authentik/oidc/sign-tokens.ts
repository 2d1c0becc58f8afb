import { createHash, createPrivateKey, createPublicKey } from "node:crypto";
import { CompactEncrypt, compactVerify, exportJWK, type JWK, type JWTPayload, SignJWT } from "jose";
import type { KeyPair, Provider } from "../store/records.ts";
import type { World } from "../world.ts";

/** With a signing key by its algorithm; without one by the client secret, which nobody but the client can check. */
export function algorithmOf(world: World, provider: Provider): "RS256" | "ES256" | "HS256" {
  return keyOf(world, provider)?.algorithm ?? "HS256";
}

/** A signed JWT, and where the provider has an encryption key an encrypted one around it. */
export async function sign(world: World, provider: Provider, payload: JWTPayload, typ = "JWT"): Promise<string> {
  const pair = keyOf(world, provider);
  const header = { alg: algorithmOf(world, provider), typ, ...(pair ? { kid: keyId(pair) } : {}) };
  const key = pair ? createPrivateKey(pair.pkcs8) : secretOf(provider);
  const signed = await new SignJWT(payload).setProtectedHeader(header).sign(key);
  const lock = provider.encryptionKey === null ? undefined : world.store.keyPairs.get(provider.encryptionKey);
  if (!lock) return signed;
  return new CompactEncrypt(new TextEncoder().encode(signed))
    .setProtectedHeader({ alg: "RSA-OAEP-256", enc: "A256CBC-HS512", cty: "JWT", kid: keyId(lock) })
    .encrypt(createPublicKey(lock.pkcs8));
}

/** The payload of a JWT that this provider signed; undefined for any other. Its times are not looked at. */
export async function readSigned(world: World, provider: Provider, jwt: string): Promise<JWTPayload | undefined> {
  const pair = keyOf(world, provider);
  const key = pair ? createPublicKey(pair.pkcs8) : secretOf(provider);
  try {
    const { payload } = await compactVerify(jwt, key, { algorithms: [algorithmOf(world, provider)] });
    const claims: unknown = JSON.parse(new TextDecoder().decode(payload));
    return typeof claims === "object" && claims !== null ? (claims as JWTPayload) : undefined;
  } catch {
    return undefined;
  }
}

/** `{keys: […]}`; without a signing key `{}`, as at the real one. */
export async function showKeys(world: World, provider: Provider): Promise<{ keys?: JWK[] }> {
  const pair = keyOf(world, provider);
  if (!pair) return {};
  const jwk = await exportJWK(createPublicKey(pair.pkcs8));
  return { keys: [{ ...jwk, kid: keyId(pair), use: "sig", alg: pair.algorithm }] };
}

const keyOf = ({ store }: World, provider: Provider): KeyPair | undefined =>
  provider.signingKey === null ? undefined : store.keyPairs.get(provider.signingKey);

const secretOf = (provider: Provider) => new TextEncoder().encode(provider.clientSecret);

const keyId = (pair: KeyPair) => createHash("sha256").update(pair.pk).digest("hex").slice(0, 32);
