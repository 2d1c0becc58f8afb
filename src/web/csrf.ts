import { csrfSync } from "csrf-sync";
import type { Request, RequestHandler } from "express";
import { paths } from "./paths.ts";

const { csrfSynchronisedProtection, generateToken, invalidCsrfTokenError } = csrfSync({
  getTokenFromRequest: (request) => (request.body as Record<string, unknown> | undefined)?._csrf as string | undefined,
  getTokenFromState: (request) => request.session.csrfToken,
  storeTokenInState: (request, token) => {
    if (typeof token === "string") request.session.csrfToken = token;
  },
});

/** Refuses a POST without the token of its session. */
export const checkCsrf = csrfSynchronisedProtection;

/**
 * Leads whoever sends a form without being signed in to signing in: mostly the session ended while they typed, and
 * "wrong token" would tell them nothing. Who signs out twice is out already.
 */
export const formsNeedSignIn: RequestHandler = (request, response, next) => {
  if (request.actor !== null || request.method === "GET" || request.method === "HEAD") return next();
  response.redirect(303, request.path === paths.signOut ? paths.home : paths.signIn());
};

/** The token for this session's forms. */
export function csrfTokenOf(request: Request): string {
  return generateToken(request);
}

/** Whether an error says that the token was missing or wrong. */
export function isCsrfError(error: unknown): boolean {
  return error === invalidCsrfTokenError;
}
