import { csrfSync } from "csrf-sync";
import type { Request } from "express";

const { csrfSynchronisedProtection, generateToken, invalidCsrfTokenError } = csrfSync({
  getTokenFromRequest: (request) => (request.body as Record<string, unknown> | undefined)?._csrf as string | undefined,
  getTokenFromState: (request) => request.session.csrfToken,
  storeTokenInState: (request, token) => {
    if (typeof token === "string") request.session.csrfToken = token;
  },
});

/** Refuses a POST without the token of its session. */
export const checkCsrf = csrfSynchronisedProtection;

/** The token for this session's forms. */
export function csrfTokenOf(request: Request): string {
  return generateToken(request);
}

/** Whether an error says that the token was missing or wrong. */
export function isCsrfError(error: unknown): boolean {
  return error === invalidCsrfTokenError;
}
