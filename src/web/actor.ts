import type { RequestHandler } from "express";
import type { Core } from "../usecases/core.ts";
import { currentActor } from "../usecases/current-actor.ts";
import { regenerate } from "./session.ts";

/** Puts who is signed in on each request. A session whose person is gone in Authentik ends. */
export function createActorReader(core: Core): RequestHandler {
  return async (request, _response, next) => {
    request.actor = null;
    const { personId } = request.session;
    if (personId === undefined) return next();
    request.actor = await currentActor(core, personId);
    if (request.actor === null) await regenerate(request);
    next();
  };
}
