import { randomBytes } from "node:crypto";
import type { Request, Response } from "express";
import { decodeJwt } from "jose";
import passport from "passport";
import { ActError, Forbidden, Unavailable } from "../../domain/errors.ts";
import type { Language } from "../../domain/person.ts";
import { signInPerson } from "../../usecases/people/sign-in-person.ts";
import { send, type Web } from "../page.ts";
import { paths } from "../paths.ts";
import { destroy, regenerate, save, sessionCookieName } from "../session.ts";
import { createDiscovery } from "./discover.ts";
import { SignInStrategy, type Tokens } from "./strategy.ts";
import { createTokenReader } from "./verify-id-token.ts";

/** Sign-in and sign-out through Authentik. */
export function addSignIn(web: Web, oidc: { issuer: string; clientId: string; clientSecret: string }): void {
  const { app, core, config, log } = web;
  const discovery = createDiscovery(oidc.issuer, core.clock);
  const tokenReader = createTokenReader(oidc.clientId, log);
  const secure = config.PUBLIC_URL.startsWith("https:");
  const client = {
    clientId: oidc.clientId,
    clientSecret: oidc.clientSecret,
    callbackUrl: config.PUBLIC_URL + paths.signInCallback,
  };

  app.get("/sign-in", async (request, response, next) => {
    const returnTo = localPath(request.query.returnTo);
    if (request.actor !== null) return response.redirect(303, returnTo);
    const issuer = await discovery.issuer();
    const verifier = randomBytes(48).toString("base64url");
    request.session.signIn = { verifier, returnTo };
    const strategy = new SignInStrategy(issuer, client, verifier);
    passport.authenticate(strategy, { session: false })(request, response, next);
  });

  app.get(paths.signInCallback, async (request, response) => {
    const begun = request.session.signIn;
    // Somebody else's link, a second use, or a cookie that is gone: beginning again is harmless.
    if (begun === undefined) return begunElsewhere(web, request, response);
    delete request.session.signIn;
    const issuer = await discovery.issuer();
    const tokens = await finish(new SignInStrategy(issuer, client, begun.verifier), request, response);
    const claims = await tokenReader.read(issuer, tokens);
    const person = await signInPerson(core, claims, languageOf(request));
    await regenerate(request);
    request.session.personId = person.id;
    request.session.idToken = tokens.idToken;
    request.session.begunAt = core.clock.now().getTime();
    request.session.authentikSession = sessionIdOf(tokens.idToken);
    await save(request);
    response.redirect(303, begun.returnTo);
  });

  app.post(paths.signOut, async (request, response) => {
    const { idToken } = request.session;
    await destroy(request);
    response.clearCookie(sessionCookieName(secure), { httpOnly: true, sameSite: "lax", secure, path: "/" });
    response.redirect(303, goodbyeAddress(discovery.known()?.end_session_endpoint, idToken, client, config.PUBLIC_URL));
  });
}

/** OpenID Connect RP-Initiated Logout 1.0 §2; Authentik before 2026.5 ignores where to come back to. */
function goodbyeAddress(
  endSession: string | undefined,
  idToken: string | undefined,
  client: { clientId: string },
  publicUrl: string,
): string {
  if (endSession === undefined || idToken === undefined) return paths.home;
  const url = new URL(endSession);
  url.searchParams.set("id_token_hint", idToken);
  url.searchParams.set("client_id", client.clientId);
  url.searchParams.set("post_logout_redirect_uri", `${publicUrl}/`);
  return url.toString();
}

/** Authentik's id of the session (OpenID Connect Front-Channel Logout 1.0 §3), by which it may tell of a sign-out. */
function sessionIdOf(idToken: string): string | null {
  const { sid } = decodeJwt(idToken);
  return typeof sid === "string" ? sid : null;
}

function begunElsewhere(web: Web, request: Request, response: Response): void {
  if (request.actor !== null) {
    response.redirect(303, paths.home);
    return;
  }
  const sentence = "This sign-in was not begun in this browser, or it took too long. Please sign in again.";
  send(web, request, response, { template: "error", title: "Sign in again", status: 403, sentence, signIn: true });
}

function finish(strategy: SignInStrategy, request: Request, response: Response): Promise<Tokens> {
  return new Promise((resolve, reject) => {
    const done = (error: unknown, tokens: Tokens | false) => {
      if (error) reject(causeOf(error));
      else if (tokens === false) {
        reject(new Forbidden("Sign-in was refused or not finished. Please sign in again."));
      } else resolve(tokens);
    };
    passport.authenticate(strategy, { session: false }, done)(request, response, reject);
  });
}

/** The library wraps what went wrong in the token request; and what Authentik refuses is not an error of ours. */
function causeOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const inner = "oauthError" in error ? error.oauthError : error;
  if (inner instanceof ActError) return inner;
  if (error.name === "AuthorizationError") {
    return new Forbidden("Authentik did not let you sign in. Please try again, or ask the provider.");
  }
  return new Unavailable("Sign-in was not finished: Authentik's answer could not be read.", { cause: error });
}

/** Takes where to go after signing in; returns it when it is a page of ours, and the start otherwise. */
export function localPath(wanted: unknown): string {
  if (typeof wanted !== "string" || !/^\/(?![/\\])/.test(wanted) || /[\p{Cc}\\]/u.test(wanted)) return paths.home;
  const base = "http://portal.invalid";
  // As browsers read it: what would lead to another host has another origin then.
  return URL.canParse(wanted, base) && new URL(wanted, base).origin === base ? wanted : paths.home;
}

function languageOf(request: Request): Language {
  return request.acceptsLanguages("en", "de") === "de" ? "de" : "en";
}
