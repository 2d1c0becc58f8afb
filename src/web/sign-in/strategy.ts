import { createHash } from "node:crypto";
import OpenIDConnectStrategy from "passport-openidconnect";
import { z } from "zod";
import { Unavailable } from "../../domain/errors.ts";
import type { Issuer } from "./discover.ts";

const timeoutMs = 10_000;
const tokens = z.object({ id_token: z.string(), access_token: z.string() });

export type Client = { clientId: string; clientSecret: string; callbackUrl: string };
/** What a finished sign-in hands on; the id token is not verified yet. */
export type Tokens = { idToken: string; accessToken: string };

type TokenDone = (error: unknown, accessToken?: string, refreshToken?: string, params?: unknown) => void;

/**
 * Sign-in by authorization code: state, nonce and the checks of the id token's claims are passport-openidconnect's;
 * PKCE (RFC 7636) and a time limit for the token request are added here. One object a request, since the verifier is
 * the request's own.
 */
export class SignInStrategy extends OpenIDConnectStrategy {
  readonly #verifier: string;

  /** @param verifier 43 to 128 characters, kept in the session between leaving and coming back */
  constructor(issuer: Issuer, client: Client, verifier: string) {
    const options = {
      issuer: issuer.issuer,
      authorizationURL: issuer.authorization_endpoint,
      tokenURL: issuer.token_endpoint,
      userInfoURL: issuer.userinfo_endpoint,
      clientID: client.clientId,
      clientSecret: client.clientSecret,
      callbackURL: client.callbackUrl,
      scope: ["email", "profile"],
      // The library takes any truthy value as "make one for each sign-in"; its types ask for text.
      nonce: "yes",
      skipUserProfile: true,
      sessionKey: "signInState",
    };
    super(
      options,
      // The library looks at how many parameters there are to know what to hand over.
      (
        _issuer: string,
        _uiProfile: object,
        _idProfile: object,
        _context: object,
        idToken: string | object,
        accessToken: string | object,
        _refreshToken: string,
        _params: unknown,
        done: (error: Error | null, user: Tokens) => void,
      ) => done(null, { idToken: String(idToken), accessToken: String(accessToken) }),
    );
    this.#verifier = verifier;
    const getOAuthAccessToken = (code: string, params: Record<string, string>, done: TokenDone) => {
      const body = { ...params, code, code_verifier: verifier, ...credentials(client) };
      exchange(issuer.token_endpoint, body).then(
        (got) => done(null, got.access_token, undefined, got),
        (error: unknown) => done(error),
      );
    };
    Object.assign(this._oauth2, { getOAuthAccessToken });
  }

  /** Called by the base class when it builds the address to go to. */
  override authorizationParams(): Record<string, string> {
    const challenge = createHash("sha256").update(this.#verifier).digest("base64url");
    return { code_challenge: challenge, code_challenge_method: "S256" };
  }
}

const credentials = ({ clientId, clientSecret }: Client) => ({ client_id: clientId, client_secret: clientSecret });

async function exchange(url: string, body: Record<string, string>): Promise<z.infer<typeof tokens>> {
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(url, {
      method: "POST",
      body: new URLSearchParams(body),
      headers: { accept: "application/json" },
      signal: AbortSignal.timeout(timeoutMs),
      redirect: "error",
    });
    answer = await response.json();
  } catch (error) {
    throw new Unavailable("Sign-in was not finished: Authentik does not answer. Try again in a few minutes.", {
      cause: error,
    });
  }
  const read = tokens.safeParse(answer);
  if (response.ok && read.success) return read.data;
  const why = z.object({ error: z.string() }).safeParse(answer);
  const said = why.success ? ` It said "${why.data.error.slice(0, 60)}".` : "";
  throw new Unavailable(`Authentik did not finish the sign-in.${said} Try again; if it stays, tell the provider.`);
}
