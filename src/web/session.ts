import { createHmac } from "node:crypto";
import type { Request, RequestHandler } from "express";
import session, { type Store } from "express-session";

declare module "express-session" {
  interface SessionData {
    /** Authentik uuid of who is signed in. */
    personId: string;
    /** Proof for Authentik when signing out. */
    idToken: string;
    /** When it began, in milliseconds, and with which of Authentik's sessions (`sid`). */
    begunAt: number;
    authentikSession: string | null;
    /** Told on the next page, once. */
    notice: string;
    /** Of a sign-in that has begun. */
    signIn: { verifier: string; returnTo: string };
  }
}

const lifeMs = 8 * 60 * 60 * 1000;

/** Name of the cookie; on https one that browsers keep to this host. */
export const sessionCookieName = (secure: boolean): string => (secure ? "__Host-jhaas" : "jhaas");

/** The key that signs session ids in cookies, derived from SECRET_KEY. */
export function cookieKeyOf(secretKey: string): string {
  return createHmac("sha256", secretKey).update("jhaas cookies").digest("base64url");
}

/**
 * Sessions in the database; the cookie holds only a signed random id.
 * @param secretKey SECRET_KEY
 * @param secure whether browsers reach the portal by https; then the cookie also keeps to this host (`__Host-`)
 */
export function createSessions(store: Store, secretKey: string, secure: boolean): RequestHandler {
  return session({
    store,
    secret: cookieKeyOf(secretKey),
    name: sessionCookieName(secure),
    resave: false,
    saveUninitialized: false,
    rolling: true,
    cookie: { httpOnly: true, sameSite: "lax", secure, path: "/", maxAge: lifeMs },
  });
}

/** Keeps a sentence for the next page that this person sees. */
export function setNotice(request: Request, sentence: string): void {
  request.session.notice = sentence;
}

/** The sentence that was kept, which is then forgotten. */
export function takeNotice(request: Request): string | null {
  const notice = request.session?.notice ?? null;
  if (notice !== null) delete request.session.notice;
  return notice;
}

/** A session that nobody else can have learned the id of, with nothing in it. */
export function regenerate(request: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    request.session.regenerate((error) => (error ? reject(error) : resolve()));
  });
}

/** Waits until the session is in the store, so that the next request surely finds it. */
export function save(request: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    request.session.save((error) => (error ? reject(error) : resolve()));
  });
}

export function destroy(request: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    request.session.destroy((error) => (error ? reject(error) : resolve()));
  });
}
