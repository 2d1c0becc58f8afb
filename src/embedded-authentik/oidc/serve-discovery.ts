import { type NextFunction, type Request, type Response, Router } from "express";
import type { World } from "../world.ts";
import { issuerOf, ownAddress, paths } from "./addresses.ts";
import { type Client, clientBySlug } from "./find-application.ts";
import { scopesOf } from "./make-claims.ts";
import { algorithmOf, showKeys } from "./sign-tokens.ts";

/** Each application's discovery document and keys; 404 for an application without a provider. */
export function serveDiscovery(world: World): Router {
  const router = Router({ strict: true, caseSensitive: true });
  const answer = (show: (world: World, client: Client) => object | Promise<object>) => {
    return async (request: Request, response: Response, next: NextFunction) => {
      const client = clientBySlug(world.store, String(request.params.slug));
      if (!client) return next();
      response.json(await show(world, client));
    };
  };
  router.get("/application/o/:slug/.well-known/openid-configuration", answer(discovery));
  router.get(
    "/application/o/:slug/jwks/",
    answer((_world, { provider }) => showKeys(world, provider)),
  );
  return router;
}

function discovery(world: World, client: Client) {
  const { provider } = client;
  const scopes = new Set([...scopesOf(world, provider), "openid"]);
  const global = (path: string) => `${world.publicUrl}${path}`;
  return {
    issuer: issuerOf(world, client),
    authorization_endpoint: global(paths.authorize),
    token_endpoint: global(paths.token),
    userinfo_endpoint: global(paths.userinfo),
    end_session_endpoint: ownAddress(world, client, "end-session/"),
    introspection_endpoint: global(paths.introspect),
    revocation_endpoint: global(paths.revoke),
    ...(world.traits.logoutUri
      ? { backchannel_logout_supported: true, backchannel_logout_session_supported: true }
      : {}),
    response_types_supported: ["code"],
    response_modes_supported: ["query", "fragment"],
    jwks_uri: ownAddress(world, client, "jwks/"),
    grant_types_supported: ["authorization_code", "refresh_token"],
    id_token_signing_alg_values_supported: [algorithmOf(world, provider)],
    subject_types_supported: ["public"],
    token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic"],
    acr_values_supported: ["goauthentik.io/providers/oauth2/default"],
    scopes_supported: [...scopes],
    request_parameter_supported: false,
    claims_supported: ["sub", "iss", "aud", "exp", "iat", "auth_time", "acr", "amr", "nonce", ...claimNames(scopes)],
    claims_parameter_supported: false,
    code_challenge_methods_supported: ["plain", "S256"],
  };
}

function claimNames(scopes: ReadonlySet<string>): string[] {
  return [
    ...(scopes.has("email") ? ["email", "email_verified"] : []),
    ...(scopes.has("profile") ? ["name", "given_name", "preferred_username", "nickname", "groups"] : []),
  ];
}
