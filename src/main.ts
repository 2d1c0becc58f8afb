import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import { join } from "node:path";
import type { Express } from "express";
import { type Connections, compose } from "./compose.ts";
import { type Config, ConfigFault, readConfig } from "./config/read-config.ts";
import { demoPassword, demoPeople } from "./embedded-authentik/demo-people.ts";
import type { EmbeddedAuthentik } from "./embedded-authentik/start.ts";
import { paths } from "./web/paths.ts";

/** How long requests and jobs that are under way may take to end, before the process ends anyway. */
const stopWithinMs = 25_000;

/** Starts the portal: settings, stand-in for Authentik when none is set, database, pages, jobs. Stops on SIGTERM. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  mkdirSync(config.DATA_DIR, { recursive: true, mode: 0o700 });
  const embedded = config.tryOut ? await startStandIn(config) : null;
  const portal = await compose(config, connectionsOf(config, embedded));
  const server = await listen(portal.app, config);

  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) return;
    stopping = true;
    portal.log.info({ signal }, "stopping");
    setTimeout(() => process.exit(1), stopWithinMs).unref();
    await new Promise<void>((done) => {
      server.close(() => done());
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), stopWithinMs / 5).unref();
    });
    await portal.stop();
    await embedded?.close();
    process.exit(0);
  };
  process.on("SIGTERM", () => void stop("SIGTERM"));
  process.on("SIGINT", () => void stop("SIGINT"));

  await portal.startJobs();
  if (embedded !== null) console.log(tryOutText(config));
  else portal.log.info({ url: config.PUBLIC_URL }, "the portal is up");
}

async function startStandIn(config: Config): Promise<EmbeddedAuthentik> {
  // Loaded only where it runs.
  const { startEmbeddedAuthentik } = await import("./embedded-authentik/start.ts");
  return startEmbeddedAuthentik({
    dataFile: join(config.DATA_DIR, "authentik.sqlite"),
    port: config.EMBEDDED_AUTHENTIK_PORT,
    seed: {
      portalUrl: config.PUBLIC_URL,
      portalLogoutUri: config.PUBLIC_URL + paths.backChannelLogout,
      applicationSlug: config.AUTHENTIK_APPLICATION_SLUG,
      parentGroup: config.AUTHENTIK_PARENT_GROUP,
      teacherGroup: config.TEACHER_GROUP,
      governanceGroup: config.GOVERNANCE_GROUP,
      showPeople: true,
    },
  });
}

function connectionsOf(config: Config, embedded: EmbeddedAuthentik | null): Connections {
  const secretKey = config.SECRET_KEY ?? keptSecretKey(config.DATA_DIR);
  if (embedded !== null) {
    const { issuer, clientId, clientSecret } = embedded.portal;
    return {
      secretKey,
      authentik: { url: embedded.url, token: embedded.apiToken },
      oidc: { issuer, clientId, clientSecret },
    };
  }
  const url = (config.AUTHENTIK_URL ?? "").replace(/\/+$/, "");
  return {
    secretKey,
    authentik: { url, token: config.AUTHENTIK_TOKEN ?? "" },
    oidc: {
      issuer: `${url}/application/o/${config.AUTHENTIK_APPLICATION_SLUG}/`,
      clientId: config.OIDC_CLIENT_ID ?? "",
      clientSecret: config.OIDC_CLIENT_SECRET ?? "",
    },
  };
}

/** Outside production a key is made once, and kept beside the data that it protects. */
function keptSecretKey(dataDir: string): string {
  const file = join(dataDir, "secret-key");
  try {
    writeFileSync(file, randomBytes(48).toString("base64url"), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  return readFileSync(file, "utf8").trim();
}

function listen(app: Express, config: Config): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = app.listen(config.PORT, config.HOST, (error?: Error) => {
      if (error === undefined) resolve(server);
      else reject(error);
    });
  });
}

function tryOutText(config: Config): string {
  const people = demoPeople({ teachers: config.TEACHER_GROUP, governance: config.GOVERNANCE_GROUP });
  const width = Math.max(...people.map((person) => person.username.length));
  const part = (groups: readonly string[]) => {
    if (groups.includes(config.GOVERNANCE_GROUP)) return "decides";
    return groups.includes(config.TEACHER_GROUP) ? "requests hubs" : "takes part";
  };
  const local = config.HUB_BACKEND === "local";
  const isolation = local ? "; hubs are not isolated from one another" : "";
  const wait =
    local && config.LOCAL_PYTHON_ENV === undefined
      ? "The first hub takes a few minutes, because JupyterHub is installed first. "
      : "";
  return [
    "",
    `  JHaaS portal, to try out. Everything is kept in the folder data${isolation}.`,
    "",
    `  Open ${config.PUBLIC_URL} and sign in with password "${demoPassword}" as`,
    ...people.map((person) => `    ${person.username.padEnd(width)}  ${person.name}, ${part(person.groups)}`),
    "",
    `  ${wait}Stop with Ctrl+C.`,
    "",
  ].join("\n");
}

try {
  await main();
} catch (error) {
  if (error instanceof ConfigFault) console.error(error.message);
  else if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
    console.error(`${error.message}. Is the portal running already? PORT and EMBEDDED_AUTHENTIK_PORT choose others.`);
  } else console.error(error);
  process.exit(1);
}
