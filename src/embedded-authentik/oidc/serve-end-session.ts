import express, { type NextFunction, type Request, type Response, Router } from "express";
import { mayUse } from "../admit-people.ts";
import { endSession, readSession } from "../keep-session.ts";
import { deniedPage } from "../pages/denied-page.ts";
import { faultPage } from "../pages/fault-page.ts";
import { sendPage } from "../pages/send-page.ts";
import { signedOutPage } from "../pages/signed-out-page.ts";
import type { World } from "../world.ts";
import { issuerOf, paths } from "./addresses.ts";
import { formOf } from "./authenticate-client.ts";
import { type Client, clientBySlug } from "./find-application.ts";
import { isRegistered } from "./match-redirect.ts";
import { readSigned } from "./sign-tokens.ts";

/** Signing out of an application, and with the flow that says so of Authentik. */
export function serveEndSession(world: World): Router {
  const router = Router({ strict: true, caseSensitive: true });
  const answer = async (request: Request, response: Response, next: NextFunction) => {
    const client = clientBySlug(world.store, String(request.params.slug));
    if (!client) return next();
    await leave(world, client, request, response);
  };
  router.get("/application/o/:slug/end-session/", answer);
  router.post("/application/o/:slug/end-session/", express.text({ type: () => true, limit: "256kb" }), answer);

  // Leaving Authentik itself, not by way of an application.
  router.get(paths.signOut, async (request: Request, response: Response) => {
    const signedIn = readSession(world, request);
    if (signedIn) endSession(world, response, signedIn);
    await world.store.save();
    sendPage(response, 200, signedOutPage(null, null));
  });
  return router;
}

async function leave(world: World, client: Client, request: Request, response: Response): Promise<void> {
  const { store, traits } = world;
  const { application, provider } = client;
  const signedIn = readSession(world, request);
  if (!signedIn && !traits.postLogout) {
    // Only the newer ones take signing out twice as done.
    return response.redirect(302, `${paths.signIn}?${new URLSearchParams({ next: request.originalUrl })}`);
  }
  if (signedIn && !mayUse(store, signedIn.user, application)) {
    const reason = "You are signed in, but this application is not open to you, not even to sign out of it.";
    return sendPage(response, 200, deniedPage(application, reason, signedIn.user));
  }
  const asked =
    request.method === "POST" ? formOf(request) : new URL(request.originalUrl, world.publicUrl).searchParams;
  const wayBack = await checkWayBack(world, client, asked);
  if (wayBack.kind === "refused") return sendPage(response, 400, faultPage("Bad Request", wayBack.reason));

  const endsAll = store.flows.get(provider.invalidationFlow)?.endsSession ?? false;
  if (signedIn) {
    const { session } = signedIn;
    const ofHere = store.accessTokens.filter((one) => one.session === session.id && one.provider === provider.pk);
    for (const token of ofHere) store.accessTokens.delete(token.pk);
    if (endsAll) endSession(world, response, signedIn);
  }
  await store.save();
  if (wayBack.kind === "address") return response.redirect(302, wayBack.url);
  sendPage(response, 200, signedOutPage(application, endsAll || !signedIn ? null : signedIn.user));
}

type WayBack = { kind: "none" } | { kind: "address"; url: string } | { kind: "refused"; reason: string };

/** Where to go after signing out: honoured since 2026.5, and then only to registered addresses and with an id token. */
async function checkWayBack(world: World, client: Client, asked: URLSearchParams): Promise<WayBack> {
  if (!world.traits.postLogout) return { kind: "none" };
  const { provider } = client;
  const hint = asked.get("id_token_hint");
  if (hint) {
    const claims = await readSigned(world, provider, hint);
    if (claims?.aud !== provider.clientId || claims.iss !== issuerOf(world, client)) {
      return {
        kind: "refused",
        reason: "The id token that came along (id_token_hint) is not one of this application.",
      };
    }
  }
  const wanted = asked.get("post_logout_redirect_uri");
  if (!wanted || !provider.redirectUris.some((uri) => uri.type === "logout")) return { kind: "none" };
  if (!hint) return { kind: "refused", reason: "An id token (id_token_hint) is missing." };
  if (!isRegistered(provider, "logout", wanted)) {
    return {
      kind: "refused",
      reason: "The address to go to afterwards (post_logout_redirect_uri) is not registered for this application.",
    };
  }
  const state = asked.get("state");
  const url = new URL(wanted);
  if (state) url.searchParams.set("state", state);
  return { kind: "address", url: url.toString() };
}
