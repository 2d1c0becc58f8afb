import { z } from "zod";
import { forgetGrants, grantInitialRights } from "../enforce-rights.ts";
import { randomText } from "../make-secrets.ts";
import type { Provider } from "../store/records.ts";
import type { World } from "../world.ts";
import { checkBody, invalid } from "./faults.ts";
import { address, filledText, flag, list, numberReference, oneOf, period, reference, text } from "./fields.ts";
import { checkChoices, checkUuid, exactly, flagIs, type Listing, pageOf } from "./lists.ts";
import { mayAdd, modelKey, models, numberIn, pick, visible } from "./see-objects.ts";
import type { Call, Endpoints } from "./serve-api.ts";
import { showProvider } from "./show.ts";
import { showPage } from "./show-page.ts";

const subModes = [
  "hashed_user_id",
  "user_id",
  "user_uuid",
  "user_username",
  "user_email",
  "user_upn",
] as const satisfies readonly Provider["subMode"][];

const grantTypes = [
  "authorization_code",
  "implicit",
  "hybrid",
  "refresh_token",
  "client_credentials",
  "password",
  "urn:ietf:params:oauth:grant-type:device_code",
  "urn:ietf:params:oauth:grant-type:token-exchange",
] as const;

/** OAuth2 providers. */
export function serveProviders(world: World): Endpoints {
  const { store, traits } = world;
  const pkOf = (provider: Provider) => provider.pk;
  const picked = (call: Call, act: "view" | "change" | "delete") => {
    const pk = numberIn(call.params, "id");
    return pick(store, call.caller, models.provider, act, store.providers.all(), pkOf, (one) => one.pk === pk);
  };

  const flow = reference((pk) => store.flows.has(pk));
  const keyPair = reference((pk) => store.keyPairs.has(pk));
  const redirectUri = z.object({
    matching_mode: oneOf(["strict", "regex"]),
    url: filledText(),
    ...(traits.postLogout ? { redirect_uri_type: oneOf(["authorization", "logout"]).optional() } : {}),
  });
  const schema = z.object({
    name: filledText(),
    authentication_flow: flow.nullable().optional(),
    authorization_flow: flow,
    invalidation_flow: flow,
    property_mappings: list(reference((pk) => store.scopeMappings.has(pk))).optional(),
    client_type: oneOf(["confidential", "public"]).optional(),
    client_id: filledText(255).optional(),
    client_secret: text(255).optional(),
    access_code_validity: period.optional(),
    access_token_validity: period.optional(),
    refresh_token_validity: period.optional(),
    include_claims_in_id_token: flag.optional(),
    signing_key: keyPair.nullable().optional(),
    encryption_key: keyPair.nullable().optional(),
    redirect_uris: list(redirectUri),
    sub_mode: oneOf(subModes).optional(),
    issuer_mode: oneOf(["global", "per_provider"]).optional(),
    jwt_federation_sources: list(reference(() => false)).optional(),
    jwt_federation_providers: list(numberReference((pk) => store.providers.has(pk))).optional(),
    grant_types: list(oneOf(grantTypes)).optional(),
    refresh_token_threshold: period.optional(),
    logout_uri: address.optional(),
    logout_method: oneOf(["backchannel", "frontchannel"]).optional(),
  });
  // Fields that a version does not know are ignored, whatever they hold.
  const known = schema.omit({
    ...(traits.grantTypes ? {} : { grant_types: true }),
    ...(traits.logoutUri ? {} : { refresh_token_threshold: true, logout_uri: true, logout_method: true }),
  });

  const fromBody = (call: Call, current: Provider | undefined, partial: boolean): Partial<Provider> => {
    const body: Partial<z.infer<typeof schema>> = checkBody(known, call.body, partial);
    const isOther = (provider: Provider) => provider.pk !== current?.pk;
    if (store.providers.find((one) => one.name === body.name && isOther(one))) {
      throw invalid("name", "provider with this name already exists.");
    }
    if (store.providers.find((one) => one.clientId === body.client_id && isOther(one))) {
      throw invalid("client_id", "OAuth2/OpenID Provider with this Client ID already exists.");
    }
    const redirectUris = body.redirect_uris?.map((uri) => ({
      mode: uri.matching_mode,
      url: uri.url,
      type:
        "redirect_uri_type" in uri
          ? ((uri.redirect_uri_type as "logout" | undefined) ?? "authorization")
          : "authorization",
    })) satisfies Provider["redirectUris"] | undefined;
    return {
      ...(body.name === undefined ? {} : { name: body.name }),
      ...(body.authentication_flow === undefined ? {} : { authenticationFlow: body.authentication_flow }),
      ...(body.authorization_flow === undefined ? {} : { authorizationFlow: body.authorization_flow }),
      ...(body.invalidation_flow === undefined ? {} : { invalidationFlow: body.invalidation_flow }),
      ...(body.property_mappings === undefined
        ? {}
        : { propertyMappings: [...new Set(body.property_mappings)].sort() }),
      ...(body.client_type === undefined ? {} : { clientType: body.client_type }),
      ...(body.client_id === undefined ? {} : { clientId: body.client_id }),
      ...(body.client_secret === undefined ? {} : { clientSecret: body.client_secret }),
      ...(body.access_code_validity === undefined ? {} : { accessCodeValidity: body.access_code_validity }),
      ...(body.access_token_validity === undefined ? {} : { accessTokenValidity: body.access_token_validity }),
      ...(body.refresh_token_validity === undefined ? {} : { refreshTokenValidity: body.refresh_token_validity }),
      ...(body.refresh_token_threshold === undefined ? {} : { refreshTokenThreshold: body.refresh_token_threshold }),
      ...(body.include_claims_in_id_token === undefined
        ? {}
        : { includeClaimsInIdToken: body.include_claims_in_id_token }),
      ...(body.signing_key === undefined ? {} : { signingKey: body.signing_key }),
      ...(body.encryption_key === undefined ? {} : { encryptionKey: body.encryption_key }),
      ...(redirectUris === undefined ? {} : { redirectUris }),
      ...(body.sub_mode === undefined ? {} : { subMode: body.sub_mode }),
      ...(body.issuer_mode === undefined ? {} : { issuerMode: body.issuer_mode }),
      ...(body.grant_types === undefined ? {} : { grantTypes: body.grant_types }),
      ...(body.logout_uri === undefined ? {} : { logoutUri: body.logout_uri }),
      ...(body.logout_method === undefined ? {} : { logoutMethod: body.logout_method }),
    };
  };

  const update = (partial: boolean) => (call: Call) => {
    const current = picked(call, "change");
    const provider = store.providers.put({ ...current, ...fromBody(call, current, partial) });
    return { status: 200, body: showProvider(world, provider) };
  };

  return {
    "/providers/oauth2/": {
      GET: ({ caller, query }) => {
        const seen = visible(store, caller, models.provider, store.providers.all(), pkOf);
        checkUuid(query, "application");
        checkChoices(query, "sub_mode", (mode) => subModes.some((known) => known === mode));
        const page = pageOf(seen, query, listing(world));
        return { status: 200, body: showPage(world, page, (one) => showProvider(world, one)) };
      },
      POST: (call) => {
        mayAdd(store, call.caller, models.provider);
        const fields = fromBody(call, undefined, false);
        const provider = store.providers.put({
          pk: store.next("provider"),
          name: "",
          authenticationFlow: null,
          authorizationFlow: "",
          invalidationFlow: "",
          propertyMappings: [],
          clientType: "confidential",
          grantTypes: [],
          clientId: randomText(40),
          clientSecret: randomText(128),
          accessCodeValidity: "minutes=1",
          accessTokenValidity: "minutes=5",
          refreshTokenValidity: "days=30",
          refreshTokenThreshold: "hours=1",
          includeClaimsInIdToken: true,
          signingKey: null,
          encryptionKey: null,
          redirectUris: [],
          logoutUri: "",
          logoutMethod: "backchannel",
          subMode: "hashed_user_id",
          issuerMode: "per_provider",
          ...fields,
        });
        grantInitialRights(store, call.caller, modelKey(models.provider), provider.pk);
        return { status: 201, body: showProvider(world, provider) };
      },
    },
    "/providers/oauth2/:id/": {
      GET: (call) => ({ status: 200, body: showProvider(world, picked(call, "view")) }),
      PUT: update(false),
      PATCH: update(true),
      DELETE: (call) => {
        deleteProvider(world, picked(call, "delete"));
        return { status: 204 };
      },
    },
  };
}

/** The application stays, without a provider; codes and tokens go. */
function deleteProvider({ store }: World, { pk }: Provider): void {
  for (const application of store.applications.filter((known) => known.provider === pk)) {
    store.applications.put({ ...application, provider: null });
  }
  for (const code of store.codes.filter((known) => known.provider === pk)) store.codes.delete(code.id);
  for (const token of store.accessTokens.filter((known) => known.provider === pk)) store.accessTokens.delete(token.pk);
  for (const token of store.refreshTokens.filter((known) => known.provider === pk))
    store.refreshTokens.delete(token.pk);
  store.providers.delete(pk);
  forgetGrants(store, modelKey(models.provider), pk);
}

const listing = ({ store }: World): Listing<Provider> => ({
  filters: {
    name: exactly((provider) => provider.name),
    client_id: exactly((provider) => provider.clientId),
    client_type: exactly((provider) => provider.clientType),
    sub_mode: exactly((provider) => provider.subMode),
    issuer_mode: exactly((provider) => provider.issuerMode),
    signing_key: exactly((provider) => provider.signingKey ?? ""),
    authorization_flow: exactly((provider) => provider.authorizationFlow),
    access_code_validity: exactly((provider) => provider.accessCodeValidity),
    access_token_validity: exactly((provider) => provider.accessTokenValidity),
    refresh_token_validity: exactly((provider) => provider.refreshTokenValidity),
    include_claims_in_id_token: flagIs((provider) => provider.includeClaimsInIdToken),
    property_mappings: (provider, pks) => pks.some((pk) => provider.propertyMappings.includes(pk)),
    application: (provider, [pk = ""]) => store.applications.get(pk.toLowerCase())?.provider === provider.pk,
  },
  searched: (provider) => [provider.name],
  ordered: { name: (provider) => provider.name, pk: (provider) => provider.pk },
});
