import { randomBytes } from "node:crypto";
import { type Request, type Response, Router } from "express";
import { mayUse } from "../admit-people.ts";
import { forgetExpired, isFromHere, readSession, type SignedIn } from "../keep-session.ts";
import { periodMilliseconds } from "../measure-periods.ts";
import { consentPage } from "../pages/consent-page.ts";
import { deniedPage } from "../pages/denied-page.ts";
import { faultPage } from "../pages/fault-page.ts";
import { sendPage } from "../pages/send-page.ts";
import type { Application } from "../store/records.ts";
import type { World } from "../world.ts";
import { paths } from "./addresses.ts";
import { type AuthorizeRequest, checkAuthorize } from "./check-authorize.ts";
import { type OAuthErrorCode, sentences } from "./faults.ts";
import { applicationOf } from "./find-application.ts";

/** Where browsers are sent to sign in to an application, and the page that asks for consent. */
export function serveAuthorize(world: World): Router {
  const router = Router({ strict: true, caseSensitive: true });
  router.get(paths.authorize, (request, response) => authorize(world, request, response, false));
  router.post(paths.consent, (request, response) => {
    if (!isFromHere(world, request)) {
      sendPage(response, 403, faultPage("Forbidden", "This form was sent by another site."));
      return;
    }
    return authorize(world, request, response, true);
  });
  return router;
}

async function authorize(world: World, request: Request, response: Response, agreed: boolean): Promise<void> {
  const query = new URL(request.originalUrl, world.publicUrl).searchParams;
  if (query.size === 0) return sendPage(response, 404, faultPage("Not Found", "There is no such page."));
  const checked = checkAuthorize(world, query);
  if (checked.kind === "tell-person") {
    world.log.warn({ clientId: query.get("client_id"), fault: checked.title }, "refused a request to sign in");
    return sendPage(response, 400, faultPage(checked.title, checked.reason));
  }
  const refuse = (to: { redirectUri: string; fragment: boolean; state: string }, error: OAuthErrorCode) =>
    sendBack(response, to, { error, error_description: sentences[error] });
  if (checked.kind === "tell-client") {
    world.log.warn({ clientId: query.get("client_id"), fault: checked.error }, "refused a request to sign in");
    return refuse(checked, checked.error);
  }

  const asked = checked.request;
  const signedIn = readSession(world, request);
  if (!signedIn && asked.prompt.has("none")) return refuse(asked, "login_required");
  const application = applicationOf(world.store, asked.provider);
  if (!application) {
    return sendPage(response, 200, deniedPage(null, "No application belongs to this request.", signedIn?.user));
  }
  if (!signedIn) return response.redirect(302, signInAddress(query));
  if (!mayUse(world.store, signedIn.user, application)) {
    const reason = "You are signed in, but this application is not open to you.";
    return sendPage(response, 200, deniedPage(application, reason, signedIn.user));
  }
  if (wantsPassword(world, asked, signedIn)) return response.redirect(302, signInAddress(query));
  if (!agreed && wantsConsent(world, asked)) {
    if (asked.prompt.has("none")) return refuse(asked, "consent_required");
    return sendPage(response, 200, consentPage(application, asked.scope, `${paths.consent}?${query}`, signedIn.user));
  }
  const code = await giveCode(world, asked, signedIn, application);
  sendBack(response, asked, { code });
}

const signInAddress = (query: URLSearchParams) =>
  `${paths.signIn}?${new URLSearchParams({ next: `${paths.authorize}?${query}` })}`;

/** Whether the person has to type the password although signed in. */
function wantsPassword(world: World, asked: AuthorizeRequest, { session }: SignedIn): boolean {
  if (session.fresh) return false;
  const age = world.clock.now().getTime() - Date.parse(session.signedInAt);
  return asked.prompt.has("login") || (asked.maxAge !== null && age > asked.maxAge * 1000);
}

function wantsConsent({ store }: World, { provider, prompt }: AuthorizeRequest): boolean {
  const flow = store.flows.get(provider.authorizationFlow);
  return prompt.has("consent") || flow?.slug === "default-provider-authorization-explicit-consent";
}

async function giveCode(
  world: World,
  asked: AuthorizeRequest,
  { session, user }: SignedIn,
  application: Application,
): Promise<string> {
  const { store, clock } = world;
  forgetExpired(world);
  const id = randomBytes(24).toString("base64url");
  store.codes.put({
    id,
    provider: asked.provider.pk,
    user: user.pk,
    session: session.id,
    redirectUri: asked.redirectUri,
    scope: asked.scope,
    nonce: asked.nonce,
    challenge: asked.challenge,
    challengeMethod: asked.challengeMethod,
    authTime: session.signedInAt,
    expires: new Date(clock.now().getTime() + periodMilliseconds(asked.provider.accessCodeValidity)).toISOString(),
  });
  const logins = [...new Set([...(session.logins ?? []), asked.provider.pk])];
  store.sessions.put({ ...session, fresh: false, logins });
  await store.save();
  world.log.info({ user: user.username, application: application.slug }, "signed in to an application");
  return id;
}

function sendBack(
  response: Response,
  to: { redirectUri: string; fragment: boolean; state: string },
  answer: Record<string, string>,
): void {
  const fields = new URLSearchParams({ ...answer, state: to.state });
  const url = new URL(to.redirectUri);
  if (to.fragment) url.hash = fields.toString();
  else for (const [name, value] of fields) url.searchParams.set(name, value);
  response.set("Cache-Control", "no-store").redirect(302, url.toString());
}
