import { decodeProtectedHeader, errors, jwtVerify } from "jose";
import { z } from "zod";
import type { ToldSignOut } from "../../usecases/people/heed-sign-out.ts";
import type { Issuer } from "./discover.ts";
import { algorithms, type KeySet } from "./keys.ts";

const event = "http://schemas.openid.net/event/backchannel-logout";
/** Seconds: Authentik sends the token as it makes it, and makes a new one when it tries again. */
const oldest = 5 * 60;

const claims = z
  .object({
    jti: z.string().min(1).max(255),
    iat: z.number(),
    sub: z.string().min(1).max(255).optional(),
    sid: z.string().min(1).max(255).optional(),
    events: z.object({ [event]: z.looseObject({}) }),
    // OpenID Connect Back-Channel Logout 1.0 §2.4: so that no id token is taken for a logout token.
    nonce: z.undefined({ error: "must not be there" }).optional(),
  })
  .refine(({ sub, sid }) => sub !== undefined || sid !== undefined, { error: "neither sub nor sid" });

/** The token is not one that Authentik made to sign somebody out; `message` says why, without anything of it. */
export class LogoutTokenRefused extends Error {}

/**
 * Verifies a logout token as OpenID Connect Back-Channel Logout 1.0 §2.6 says, but for `jti`, which the store checks.
 * @throws LogoutTokenRefused; what fetching the keys throws when Authentik does not answer
 */
export async function verifyLogoutToken(
  token: string,
  issuer: Issuer,
  keys: KeySet,
  clientId: string,
  now: Date,
): Promise<ToldSignOut> {
  try {
    const { typ } = decodeProtectedHeader(token);
    if (typ !== undefined && !/^(application\/)?(logout\+)?jwt$/i.test(typ)) throw new LogoutTokenRefused("typ");
    const { payload } = await jwtVerify(token, keys, {
      ...{ issuer: issuer.issuer, audience: clientId, algorithms },
      ...{ clockTolerance: 30, maxTokenAge: oldest, currentDate: now },
    });
    const { jti, sub, sid } = claims.parse(payload);
    return { jti, personId: sub ?? null, authentikSession: sid ?? null };
  } catch (error) {
    if (error instanceof z.ZodError) {
      const [issue] = error.issues;
      throw new LogoutTokenRefused(`${issue?.path.join(".")} ${issue?.message}`.trim());
    }
    if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) throw error;
    if (error instanceof errors.JOSEError) throw new LogoutTokenRefused(error.code);
    if (error instanceof TypeError && /Token|JWT|JWS/.test(error.message)) throw new LogoutTokenRefused("no token");
    throw error;
  }
}
