import { createHash } from "node:crypto";
import type { Request } from "express";
import { forgetExpired } from "../keep-session.ts";
import { periodMilliseconds } from "../measure-periods.ts";
import type { Provider, User } from "../store/records.ts";
import type { World } from "../world.ts";
import { authenticateClient, formOf } from "./authenticate-client.ts";
import { OAuthFault } from "./faults.ts";
import { applicationOf, type Client } from "./find-application.ts";
import { issueRefreshToken, issueTokens, type Sign, type TokenAnswer } from "./issue-tokens.ts";
import { scopesOf } from "./make-claims.ts";
import { isRegistered } from "./match-redirect.ts";

/** The token endpoint: codes and refresh tokens for tokens. @throws OAuthFault */
export async function answerToken(world: World, request: Request): Promise<TokenAnswer> {
  const form = formOf(request);
  const provider = authenticateClient(world, request, form);
  const grant = form.get("grant_type") ?? "";
  if (grant !== "authorization_code" && grant !== "refresh_token") throw new OAuthFault("unsupported_grant_type");
  if (world.traits.grantTypes && !provider.grantTypes.includes(grant)) throw new OAuthFault("invalid_grant");
  forgetExpired(world);
  return grant === "authorization_code" ? redeemCode(world, provider, form) : refresh(world, provider, form);
}

async function redeemCode(world: World, provider: Provider, form: URLSearchParams): Promise<TokenAnswer> {
  const { store } = world;
  const given = form.get("code") ?? "";
  if (given === "") throw new OAuthFault("invalid_grant");
  const redirectUri = form.get("redirect_uri") ?? "";
  if (!isRegistered(provider, "authorization", redirectUri)) throw new OAuthFault("invalid_client");
  const code = store.codes.get(given);
  if (!code || code.provider !== provider.pk || code.redirectUri !== redirectUri) throw new OAuthFault("invalid_grant");
  const verifier = form.get("code_verifier") || null;
  // A verifier for a code that was asked for without a challenge is refused as well: someone took the challenge out.
  if (challengeOf(verifier, code.challengeMethod) !== code.challenge) throw new OAuthFault("invalid_grant");

  // Taken before anything is waited for, so that of two requests with the same code one gets nothing.
  store.codes.delete(code.id);
  const sign: Sign = { session: code.session, scope: code.scope, nonce: code.nonce, authTime: code.authTime };
  const { client, user } = whose(world, provider, code.user);
  const answer = await issueTokens(world, client, user, sign);
  if (!code.scope.includes("offline_access")) return answer;
  return { ...answer, refresh_token: issueRefreshToken(world, client, user, sign, answer.access_token) };
}

async function refresh(world: World, provider: Provider, form: URLSearchParams): Promise<TokenAnswer> {
  const { store, clock, traits } = world;
  const secret = form.get("refresh_token") ?? "";
  const token = store.refreshTokens.find((known) => known.secret === secret && known.provider === provider.pk);
  if (!token || token.revoked) throw new OAuthFault("invalid_grant");
  const known = scopesOf(world, provider);
  const asked = (form.get("scope") ?? "").split(/\s+/).filter((scope) => known.includes(scope));
  const scope = asked.length === 0 ? token.scope : asked;
  if (!scope.includes("offline_access") || scope.some((one) => !token.scope.includes(one))) {
    throw new OAuthFault("invalid_scope");
  }

  const left = Date.parse(token.expires) - clock.now().getTime();
  const threshold = traits.logoutUri ? periodMilliseconds(provider.refreshTokenThreshold) : 0;
  const renews = threshold === 0 || left < threshold;
  if (renews) store.refreshTokens.put({ ...token, revoked: true });
  const { client, user } = whose(world, provider, token.user);
  const sign: Sign = { session: token.session, scope: token.scope, nonce: null, authTime: token.authTime };
  const answer = await issueTokens(world, client, user, sign);
  if (!renews) return answer;
  const nonce = token.nonce;
  return { ...answer, refresh_token: issueRefreshToken(world, client, user, { ...sign, nonce }, answer.access_token) };
}

/** What the verifier must have been made into; null without one. */
function challengeOf(verifier: string | null, method: "S256" | "plain"): string | null {
  if (verifier === null || method === "plain") return verifier;
  return createHash("sha256").update(verifier).digest("base64url");
}

/** @throws OAuthFault when the application or the person is gone */
function whose({ store }: World, provider: Provider, pk: number): { client: Client; user: User } {
  const application = applicationOf(store, provider);
  const user = store.users.get(pk);
  if (!application || !user?.active) throw new OAuthFault("invalid_grant");
  return { client: { application, provider }, user };
}
