import type { ErrorRequestHandler, RequestHandler } from "express";
import { ActError, Conflict, Forbidden, Invalid, NotFound, Unavailable } from "../domain/errors.ts";
import { isCsrfError } from "./csrf.ts";
import { send, type Web } from "./page.ts";
import { paths } from "./paths.ts";

const titles: Record<number, string> = {
  400: "This request cannot be read",
  403: "You may not do this",
  404: "Page not found",
  409: "This is not possible any more",
  413: "This is too much at once",
  422: "Check what you entered",
  500: "Sorry, there is a problem with the service",
  503: "Something the portal needs does not answer",
};

/** What nobody has answered: the page does not exist. */
export function createNotFound(): RequestHandler {
  return (_request, _response, next) => next(new NotFound());
}

/**
 * Turns an error into a page. Shown is only what was written to be shown; everything else goes to the log under a
 * number that people can tell.
 */
export function createErrorPages(web: Web): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error);
    const { status, sentence } = explain(error);
    let reference: string | null = null;
    if (status >= 500) {
      reference = Math.random().toString(36).slice(2, 8).toUpperCase();
      const fault =
        error instanceof Error
          ? { name: error.name, message: error.message, stack: error.stack, cause: causesOf(error) }
          : error;
      web.log.error({ reference, method: request.method, path: request.path, fault }, "a page failed");
    }
    request.actor ??= null;
    const title = titles[status] ?? "Something went wrong";
    const mayBeWrong = error instanceof Forbidden;
    const hubPage = mayBeWrong || error instanceof Conflict ? hubPageOf(request.path) : null;
    send(web, request, response, { template: "error", title, status, sentence, reference, mayBeWrong, hubPage });
  };
}

/** The page of the hub that an act was about; whoever is told that an act was late, or not theirs, sees the hub. */
function hubPageOf(path: string): string | null {
  const id = /^\/hubs\/([0-9a-f-]{36})\//.exec(path)?.[1];
  return id === undefined ? null : paths.hub(id);
}

/** What an error came from, in words: fetch, for one, says "fetch failed" and keeps why to its cause. */
function causesOf(error: Error): string[] {
  const { cause } = error;
  return cause instanceof Error ? [cause.message, ...causesOf(cause)] : [];
}

function explain(error: unknown): { status: number; sentence: string } {
  if (isCsrfError(error)) {
    return { status: 403, sentence: "The form was too old, or came from somewhere else. Go back, reload, try again." };
  }
  if (error instanceof ActError) return { status: statusOf(error), sentence: error.sentence };
  const status = statusOfParser(error);
  if (status === 413) return { status, sentence: "The form holds more than the portal takes." };
  if (status === 400) return { status, sentence: "The address or the form has something in it that is not valid." };
  return { status: 500, sentence: "Nothing of what you entered was changed. Try again in a moment." };
}

function statusOf(error: ActError): number {
  if (error instanceof NotFound) return 404;
  if (error instanceof Forbidden) return 403;
  if (error instanceof Conflict) return 409;
  if (error instanceof Invalid) return 422;
  return error instanceof Unavailable ? 503 : 500;
}

/** Express and its parsers put a status on what the browser did wrong. */
function statusOfParser(error: unknown): number {
  const status = error instanceof Error && "status" in error ? Number(error.status) : 500;
  return status >= 400 && status < 500 ? (status === 413 ? 413 : 400) : 500;
}
