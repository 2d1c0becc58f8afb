import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { connect } from "../../src/adapters/db/connect.ts";
import { callApi } from "../contract/authentik/world.ts";
import { freePorts } from "./free-ports.ts";
import { type PortalProcess, startPortal, untilReady } from "./portal-process.ts";

const shiftClock = resolve(import.meta.dirname, "shift-clock.ts");
const hubs = 4;

export type TryOut = {
  /** The portal's address, without a trailing slash. */
  url: string;
  /** The stand-in's address, without a trailing slash. */
  authentikUrl: string;
  dataDir: string;
  /** The process that runs now. */
  portal(): PortalProcess;
  /** Kills the portal, the hard way, and starts it on the same folder with its clock this many days ahead. */
  restartDaysAhead(days: number): Promise<void>;
  /** Calls the API of the stand-in as a superuser. */
  authentik<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** Stops the portal, and with it its hubs; forgets its folder. */
  close(): Promise<void>;
};

/**
 * The portal as somebody has it who tries it out: `npm start`, a folder with nothing in it, the stand-in for Authentik,
 * hubs on this machine.
 * @param given settings beside ports and folder
 */
export async function openTryOut(given: Record<string, string> = {}): Promise<TryOut> {
  const dataDir = await mkdtemp(join(tmpdir(), "jhaas-try-out-"));
  const port = await freePorts(2 + 3 * hubs);
  const env = {
    PORT: String(port),
    EMBEDDED_AUTHENTIK_PORT: String(port + 1),
    LOCAL_PORT_BASE: String(port + 2),
    DATA_DIR: dataDir,
    ...given,
  };
  const authentikUrl = `http://localhost:${port + 1}`;
  let portal = startPortal(env, "npm");
  const close = async () => {
    await portal.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await untilReady(portal);
  } catch (error) {
    await close();
    throw error;
  }
  const token = await superuserToken(join(dataDir, "authentik.sqlite"));
  return {
    url: portal.url,
    authentikUrl,
    dataDir,
    portal: () => portal,
    async restartDaysAhead(days) {
      await portal.kill();
      portal = startPortal({ ...env, CLOCK_AHEAD_DAYS: String(days) }, ["--import", shiftClock]);
      await untilReady(portal);
    },
    async authentik(method, path, body) {
      const answer = await callApi(authentikUrl, token, method, path, body);
      if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return answer.body;
    },
    close,
  };
}

/** The stand-in makes its tokens itself, and tells them nobody but the portal. */
async function superuserToken(file: string): Promise<string> {
  const database = connect(file);
  try {
    const row: { body: string } = await database("documents").where({ kind: "api-token", id: "akadmin-api" }).first();
    return JSON.parse(row.body).key;
  } finally {
    await database.destroy();
  }
}
