import { createHash, randomBytes } from "node:crypto";
import type { Request, Response } from "express";
import { tellApplications } from "./oidc/tell-applications.ts";
import type { Session, User } from "./store/records.ts";
import type { World } from "./world.ts";

// Cookies ignore ports, and the portal is on the same host when trying out: the name must be our own.
const cookieName = "authentik_stand_in_session";
const sessionHours = 24;

export type SignedIn = { session: Session; user: User };

/** Who the browser is signed in as; undefined when nobody, or when that person was deactivated. */
export function readSession(world: World, request: Request): SignedIn | undefined {
  const cookie = cookiesOf(request).get(cookieName);
  const session = cookie && world.store.sessions.get(hash(cookie));
  if (!session || Date.parse(session.expires) <= world.clock.now().getTime()) return undefined;
  const user = world.store.users.get(session.user);
  return user?.active ? { session, user } : undefined;
}

/** Signs the browser in, with a new session in place of the one it had. */
export function startSession(world: World, request: Request, response: Response, user: User): void {
  const { store, clock } = world;
  const now = clock.now();
  const before = readSession(world, request);
  if (before) store.sessions.delete(before.session.id);
  const cookie = randomBytes(32).toString("base64url");
  store.sessions.put({
    id: hash(cookie),
    user: user.pk,
    signedInAt: now.toISOString(),
    expires: new Date(now.getTime() + sessionHours * 3_600_000).toISOString(),
    fresh: true,
  });
  store.users.put({ ...user, lastLogin: now.toISOString() });
  response.cookie(cookieName, cookie, cookieOptions(world));
}

/** Ends the session and, as Authentik does, the access tokens issued in it; applications that want to know are told. */
export function endSession(world: World, response: Response, { session }: SignedIn): void {
  forgetSession(world, session);
  response.clearCookie(cookieName, cookieOptions(world));
}

/** Ends all that a deactivated person still has: sessions, access and refresh tokens. */
export function endAllOf(world: World, user: User): void {
  const { store } = world;
  for (const session of store.sessions.filter((known) => known.user === user.pk)) forgetSession(world, session);
  for (const token of store.accessTokens.filter((known) => known.user === user.pk)) store.accessTokens.delete(token.pk);
  for (const token of store.refreshTokens.filter((known) => known.user === user.pk)) {
    store.refreshTokens.delete(token.pk);
  }
}

function forgetSession(world: World, session: Session): void {
  const { store } = world;
  tellApplications(world, session);
  for (const token of store.accessTokens.filter((known) => known.session === session.id)) {
    store.accessTokens.delete(token.pk);
  }
  store.sessions.delete(session.id);
}

/** Deletes what expired, so that the store does not grow for ever. */
export function forgetExpired({ store, clock }: World): void {
  const now = clock.now().getTime();
  const isOver = ({ expires }: { expires: string }) => Date.parse(expires) <= now;
  for (const session of store.sessions.filter(isOver)) store.sessions.delete(session.id);
  for (const code of store.codes.filter(isOver)) store.codes.delete(code.id);
  for (const token of store.accessTokens.filter(isOver)) store.accessTokens.delete(token.pk);
  for (const token of store.refreshTokens.filter(isOver)) store.refreshTokens.delete(token.pk);
}

/**
 * True unless another site made the browser send this form. A browser names the origin of every POST; a program that
 * names none has no session to misuse.
 */
export function isFromHere(world: World, request: Request): boolean {
  const origin = request.get("origin");
  if (origin === undefined) return true;
  return origin === new URL(world.publicUrl).origin || origin === `${request.protocol}://${request.get("host")}`;
}

const hash = (cookie: string) => createHash("sha256").update(cookie).digest("hex");

const cookieOptions = (world: World) => ({
  httpOnly: true,
  sameSite: "lax" as const,
  path: "/",
  secure: world.publicUrl.startsWith("https:"),
});

function cookiesOf(request: Request): Map<string, string> {
  const pairs = (request.get("cookie") ?? "").split(";").map((pair) => {
    const at = pair.indexOf("=");
    return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()] as const;
  });
  return new Map(pairs);
}
