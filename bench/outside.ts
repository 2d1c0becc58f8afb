import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { EmbeddedAuthentik } from "../src/embedded-authentik/start.ts";
import { Browser } from "../test/support/browser.ts";
import { signIn } from "../test/support/stand-in.ts";

type Started = {
  authentik: Pick<EmbeddedAuthentik, "url" | "apiToken" | "portal">;
  superuserToken: string;
  cluster: { url: string; token: string };
};

export const secretKey = "a-secret-key-of-32-characters-or-more";

export type Outside = Started & {
  /** Lets the cluster's controllers work. */
  start(): void;
  /** Requests to the cluster since it was last asked. */
  requests(): Promise<number>;
  idOf(username: string): Promise<string>;
  /** Writes a kubeconfig into the folder and returns settings for a portal that keeps its data there. */
  settings(folder: string, port: number): Promise<Record<string, string>>;
  /** Signs in at the portal and returns the cookies as a header. */
  cookieOf(portalUrl: string, username: string): Promise<string>;
  close(): void;
};

/**
 * Starts what a portal needs around it.
 * @param portalUrl where the portal will be
 * @param idle whether controllers of the cluster do nothing, as where nothing changes
 */
export async function startOutside(portalUrl: string, idle: boolean): Promise<Outside> {
  const children = [
    fork(resolve(import.meta.dirname, "authentik-process.ts"), [portalUrl]),
    fork(resolve(import.meta.dirname, "cluster-process.ts"), [idle ? "idle" : "busy"]),
  ] as const;
  const [, child] = children;
  const said = await Promise.all(
    children.map(async (each) => ((await once(each, "message")) as [Partial<Started>])[0]),
  );
  const started = Object.assign({}, ...said) as Started;
  const { authentik, cluster } = started;
  return {
    ...started,
    start: () => void child.send("start"),
    async requests() {
      child.send("count");
      const [{ requests }] = (await once(child, "message")) as [{ requests: number }];
      return requests;
    },
    async idOf(username) {
      const users = await fetch(`${authentik.url}/api/v3/core/users/?username=${username}`, {
        headers: { authorization: `Bearer ${started.superuserToken}` },
      });
      const { results } = (await users.json()) as { results: { uuid: string }[] };
      return results[0]?.uuid ?? assert.fail(`no ${username}`);
    },
    async settings(folder, port) {
      const kubeconfig = join(folder, "kubeconfig");
      const config = {
        "current-context": "bench",
        clusters: [{ name: "bench", cluster: { server: cluster.url, "insecure-skip-tls-verify": true } }],
        users: [{ name: "portal", user: { token: cluster.token } }],
        contexts: [{ name: "bench", context: { cluster: "bench", user: "portal" } }],
      };
      await writeFile(kubeconfig, JSON.stringify(config), { mode: 0o600 });
      return {
        PORT: String(port),
        // What browsers would be sent to; both portals of a run are signed in at through the same stand-in.
        PUBLIC_URL: portalUrl,
        DATA_DIR: folder,
        SECRET_KEY: secretKey,
        AUTHENTIK_URL: authentik.url,
        AUTHENTIK_TOKEN: authentik.apiToken,
        OIDC_CLIENT_ID: authentik.portal.clientId,
        OIDC_CLIENT_SECRET: authentik.portal.clientSecret,
        HUB_BACKEND: "kubernetes",
        HUB_DOMAIN: "hubs.invalid",
        KUBECONFIG: kubeconfig,
      };
    },
    async cookieOf(url, username) {
      const browser = new Browser();
      await signInAtPortal(url, authentik, browser, username);
      return browser.cookieHeader(url);
    },
    close() {
      for (const each of children) each.disconnect();
    },
  };
}

/** Signs a browser in at a portal, also at one whose PUBLIC_URL is another one's. */
export async function signInAtPortal(
  url: string,
  authentik: Pick<EmbeddedAuthentik, "url">,
  browser: Browser,
  username: string,
): Promise<void> {
  const toAuthentik = (await browser.open(`${url}/sign-in`)).location ?? assert.fail("not sent to Authentik");
  const { location } = await browser.open(await signIn(authentik, browser, username, toAuthentik));
  const back = new URL(location ?? assert.fail("not sent back"));
  const { status } = await browser.open(`${url}${back.pathname}${back.search}`);
  assert.equal(status, 303, "signed in");
}
