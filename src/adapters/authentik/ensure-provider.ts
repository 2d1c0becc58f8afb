import type { IdentityHub } from "../../ports/identity.ts";
import { type ProviderAnswer, providerAnswer } from "./answers.ts";
import { hasStatus, needsPerson } from "./fault.ts";
import { findOrCreate } from "./find-or-create.ts";
import { neededFlow, scopeMappings, self, signingKey } from "./look-up.ts";
import { providerNameOf } from "./names.ts";
import type { Parts } from "./parts.ts";

/** How long an authorization code is good. */
const codeValidity = "minutes=1";

/**
 * How long a hub may ask for a person's groups with the token of one sign-in. Hubs get no refresh tokens: when it is
 * over, the browser is sent through Authentik again, which looks at the bindings anew. A lesson must fit in, or open
 * notebooks would lose their connection half-way; whoever is taken out of the group is noticed within minutes all
 * the same, because the groups are read afresh each time.
 */
const tokenValidity = "hours=2";

/**
 * The hub's provider, or null. Found by the client id, which only the portal knows: a provider with another client id
 * is somebody else's, whatever its name.
 */
export async function findProvider({ client }: Parts, hub: IdentityHub): Promise<ProviderAnswer | null> {
  try {
    const aim = `look for the provider ${providerNameOf(hub.slug)}`;
    const found = await client.list(aim, "/providers/oauth2/", providerAnswer, { client_id: hub.clientId });
    return found.find((provider) => provider.client_id === hub.clientId) ?? null;
  } catch (error) {
    if (!hasStatus(error, 403)) throw error;
    // 403 also means that the account may see no provider at all, as before the first and after the last hub.
    await self(client);
    return null;
  }
}

/** Makes sure that the hub's provider exists and is as it must be. It is not attached to the application here. */
export async function ensureProvider(parts: Parts, hub: IdentityHub): Promise<void> {
  const { client } = parts;
  const name = providerNameOf(hub.slug);
  const mappings = await scopeMappings(client);
  const wanted = {
    name,
    client_type: "confidential",
    client_id: hub.clientId,
    client_secret: hub.clientSecret,
    redirect_uris: [{ matching_mode: "strict", url: hub.callbackUrl }],
    // From 2026.5; an empty list, its preset there, lets nobody sign in.
    grant_types: ["authorization_code", "refresh_token"],
    sub_mode: "user_uuid",
    issuer_mode: "per_provider",
    include_claims_in_id_token: true,
    access_code_validity: codeValidity,
    access_token_validity: tokenValidity,
    property_mappings: mappings.wanted,
  };

  let provider: ProviderAnswer;
  try {
    provider = await findOrCreate(
      client,
      () => findProvider(parts, hub),
      async () => {
        // Signing out of a hub signs out of Authentik: computer rooms are shared.
        const [authorization, invalidation, key] = await Promise.all([
          neededFlow(client, "default-provider-authorization-implicit-consent"),
          neededFlow(client, "default-invalidation-flow", "default-provider-invalidation-flow"),
          signingKey(client),
        ]);
        const body = {
          ...wanted,
          authorization_flow: authorization,
          invalidation_flow: invalidation,
          signing_key: key,
          encryption_key: null,
        };
        return client.create(`create the provider ${name}`, "/providers/oauth2/", body, providerAnswer);
      },
    );
  } catch (error) {
    if (hasStatus(error, 400) && error.method === "POST" && /name/.test(error.sentence)) {
      throw needsPerson(
        `${error.sentence} If there is a provider ${name} that the portal did not make for this hub, remove it in Authentik.`,
      );
    }
    throw error;
  }

  const changes = differences(provider, wanted, mappings.offline);
  if (!provider.signing_key) changes.signing_key = await signingKey(client);
  if (provider.encryption_key) changes.encryption_key = null;
  if (Object.keys(changes).length > 0) {
    await client.change(`update the provider ${name}`, `/providers/oauth2/${provider.pk}/`, changes, providerAnswer);
  }
}

/** What must be written so that the provider is as wanted. Flows and the signing key stay as an administrator chose. */
function differences(
  provider: ProviderAnswer,
  wanted: {
    redirect_uris: { matching_mode: string; url: string }[];
    grant_types: string[];
    property_mappings: string[];
  },
  offline: string | null,
): Record<string, unknown> {
  const changes: Record<string, unknown> = {};
  const { redirect_uris: redirects, grant_types: grants, property_mappings: scopes, ...plain } = wanted;
  for (const [field, value] of Object.entries(plain)) {
    const is: unknown = provider[field as keyof ProviderAnswer];
    // A version that does not show a field, such as the secret, cannot be compared.
    if (is !== undefined && is !== value) changes[field] = value;
  }
  const [redirect, ...others] = provider.redirect_uris;
  const same =
    redirect?.matching_mode === "strict" &&
    redirect.url === redirects[0]?.url &&
    (redirect.redirect_uri_type ?? "authorization") === "authorization";
  if (!same || others.length > 0) changes.redirect_uris = redirects;
  if (provider.grant_types && !grants.every((grant) => provider.grant_types?.includes(grant))) {
    changes.grant_types = grants;
  }
  // Mappings that an administrator added stay, but never the one that makes refresh tokens.
  const has = provider.property_mappings ?? [];
  if (!scopes.every((pk) => has.includes(pk)) || (offline !== null && has.includes(offline))) {
    changes.property_mappings = [...new Set([...has, ...scopes])].filter((pk) => pk !== offline);
  }
  return changes;
}
