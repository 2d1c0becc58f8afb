import type { Request } from "express";
import type { World } from "../world.ts";
import { formOf } from "./authenticate-client.ts";
import { OAuthFault } from "./faults.ts";
import { claimsOf } from "./make-claims.ts";

/**
 * What the holder of an access token learns about the person: groups as they are now.
 * The token is all that is looked at, not whether the person may still use the application, as at the real one.
 * @throws OAuthFault 401 for a token that is unknown, expired or revoked; 403 for one without the scope `openid`
 */
export function answerUserinfo(world: World, request: Request): Record<string, unknown> {
  const { store, clock } = world;
  const secret = accessTokenIn(world, request);
  const token = secret === "" ? undefined : store.accessTokens.find((known) => known.secret === secret);
  const user = token && store.users.get(token.user);
  const provider = token && store.providers.get(token.provider);
  if (!token || !user || !provider || token.revoked || Date.parse(token.expires) <= clock.now().getTime()) {
    throw new OAuthFault("invalid_token", 401);
  }
  if (!token.scope.includes("openid")) throw new OAuthFault("insufficient_scope", 403);
  return {
    sub: token.idToken.sub,
    ...claimsOf(world, provider, user, token.scope),
    ...(token.nonce === null ? {} : { nonce: token.nonce }),
  };
}

function accessTokenIn(world: World, request: Request): string {
  const bearer = /^[Bb]earer\s(\S+)/.exec(request.get("authorization") ?? "")?.[1];
  if (bearer !== undefined) return bearer;
  const query = new URL(request.originalUrl, world.publicUrl).searchParams;
  return formOf(request).get("access_token") ?? query.get("access_token") ?? "";
}
