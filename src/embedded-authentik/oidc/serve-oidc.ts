import express, { type NextFunction, type Request, type Response, Router } from "express";
import type { World } from "../world.ts";
import { ownAddress, paths } from "./addresses.ts";
import { OAuthFault, sentences } from "./faults.ts";
import { clientBySlug } from "./find-application.ts";
import { serveAuthorize } from "./serve-authorize.ts";
import { serveDiscovery } from "./serve-discovery.ts";
import { serveEndSession } from "./serve-end-session.ts";
import { answerIntrospect, answerRevoke } from "./serve-revocation.ts";
import { answerToken } from "./serve-token.ts";
import { answerUserinfo } from "./serve-userinfo.ts";

type Answer = (world: World, request: Request) => object | Promise<object>;

/** OpenID Connect: one server with as many issuers as it has applications. */
export function serveOidc(world: World): Router {
  const router = Router({ strict: true, caseSensitive: true });
  const readForm = express.text({ type: () => true, limit: "256kb" });
  const forPrograms = (methods: readonly ("get" | "post")[], path: string, answer: Answer) => {
    for (const method of methods) {
      router[method](path, readForm, (request: Request, response: Response, next: NextFunction) => {
        send(world, answer, request, response).catch(next);
      });
    }
    router.all(path, (_request: Request, response: Response) => {
      response.status(405).set("Allow", methods.join(", ").toUpperCase()).end();
    });
  };
  forPrograms(["post"], paths.token, answerToken);
  forPrograms(["get", "post"], paths.userinfo, answerUserinfo);
  forPrograms(["post"], paths.introspect, answerIntrospect);
  forPrograms(["post"], paths.revoke, answerRevoke);
  router.use(serveAuthorize(world));
  router.use(serveDiscovery(world));
  router.use(serveEndSession(world));
  router.get("/application/o/:slug/", (request: Request, response: Response, next: NextFunction) => {
    const client = clientBySlug(world.store, String(request.params.slug));
    if (!client) return next();
    response.redirect(302, ownAddress(world, client, ".well-known/openid-configuration"));
  });
  return router;
}

async function send(world: World, answer: Answer, request: Request, response: Response): Promise<void> {
  response.set("Cache-Control", "no-store").set("Pragma", "no-cache");
  try {
    const body = await answer(world, request);
    await world.store.save();
    response.json(body);
  } catch (error) {
    if (!(error instanceof OAuthFault)) throw error;
    await world.store.save();
    world.log.warn({ path: request.path, fault: error.code }, "refused an OAuth request");
    const description = sentences[error.code];
    if (error.code === "invalid_token" || error.code === "insufficient_scope") {
      // The real one answers these without a body.
      response.set("WWW-Authenticate", `error="${error.code}", error_description="${description}"`);
      response.status(error.status).end();
      return;
    }
    response.status(error.status).json({ error: error.code, error_description: description });
  }
}
