import express, { type Response } from "express";
import { heedSignOut } from "../../usecases/people/heed-sign-out.ts";
import type { Web } from "../page.ts";
import { paths } from "../paths.ts";
import { createDiscovery } from "./discover.ts";
import { createKeySets } from "./keys.ts";
import { LogoutTokenRefused, verifyLogoutToken } from "./verify-logout-token.ts";

/**
 * Where Authentik tells that somebody signed out (OpenID Connect Back-Channel Logout 1.0; Authentik 2025.8 and later).
 * It has neither session nor CSRF token: the signature of the logout token stands for both.
 */
export function addBackChannelLogout(web: Web, oidc: { issuer: string; clientId: string }): void {
  const discovery = createDiscovery(oidc.issuer, web.core.clock);
  const keysOf = createKeySets();
  const form = express.urlencoded({ extended: false, limit: "16kb", parameterLimit: 10 });

  web.app.post(paths.backChannelLogout, form, async (request, response) => {
    response.set("Cache-Control", "no-store");
    const token: unknown = request.body?.logout_token;
    if (typeof token !== "string") return refuse(response, "no logout_token");
    try {
      const issuer = await discovery.issuer();
      const now = web.core.clock.now();
      const told = await verifyLogoutToken(token, issuer, keysOf(issuer.jwks_uri), oidc.clientId, now);
      if (!(await heedSignOut(web.core, told))) return refuse(response, "this token was taken in before");
      web.log.info({ all: told.authentikSession === null }, "sessions ended, because Authentik told of a sign-out");
      response.status(200).end();
    } catch (error) {
      if (error instanceof LogoutTokenRefused) {
        web.log.warn({ reason: error.message }, "a logout token was refused");
        return refuse(response, error.message);
      }
      // Authentik tries again when it is told that this did not work.
      web.log.warn({ fault: error instanceof Error ? error.message : String(error) }, "a sign-out was not taken in");
      response.status(503).json({ error: "temporarily_unavailable" });
    }
  });
}

function refuse(response: Response, reason: string): void {
  response.status(400).json({ error: "invalid_request", error_description: reason });
}
