import {
  flowAnswer,
  type GroupAnswer,
  groupAnswer,
  type KeyPairAnswer,
  keyPairAnswer,
  scopeMappingAnswer,
  selfAnswer,
  versionAnswer,
} from "./answers.ts";
import type { Client } from "./client.ts";
import { hasStatus, needsPerson } from "./fault.ts";

/** What is there before the portal comes: groups of the institution, flows, scope mappings, keys, the version. */

/** The group of exactly this name, or null. Needs the right to view all groups. */
export async function groupByName(client: Client, name: string): Promise<GroupAnswer | null> {
  const found = await client.list(`look for the group ${name}`, "/core/groups/", groupAnswer, {
    name,
    include_users: false,
  });
  return found.find((group) => group.name === name) ?? null;
}

/** The group with this pk, or null. */
export async function groupByPk(client: Client, pk: string): Promise<GroupAnswer | null> {
  try {
    const path = `/core/groups/${encodeURIComponent(pk)}/`;
    return await client.get("look at a group", path, groupAnswer, { include_users: false });
  } catch (error) {
    if (hasStatus(error, 404)) return null;
    throw error;
  }
}

/** @throws Unavailable, with advice, when the group is not there */
export async function neededGroup(client: Client, name: string): Promise<GroupAnswer> {
  const group = await groupByName(client, name);
  if (group) return group;
  throw needsPerson(
    `The group ${name} is missing in Authentik. Create it there, or apply the blueprint in authentik/ again.`,
  );
}

/** pk of the flow with the first of these slugs that is there. */
export async function neededFlow(client: Client, ...slugs: string[]): Promise<string> {
  for (const slug of slugs) {
    try {
      return (await client.get(`look at the flow ${slug}`, `/flows/instances/${slug}/`, flowAnswer)).pk;
    } catch (error) {
      if (!hasStatus(error, 404)) throw error;
    }
  }
  throw needsPerson(
    `The flow ${slugs[0]} is missing in Authentik. Apply Authentik's own default blueprints for providers again.`,
  );
}

export const neededScopes = ["openid", "email", "profile"] as const;
const managedName = (scope: string) => `goauthentik.io/providers/oauth2/scope-${scope}`;

/** pks of the built-in scope mappings: those wanted, and the one that is never given to a hub. */
export async function scopeMappings(client: Client): Promise<{ wanted: string[]; offline: string | null }> {
  const found = await client.list(
    "look for the scope mappings",
    "/propertymappings/provider/scope/",
    scopeMappingAnswer,
    {},
  );
  const pkOf = (scope: string) => found.find((mapping) => mapping.managed === managedName(scope))?.pk ?? null;
  const wanted = neededScopes.map((scope) => {
    const pk = pkOf(scope);
    if (pk !== null) return pk;
    throw needsPerson(
      `The scope mapping for ${scope} is missing in Authentik. Apply its blueprint "System - OAuth2 Provider - Scopes" again.`,
    );
  });
  return { wanted, offline: pkOf("offline_access") };
}

const selfSigned = "authentik Self-signed Certificate";

/**
 * pk of a key to sign tokens with: the one every Authentik brings, else the first RSA or EC key by name. Without a
 * key Authentik signs with the client secret (HS256), which hubs refuse.
 */
export async function signingKey(client: Client): Promise<string> {
  const found = await client.list("look for a signing key", "/crypto/certificatekeypairs/", keyPairAnswer, {
    has_key: true,
    ordering: "name",
  });
  const key = chooseKey(found);
  if (key) return key.pk;
  throw needsPerson(
    "There is no key in Authentik to sign tokens with. Generate a certificate under System, Certificates.",
  );
}

export function chooseKey(pairs: readonly KeyPairAnswer[]): KeyPairAnswer | null {
  const usable = pairs.filter((pair) => {
    const type = pair.key_type ?? pair.private_key_type ?? "rsa";
    return pair.private_key_available && ["rsa", "ec", "ecdsa"].includes(type);
  });
  return usable.find((pair) => pair.name === selfSigned) ?? usable[0] ?? null;
}

/** The account that the token belongs to. Any valid token may ask. */
export async function self(client: Client) {
  const { user } = await client.get("see which account its token belongs to", "/core/users/me/", selfAnswer);
  return user;
}

/** Release, such as `2025.12.4`. Any valid token may ask. */
export async function readVersion(client: Client): Promise<string> {
  const answer = await client.get("ask for the version", "/admin/version/", versionAnswer);
  return answer.version_current;
}

/** Whether a release is at least this year and month. What cannot be read counts as newer. */
export function isAtLeast(release: string, year: number, month: number): boolean {
  const [, major = "9999", minor = "0"] = /^(\d+)\.(\d+)/.exec(release) ?? [];
  return Number(major) > year || (Number(major) === year && Number(minor) >= month);
}
