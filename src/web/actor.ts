import type { RequestHandler } from "express";
import type { Core } from "../usecases/core.ts";
import { currentActor } from "../usecases/people/current-actor.ts";
import { regenerate } from "./session.ts";

/** Puts who is signed in on each request. A session whose person is gone or signed out in Authentik ends. */
export function createActorReader(core: Core): RequestHandler {
  return async (request, _response, next) => {
    request.actor = null;
    const { personId, begunAt = 0, authentikSession = null } = request.session;
    if (personId === undefined) return next();
    const begun = { personId, authentikSession, begunAt: new Date(begunAt) };
    const [ended, actor] = await Promise.all([core.store.signOuts.ends(begun), currentActor(core, personId)]);
    if (!ended) request.actor = actor;
    if (request.actor === null) await regenerate(request);
    next();
  };
}
