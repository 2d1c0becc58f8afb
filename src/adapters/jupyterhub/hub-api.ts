import { z } from "zod";
import { Unavailable } from "../../domain/errors.ts";
import type { HubApi, HubApiRef, RunningServer } from "../../ports/hub-api.ts";
import type { Log } from "../../ports/log.ts";

export type HubApiOptions = {
  log: Log;
  /** Milliseconds for one request. */
  timeoutMs?: number;
  /** Milliseconds between looks while a server stops. */
  lookAgainMs?: number;
  fetch?: typeof fetch;
};

const stopWithinMs = 30_000;

const moment = z
  .string()
  .nullish()
  .transform((text) => (text ? new Date(text) : null));

const userList = z.object({
  items: z.array(
    z.object({
      name: z.string(),
      servers: z
        .record(
          z.string(),
          z.object({
            started: moment,
            last_activity: moment,
            ready: z.boolean(),
            pending: z.string().nullish(),
          }),
        )
        .default({}),
    }),
  ),
  _pagination: z.object({ next: z.object({ url: z.string() }).nullable() }),
});

/** JupyterHub's REST API (shared/reference/jupyterhub-rest-api.yml), for JupyterHub 5. */
export function createHubApi(options: HubApiOptions): HubApi {
  const { log, timeoutMs = 15_000, lookAgainMs = 250 } = options;

  /** One request; tried again once or twice when the connection breaks, since all of them may be repeated. */
  const call = async (hub: HubApiRef, method: string, path: string, accepted: readonly number[]): Promise<Response> => {
    for (let attempt = 1; ; attempt++) {
      const response = await ask(hub, method, path);
      if (response !== null && accepted.includes(response.status)) return response;
      const busy = response === null || response.status === 429 || response.status >= 500;
      if (busy && attempt < 3) {
        await response?.body?.cancel();
        await new Promise((resolve) => setTimeout(resolve, attempt * lookAgainMs));
        continue;
      }
      const answer = response === null ? "does not answer" : `answered ${response.status}`;
      log.warn({ method, path, status: response?.status ?? null }, "a hub did not do what was asked");
      throw new Unavailable(`The hub ${answer} (${method} ${path}).`, { transient: busy });
    }
  };
  const ask = async (hub: HubApiRef, method: string, path: string): Promise<Response | null> => {
    try {
      return await (options.fetch ?? fetch)(`${hub.apiUrl}${path}`, {
        method,
        headers: {
          authorization: `token ${hub.apiToken}`,
          accept: "application/jupyterhub-pagination+json",
        },
        signal: AbortSignal.timeout(timeoutMs),
        redirect: "error",
      });
    } catch {
      // Refused, cut off or too slow: to the caller all the same, and the error may name the token's header.
      return null;
    }
  };
  const userPath = (username: string) => `/users/${encodeURIComponent(username.toLowerCase())}`;
  const stopServer = async (hub: HubApiRef, username: string) => {
    const end = Date.now() + stopWithinMs;
    // 202: it is stopping; asking again is how to learn when it has (404 for an unknown user, 204 when none runs).
    for (;;) {
      const { status } = await call(hub, "DELETE", `${userPath(username)}/server`, [202, 204, 400, 404]);
      if (status === 204 || status === 404) return;
      if (Date.now() > end) throw new Unavailable("The hub takes too long to stop a server.");
      await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
    }
  };

  return {
    async runningServers(hub) {
      const servers: RunningServer[] = [];
      let path: string | null = "/users?state=active&limit=200";
      while (path !== null) {
        const response = await call(hub, "GET", path, [200]);
        const read = userList.safeParse(await response.json().catch(() => null));
        if (!read.success) throw new Unavailable("The hub's list of users could not be read.", { transient: false });
        for (const { name, servers: own } of read.data.items) {
          const server = own[""];
          if (server === undefined) continue;
          const { started, last_activity, ready } = server;
          // The words of the API; a check of whether a server is still there counts as nothing.
          const pending = server.pending === "spawn" ? "starting" : server.pending === "stop" ? "stopping" : null;
          servers.push({ username: name, startedAt: started, lastActivity: last_activity, ready, pending });
        }
        const next: string | undefined = read.data._pagination.next?.url;
        // The hub gives an address of its own; only what follows the API's base is used.
        path = next === undefined ? null : `/users${new URL(next, hub.apiUrl).search}`;
      }
      return servers;
    },
    async startServer(hub, username) {
      // Our own handler (jupyterhub_config.py): the user may never have signed in.
      await call(hub, "POST", `/portal${userPath(username)}`, [204]);
      // 400: it runs or starts already.
      await call(hub, "POST", `${userPath(username)}/server`, [201, 202, 400]);
    },
    stopServer,
    async askToStop(hub, username) {
      await call(hub, "DELETE", `${userPath(username)}/server`, [202, 204, 400, 404]);
    },
    async endSession(hub, username) {
      await stopServer(hub, username);
      // Deleting the hub user ends every session at once; home folders are kept (facts: jupyterhub-kubernetes §2).
      await call(hub, "DELETE", userPath(username), [204, 404]);
    },
  };
}
