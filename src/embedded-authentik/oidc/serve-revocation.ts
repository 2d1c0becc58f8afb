import type { Request } from "express";
import type { Provider, Token } from "../store/records.ts";
import type { World } from "../world.ts";
import { authenticateClient, formOf } from "./authenticate-client.ts";
import { OAuthFault } from "./faults.ts";

/** Ends a token of the client. One that is not there is as good as ended. @throws OAuthFault 401 to a wrong client */
export function answerRevoke(world: World, request: Request): Record<string, never> {
  const { store } = world;
  const form = formOf(request);
  let provider: Provider;
  try {
    provider = authenticateClient(world, request, form);
  } catch {
    throw new OAuthFault("invalid_client", 401);
  }
  const secret = form.get("token") ?? "";
  const isIt = (token: Token) => token.secret === secret && token.provider === provider.pk;
  for (const token of store.accessTokens.filter(isIt)) store.accessTokens.delete(token.pk);
  for (const token of store.refreshTokens.filter(isIt)) store.refreshTokens.delete(token.pk);
  return {};
}

/** What a token of the client is; `{active: false}` for any other, and to anyone else. */
export function answerIntrospect(world: World, request: Request): Record<string, unknown> {
  const { store, clock } = world;
  const form = formOf(request);
  let provider: Provider;
  try {
    provider = authenticateClient(world, request, form);
  } catch (error) {
    if (error instanceof OAuthFault) return { active: false };
    throw error;
  }
  const secret = form.get("token") ?? "";
  const isIt = (token: Token) => token.secret === secret && token.provider === provider.pk;
  const token = store.accessTokens.find(isIt) ?? store.refreshTokens.find(isIt);
  if (!token || Date.parse(token.expires) <= clock.now().getTime()) return { active: false };
  return { ...token.idToken, active: !token.revoked, scope: token.scope.join(" "), client_id: provider.clientId };
}
