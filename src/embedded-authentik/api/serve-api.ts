import { randomBytes } from "node:crypto";
import express, { type NextFunction, type Request, type Response, Router } from "express";
import { sameSecret } from "../make-secrets.ts";
import type { User } from "../store/records.ts";
import type { World } from "../world.ts";
import { ApiFault } from "./faults.ts";
import { serveApplications } from "./serve-applications.ts";
import { serveBindings } from "./serve-bindings.ts";
import { serveGroups } from "./serve-groups.ts";
import { serveLookups } from "./serve-lookups.ts";
import { serveProviders } from "./serve-providers.ts";
import { serveTokens } from "./serve-tokens.ts";
import { serveUsers } from "./serve-users.ts";

/** One API call of a signed-in caller. */
export type Call = { caller: User; params: Record<string, string>; query: URLSearchParams; body: unknown };
export type Answer = { status: number; body?: unknown };
export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
/** What answers at one path. `open` ones need no token. */
export type Endpoint = Partial<Record<Method, (call: Call) => Answer>> & { open?: boolean };
/** Endpoints by their path below `/api/v3`, with Express's placeholders. */
export type Endpoints = Record<string, Endpoint>;

/** API v3 below `/api/v3`: the part of it that the portal uses. Everything else is 404, as at the real one. */
export function serveApi(world: World): Router {
  const router = Router({ strict: true, caseSensitive: true });
  const readBody = express.text({ type: () => true, limit: "2mb" });
  for (const [path, endpoint] of Object.entries(endpointsOf(world))) {
    router.all(path, readBody, (request: Request, response: Response, next: NextFunction) => {
      answer(world, endpoint, request, response).catch(next);
    });
  }
  return router;
}

/** Everything that is served, in the order in which paths are tried. */
export function endpointsOf(world: World): Endpoints {
  return {
    ...serveLookups(world),
    ...serveGroups(world),
    ...serveUsers(world),
    ...serveApplications(world),
    ...serveBindings(world),
    ...serveProviders(world),
    ...serveTokens(world),
  };
}

async function answer(world: World, endpoint: Endpoint, request: Request, response: Response): Promise<void> {
  response.set("X-authentik-id", randomBytes(16).toString("hex"));
  response.set("Vary", "Accept, Cookie");
  let sent: Answer;
  try {
    sent = handle(world, endpoint, request);
  } catch (error) {
    if (!(error instanceof ApiFault)) throw error;
    sent = { status: error.status, body: error.body };
  }
  await world.store.save();
  if (sent.body === undefined) response.status(sent.status).end();
  else response.status(sent.status).json(sent.body);
}

function handle(world: World, endpoint: Endpoint, request: Request): Answer {
  const caller = endpoint.open ? null : authenticate(world, request.get("authorization") ?? "");
  // Authentik answers HEAD as GET; Node leaves the body away.
  const method = request.method === "HEAD" ? "GET" : (request.method as Method);
  const act = endpoint[method];
  if (!act) throw new ApiFault(405, { detail: `Method "${request.method}" not allowed.` });
  return act({
    caller: caller ?? nobody,
    params: request.params as Record<string, string>,
    query: new URL(request.originalUrl, world.publicUrl).searchParams,
    body: method === "GET" || method === "DELETE" ? undefined : parseBody(request),
  });
}

/** Stands in for the caller where no token is asked for. */
const nobody: User = {
  pk: 0,
  uuid: "",
  username: "AnonymousUser",
  name: "",
  email: "",
  active: false,
  type: "internal",
  path: "",
  attributes: {},
  joined: "",
  lastLogin: null,
  passwordHash: null,
  passwordChanged: "",
  updated: "",
};

/** Authentik says 403, never 401, to a missing or wrong token. */
function authenticate(world: World, header: string): User {
  const refuse = (detail: string) => new ApiFault(403, { detail });
  const [type = "", ...rest] = header.trim().split(" ");
  const key = rest.join(" ").trim();
  if (key === "") throw refuse("Authentication credentials were not provided.");
  if (type.toLowerCase() !== "bearer") throw refuse("Unsupported authentication type");
  const token = world.store.apiTokens.all().find((known) => sameSecret(key, known.key));
  const user = token && world.store.users.get(token.user);
  if (!user?.active) throw refuse("Token invalid/expired");
  return user;
}

function parseBody(request: Request): unknown {
  const type = (request.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const text = typeof request.body === "string" ? request.body : "";
  if (text === "") return {};
  if (type !== "application/json") {
    throw new ApiFault(415, { detail: `Unsupported media type "${type}" in request.` });
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiFault(400, { detail: "JSON parse error - Expecting value: line 1 column 1 (char 0)" });
  }
}
