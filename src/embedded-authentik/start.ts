import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import express, { type NextFunction, type Request, type Response } from "express";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import { serveApi } from "./api/serve-api.ts";
import { rightsUsed } from "./enforce-rights.ts";
import { serveOidc } from "./oidc/serve-oidc.ts";
import { faultPage } from "./pages/fault-page.ts";
import { sendPage } from "./pages/send-page.ts";
import { servePages } from "./pages/serve-pages.ts";
import { plantSeed, presetSeed, type Seed, serviceAccount, shownPeople, superuserAccount } from "./seed.ts";
import { openStore, type Store } from "./store/open-store.ts";
import { newestVersion, traitsOf, type Version } from "./versions.ts";
import type { World } from "./world.ts";

export type EmbeddedAuthentikOptions = {
  /** Path of the SQLite file, or ":memory:". Deleting the file is a fresh start. */
  dataFile: string;
  /** 0 takes any free port. */
  port: number;
  /** Address to listen on; preset 127.0.0.1. */
  host?: string;
  /** Address as browsers and servers see it; preset `http://localhost:<port>`. */
  publicUrl?: string;
  /** Release to behave like; preset the newest. */
  version?: Version;
  seed?: Seed;
  clock?: Clock;
  log?: Log;
};

export type EmbeddedAuthentik = {
  /** Public address without a trailing slash. */
  url: string;
  port: number;
  /** API token of the portal's service account. */
  apiToken: string;
  /** API token of a superuser, for tests. */
  superuserToken: string;
  /** The portal's own provider and application. */
  portal: { clientId: string; clientSecret: string; issuer: string; applicationSlug: string };
  /** Rights that let calls of the service account through so far, for tests: `everywhere <right>`, `object <right>`. */
  rightsUsed(): string[];
  close(): Promise<void>;
};

/**
 * Starts the stand-in for Authentik: sign-in, OpenID Connect and the part of API v3 that the portal uses. For trying
 * out and for tests only.
 * @throws when NODE_ENV is `production`, the port is taken or the file is not usable
 */
export async function startEmbeddedAuthentik(options: EmbeddedAuthentikOptions): Promise<EmbeddedAuthentik> {
  if (process.env.NODE_ENV === "production") {
    throw new Error("The embedded stand-in for Authentik is for trying out and refuses to run in production.");
  }
  const clock = options.clock ?? { now: () => new Date() };
  const log = options.log ?? silent;
  const traits = traitsOf(options.version ?? newestVersion);
  const seed = options.seed ?? {};
  const store = await openStore(options.dataFile);
  let server: Server;
  try {
    plantSeed(store, traits, seed, clock.now());
    await store.save();
    server = await listen(options.port, options.host ?? "127.0.0.1");
  } catch (error) {
    await store.close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  const url = (options.publicUrl ?? `http://localhost:${port}`).replace(/\/+$/, "");
  const stopping = new AbortController();
  const world: World = {
    store,
    traits,
    publicUrl: url,
    clock,
    log,
    stopping: stopping.signal,
    shownPeople: shownPeople(seed),
  };
  server.on("request", makeApp(world));

  const applicationSlug = seed.applicationSlug ?? presetSeed.applicationSlug;
  const provider = store.providers.find((known) => known.name === applicationSlug);
  if (!provider) throw new Error("The portal's own provider is missing from the stand-in's data.");
  return {
    url,
    port,
    apiToken: tokenOf(store, "hub-portal-api"),
    superuserToken: tokenOf(store, `${superuserAccount}-api`),
    portal: {
      clientId: provider.clientId,
      clientSecret: provider.clientSecret,
      issuer: `${url}/application/o/${applicationSlug}/`,
      applicationSlug,
    },
    rightsUsed: () => rightsUsed(store, serviceAccount),
    async close() {
      stopping.abort();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await store.close();
    },
  };
}

const tokenOf = (store: Store, id: string) => store.apiTokens.get(id)?.key ?? "";

function makeApp(world: World): express.Express {
  const app = express();
  app.disable("x-powered-by");
  app.set("etag", false);
  app.use("/api/v3", serveApi(world));
  app.use(serveOidc(world));
  app.use(servePages(world));
  app.use((_request: Request, response: Response) => {
    sendPage(response, 404, faultPage("Not Found", "There is no such page."));
  });
  app.use((error: unknown, request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) return next(error);
    const status = refusalOf(error);
    if (status !== undefined) {
      sendPage(response, status, faultPage("Bad Request", "This request cannot be read."));
      return;
    }
    world.log.error(
      { path: request.path, fault: error instanceof Error ? (error.stack ?? String(error)) : String(error) },
      "the stand-in for Authentik failed",
    );
    response.status(500).json({ detail: "Server Error" });
  });
  return app;
}

/** The status of a request that Express could not read, such as a broken address or a body that is too large. */
function refusalOf(error: unknown): number | undefined {
  if (error instanceof URIError) return 400;
  const status = typeof error === "object" && error !== null && "status" in error ? error.status : undefined;
  return typeof status === "number" && status >= 400 && status < 500 ? status : undefined;
}

function listen(port: number, host: string): Promise<Server> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve(server);
    });
  });
}

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
