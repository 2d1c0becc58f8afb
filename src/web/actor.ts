import type { RequestHandler } from "express";
import type { Core } from "../usecases/core.ts";
import { currentActor } from "../usecases/current-actor.ts";
import { regenerate } from "./session.ts";

/** Puts who is signed in on each request. A session whose person is gone or signed out in Authentik ends. */
export function createActorReader(core: Core): RequestHandler {
  return async (request, _response, next) => {
    request.actor = null;
    const { personId, begunAt = 0, authentikSession = null } = request.session;
    if (personId === undefined) return next();
    const begun = { personId, authentikSession, begunAt: new Date(begunAt) };
    if (!(await core.store.signOuts.ends(begun))) request.actor = await currentActor(core, personId);
    if (request.actor === null) await regenerate(request);
    next();
  };
}
