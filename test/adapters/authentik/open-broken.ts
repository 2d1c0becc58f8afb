import type { TestContext } from "node:test";
import { type AuthentikOptions, createAuthentikIdentity } from "../../../src/adapters/authentik/identity.ts";
import { startEmbeddedAuthentik } from "../../../src/embedded-authentik/start.ts";
import type { Version } from "../../../src/embedded-authentik/versions.ts";
import type { Identity, IdentityHub } from "../../../src/ports/identity.ts";
import { makeHub } from "../../contract/authentik/world.ts";
import { type FaultyProxy, startFaultyProxy } from "./faulty-proxy.ts";

export type LogLine = { level: string; fields: Record<string, unknown>; message: string };

export type Broken = {
  /** Through the proxy. */
  identity: Identity;
  /** Past the proxy: nothing goes wrong here. */
  direct: Identity;
  proxy: FaultyProxy;
  hub: IdentityHub;
  token: string;
  superuserToken: string;
  url: string;
  logged: LogLine[];
};

/** A stand-in behind a proxy that breaks things, and the adapter in front of it. */
export async function openBroken(
  test: TestContext,
  more: { version?: Version; timeout?: number; attempts?: number; token?: string } = {},
): Promise<Broken> {
  const standIn = await startEmbeddedAuthentik({
    dataFile: ":memory:",
    port: 0,
    ...(more.version ? { version: more.version } : {}),
  });
  const proxy = await startFaultyProxy(standIn.url);
  test.after(async () => {
    await proxy.close();
    await standIn.close();
  });
  const logged: LogLine[] = [];
  const logAs = (level: string) => (fields: Record<string, unknown>, message: string) =>
    void logged.push({ level, fields, message });
  const options: AuthentikOptions = {
    url: proxy.url,
    token: more.token ?? standIn.apiToken,
    parentGroup: "jupyterhubs",
    teacherGroup: "portal-leaders",
    governanceGroup: "portal-admins",
    publicUrl: "https://portal.example.org",
    log: { debug: logAs("debug"), info: logAs("info"), warn: logAs("warn"), error: logAs("error") },
    timings: { firstPause: 1, longestPause: 50, timeout: more.timeout ?? 5_000, attempts: more.attempts ?? 3 },
  };
  return {
    identity: createAuthentikIdentity(options),
    direct: createAuthentikIdentity({ ...options, url: standIn.url, token: standIn.apiToken }),
    proxy,
    hub: makeHub(),
    token: standIn.apiToken,
    superuserToken: standIn.superuserToken,
    url: standIn.url,
    logged,
  };
}
