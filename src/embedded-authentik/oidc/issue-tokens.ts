import { createHash } from "node:crypto";
import type { JWTPayload } from "jose";
import { randomText } from "../make-secrets.ts";
import { periodMilliseconds } from "../measure-periods.ts";
import type { Provider, Token, User } from "../store/records.ts";
import type { World } from "../world.ts";
import { issuerOf } from "./addresses.ts";
import type { Client } from "./find-application.ts";
import { claimsOf, subjectOf } from "./make-claims.ts";
import { sign } from "./sign-tokens.ts";

/** What tokens are issued for: a redeemed code or refresh token. */
export type Sign = Pick<Token, "session" | "scope" | "nonce" | "authTime">;

/** The answer of the token endpoint. */
export type TokenAnswer = {
  access_token: string;
  token_type: "Bearer";
  scope: string;
  /** In seconds. */
  expires_in: number;
  id_token: string;
  refresh_token?: string;
};

/**
 * Issues an access token and an id token, and puts them into the store.
 * Nobody's access is checked again here: Authentik does that at the authorize endpoint only.
 */
export async function issueTokens(world: World, client: Client, user: User, sign: Sign): Promise<TokenAnswer> {
  const { provider } = client;
  const lifetime = periodMilliseconds(provider.accessTokenValidity);
  const expires = new Date(world.clock.now().getTime() + lifetime);
  const payload = payloadOf(world, client, user, sign, expires);
  const accessToken = await signAccessToken(world, provider, payload, sign);
  const idToken = await signPayload(world, provider, payload);
  putToken(world, "accessTokens", provider, user, sign, expires, payload, accessToken);
  return {
    access_token: accessToken,
    token_type: "Bearer",
    scope: sign.scope.join(" "),
    expires_in: Math.floor(lifetime / 1000),
    id_token: idToken,
  };
}

/** Issues a refresh token for an access token, and puts it into the store. */
export function issueRefreshToken(world: World, client: Client, user: User, sign: Sign, accessToken: string): string {
  const { provider } = client;
  const expires = new Date(world.clock.now().getTime() + periodMilliseconds(provider.refreshTokenValidity));
  const payload = { ...payloadOf(world, client, user, sign, expires), at_hash: halfHash(accessToken) };
  const secret = randomText(128);
  putToken(world, "refreshTokens", provider, user, sign, expires, payload, secret);
  return secret;
}

/** Everything that the id token says. */
function payloadOf(world: World, client: Client, user: User, sign: Sign, expires: Date): JWTPayload {
  const { provider } = client;
  return {
    iss: issuerOf(world, client),
    sub: subjectOf(world, provider, user),
    aud: provider.clientId,
    exp: seconds(expires),
    iat: seconds(world.clock.now()),
    auth_time: seconds(new Date(sign.authTime)),
    acr: "goauthentik.io/providers/oauth2/default",
    amr: ["pwd"],
    ...(sign.nonce === null ? {} : { nonce: sign.nonce }),
    ...(sign.session === null ? {} : { sid: sign.session }),
    ...(provider.includeClaimsInIdToken ? claimsOf(world, provider, user, sign.scope) : {}),
  };
}

/** An access token is the id token's content and a little more. */
const signAccessToken = (world: World, provider: Provider, payload: JWTPayload, { scope }: Sign) =>
  signPayload(world, provider, { ...payload, azp: provider.clientId, uid: randomText(40), scope: scope.join(" ") });

const signPayload = (world: World, provider: Provider, payload: JWTPayload) => sign(world, provider, payload);

function putToken(
  world: World,
  table: "accessTokens" | "refreshTokens",
  provider: Provider,
  user: User,
  { session, scope, nonce, authTime }: Sign,
  expires: Date,
  idToken: Record<string, unknown>,
  secret: string,
): void {
  world.store[table].put({
    pk: world.store.next(table),
    secret,
    provider: provider.pk,
    user: user.pk,
    session,
    scope,
    nonce,
    idToken,
    revoked: false,
    authTime,
    expires: expires.toISOString(),
  });
}

const seconds = (time: Date) => Math.floor(time.getTime() / 1000);

/** OpenID Connect Core 3.1.3.6: the left half of the hash, base64url. */
const halfHash = (text: string) => createHash("sha256").update(text).digest().subarray(0, 16).toString("base64url");
