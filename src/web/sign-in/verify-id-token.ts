import { decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from "jose";
import { z } from "zod";
import { Forbidden, Unavailable } from "../../domain/errors.ts";
import type { Log } from "../../ports/log.ts";
import type { SignedInClaims } from "../../usecases/people/sign-in-person.ts";
import type { Issuer } from "./discover.ts";
import { algorithms, createKeySets, type KeySet, timeoutMs } from "./keys.ts";
import type { Tokens } from "./strategy.ts";

export type TokenReader = {
  /** Takes the tokens of a sign-in; returns who it is. Throws what may be shown. */
  read(issuer: Issuer, tokens: Tokens): Promise<SignedInClaims>;
};

/** Verifies id tokens, with the issuer's keys fetched when needed and kept. */
export function createTokenReader(clientId: string, log: Log): TokenReader {
  const keysOf = createKeySets();
  return {
    async read(issuer, tokens) {
      const payload = await verified(issuer, tokens.idToken, keysOf(issuer.jwks_uri), clientId, log);
      // Authentik can be told to leave claims out of the id token; they are then at the userinfo endpoint.
      const complete = Array.isArray(payload.groups) && typeof payload.preferred_username === "string";
      const claims = complete ? payload : { ...payload, ...(await userinfo(issuer, tokens.accessToken, payload.sub)) };
      return claimsOf(claims);
    },
  };
}

async function verified(
  issuer: Issuer,
  idToken: string,
  keys: KeySet,
  clientId: string,
  log: Log,
): Promise<JWTPayload> {
  const { alg } = decodeProtectedHeader(idToken);
  if (alg === undefined || !algorithms.includes(alg)) {
    log.error({ alg }, "id tokens must be signed with a key pair: choose a signing key in the portal's provider");
    throw new Unavailable("Sign-in is not set up correctly: the provider must choose a signing key in Authentik.", {
      transient: false,
    });
  }
  try {
    const options = { issuer: issuer.issuer, audience: clientId, algorithms, clockTolerance: 30 };
    return (await jwtVerify(idToken, keys, options)).payload;
  } catch (error) {
    if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError)) {
      throw new Unavailable("Sign-in was not finished: Authentik's keys could not be read.", { cause: error });
    }
    log.error({ code: error.code }, "an id token was refused");
    throw new Forbidden("Sign-in was refused: Authentik's answer could not be verified.");
  }
}

async function userinfo(issuer: Issuer, accessToken: string, sub: string | undefined): Promise<JWTPayload> {
  let claims: JWTPayload;
  try {
    const response = await fetch(issuer.userinfo_endpoint, {
      headers: { authorization: `Bearer ${accessToken}` },
      signal: AbortSignal.timeout(timeoutMs),
    });
    claims = (await response.json()) as JWTPayload;
  } catch (error) {
    throw new Unavailable("Sign-in was not finished: Authentik does not answer.", { cause: error });
  }
  // OpenID Connect Core §5.3.2: an answer about somebody else must not be used.
  return claims.sub === sub ? claims : {};
}

const text = z.string().catch("");
const shape = z.object({ sub: text, preferred_username: text, name: text, email: text });

function claimsOf(payload: JWTPayload): SignedInClaims {
  const { sub, preferred_username: username, name, email } = shape.parse(payload);
  const groups = z.array(z.string()).safeParse(payload.groups);
  if (!groups.success) {
    throw new Unavailable(
      "Sign-in is not set up correctly: Authentik did not tell your groups. The provider must add the scope profile to the portal's provider in Authentik.",
      { transient: false },
    );
  }
  return { sub, username, name, email, groups: groups.data };
}
