import { resolve } from "node:path";
import express, { type Express } from "express";
import type { Store as SessionStore } from "express-session";
import type { Config } from "../config/read-config.ts";
import type { Log } from "../ports/log.ts";
import type { Core } from "../usecases/core.ts";
import { createActorReader } from "./actor.ts";
import { checkCsrf, formsNeedSignIn } from "./csrf.ts";
import { createErrorPages, createNotFound } from "./errors.ts";
import { addHealth } from "./health.ts";
import { addMetrics } from "./metrics.ts";
import { createWeb } from "./page.ts";
import { addPages } from "./pages/index.ts";
import { createSecurityHeaders } from "./security.ts";
import { createSessions } from "./session.ts";
import { addBackChannelLogout } from "./sign-in/back-channel.ts";
import { addSignIn } from "./sign-in/routes.ts";
import { addTheme } from "./theme.ts";
import { createViewEngine } from "./views.ts";
import { addWebhook } from "./webhook.ts";

export type WebOptions = {
  core: Core;
  config: Config;
  /** Where sessions are kept. */
  sessionStore: SessionStore;
  /** SECRET_KEY; a key of its own is derived from it for cookies. */
  secretKey: string;
  oidc: { issuer: string; clientId: string; clientSecret: string };
  log: Log;
};

const root = resolve(import.meta.dirname, "../..");

/** Builds the pages of the portal. Makes no request and opens no socket by itself. */
export function createApp(options: WebOptions): Express {
  const { core, config, log, oidc } = options;
  const secure = config.PUBLIC_URL.startsWith("https:");
  const app = express();
  const web = createWeb(app, core, config, log);

  app.disable("x-powered-by");
  // Nothing that would be kept by it: pages are not stored, and files have their own.
  app.disable("etag");
  app.set("trust proxy", config.TRUST_PROXY);
  app.set("query parser", "simple");
  app.set("views", resolve(root, "views"));
  app.engine("ejs", createViewEngine());
  app.set("view engine", "ejs");
  app.enable("view cache");

  app.use(createSecurityHeaders(new URL(oidc.issuer).origin, secure));
  addHealth(web);
  addMetrics(web);
  addTheme(web);
  app.use("/public", express.static(resolve(root, "public"), { maxAge: "10m", index: false, redirect: false }));
  app.use((_request, response, next) => {
    // Pages tell of persons and of the moment.
    response.set("Cache-Control", "no-store");
    next();
  });
  addBackChannelLogout(web, oidc);
  addWebhook(web);
  app.use(createSessions(options.sessionStore, options.secretKey, secure));
  app.use(createActorReader(core));
  app.use(formsNeedSignIn);
  app.use(express.urlencoded({ extended: false, limit: "256kb", parameterLimit: 1000 }));
  app.use(checkCsrf);
  addSignIn(web, oidc);
  // The stand-in has its pages elsewhere than Authentik.
  addPages(web, `${new URL(oidc.issuer).origin}${config.tryOut ? "/" : "/if/user/"}`);
  app.use(createNotFound());
  app.use(createErrorPages(web));
  return app;
}
