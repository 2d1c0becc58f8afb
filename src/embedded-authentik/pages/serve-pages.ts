import { readFileSync } from "node:fs";
import express, { type Request, type Response, Router } from "express";
import { mayUse } from "../admit-people.ts";
import { isFromHere, readSession, startSession } from "../keep-session.ts";
import { passwordMatches } from "../make-secrets.ts";
import { paths } from "../oidc/addresses.ts";
import { formOf } from "../oidc/authenticate-client.ts";
import { applicationOf, clientBySlug, providerByClientId } from "../oidc/find-application.ts";
import type { Application, User } from "../store/records.ts";
import type { World } from "../world.ts";
import { faultPage } from "./fault-page.ts";
import { indexPage } from "./index-page.ts";
import { icon, sendPage, stylesheet } from "./send-page.ts";
import { type SignInForm, signInPage } from "./sign-in-page.ts";

const iconSvg =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="#0b4f8a"/></svg>';

/** Pages that belong to no application: signing in, and what this place is. */
export function servePages(world: World): Router {
  const router = Router({ strict: true, caseSensitive: true });
  const css = readFileSync(new URL("./stand-in.css", import.meta.url), "utf8");
  router.get(stylesheet, (_request: Request, response: Response) => {
    response.set("X-Content-Type-Options", "nosniff").type("css").send(css);
  });
  router.get(icon, (_request: Request, response: Response) => {
    response.set("X-Content-Type-Options", "nosniff").type("svg").send(iconSvg);
  });
  router.get("/", (request: Request, response: Response) => {
    const user = readSession(world, request)?.user ?? null;
    sendPage(response, 200, indexPage(world.traits.release, user, user === null ? [] : openTo(world, user)));
  });
  router.get(paths.signIn, (request: Request, response: Response) => {
    sendPage(response, 200, signInPage({ ...formFor(world, request), username: "", failed: false }));
  });
  router.post(paths.signIn, express.text({ type: () => true, limit: "16kb" }), (request: Request, response: Response) =>
    signIn(world, request, response),
  );
  return router;
}

async function signIn(world: World, request: Request, response: Response): Promise<void> {
  if (!isFromHere(world, request)) {
    return sendPage(response, 403, faultPage("Forbidden", "This form was sent by another site."));
  }
  const fields = formOf(request);
  const username = (fields.get("username") ?? "").trim();
  const user = world.store.users.find((known) => known.username === username);
  const right = user?.passwordHash != null && passwordMatches(fields.get("password") ?? "", user.passwordHash);
  if (!user?.active || !right) {
    world.log.warn({ user: username }, "refused to sign someone in");
    return sendPage(response, 422, signInPage({ ...formFor(world, request), username, failed: true }));
  }
  startSession(world, request, response, user);
  await world.store.save();
  world.log.info({ user: user.username }, "signed in");
  response.redirect(303, nextOf(world, request));
}

/** Where to continue: an address of this server, never another one. */
function nextOf(world: World, request: Request): string {
  const next = new URL(request.originalUrl, world.publicUrl).searchParams.get("next") ?? "/";
  const base = new URL(world.publicUrl);
  if (!next.startsWith("/") || !URL.canParse(next, world.publicUrl)) return "/";
  const url = new URL(next, base);
  return url.origin === base.origin ? `${url.pathname}${url.search}` : "/";
}

function formFor(world: World, request: Request): Omit<SignInForm, "username" | "failed"> {
  const next = nextOf(world, request);
  return {
    action: `${paths.signIn}?${new URLSearchParams({ next })}`,
    application: askedBy(world, next)?.name ?? null,
    people: world.shownPeople,
  };
}

/** The application that someone signs in for. */
function askedBy({ store, publicUrl }: World, next: string): Application | undefined {
  const url = new URL(next, publicUrl);
  const provider = providerByClientId(store, url.searchParams.get("client_id") ?? "");
  if (provider) return applicationOf(store, provider);
  const slug = /^\/application\/o\/([^/]+)\/end-session\/$/.exec(url.pathname)?.[1];
  return slug === undefined ? undefined : clientBySlug(store, slug)?.application;
}

/** Applications that have an address to open and let this person through. */
function openTo({ store }: World, user: User): Application[] {
  return store.applications
    .filter((application) => application.launchUrl !== "" && !application.hide && mayUse(store, user, application))
    .sort((one, other) => one.name.localeCompare(other.name));
}
