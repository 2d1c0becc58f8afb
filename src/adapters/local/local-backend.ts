import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { HubAddress, HubBackend, HubKey, HubSpec } from "../../ports/hub-backend.ts";
import type { Log } from "../../ports/log.ts";
import { type HubPlacement, hubConfigOf } from "../jupyterhub/hub-config.ts";
import { findProcesses, type HubProcess, hubMark, serverMark } from "./find-processes.ts";
import type { HubPorts, PortBook } from "./port-book.ts";
import { createPythonEnv } from "./python-env.ts";
import { askToStop, lastWords, startHub, stopWithin, writePrivate } from "./run-hub.ts";

export type LocalBackendOptions = {
  /** Setting DATA_DIR: hubs live in `hubs/<id>`, Python in `python`. */
  dataDir: string;
  /** Setting PYTHON. */
  python: string;
  /** Setting LOCAL_PYTHON_ENV. */
  pythonEnv?: string | undefined;
  ports: PortBook;
  log: Log;
};

const jupyterHubConfig = resolve(import.meta.dirname, "../jupyterhub/jupyterhub_config.py");
const proxy = resolve(import.meta.dirname, "../../../node_modules/configurable-http-proxy/bin/configurable-http-proxy");
const healthWithinMs = 2000;

/**
 * Hubs on this machine, for trying out and for tests: each a real JupyterHub as a process of its own, which outlives
 * the portal. All hubs and their users run as the same account: they are not isolated from one another.
 *
 * What runs is read from the processes themselves (find-processes.ts), so a portal that was killed finds its hubs again.
 */
export function createLocalBackend(options: LocalBackendOptions): HubBackend {
  const { ports, log } = options;
  const hubsFolder = resolve(options.dataDir, "hubs");
  const python = createPythonEnv({
    folder: resolve(options.dataDir, "python"),
    python: options.python,
    given: options.pythonEnv,
    log,
  });
  const folderOf = (hubId: string) => join(hubsFolder, hubId);
  const configFileOf = (hubId: string) => join(folderOf(hubId), "hub.json");
  const processesOf = async (hubId: string) => (await findProcesses()).filter((process) => process.hubId === hubId);

  const address = async (hub: HubKey): Promise<HubAddress> => {
    const taken = await ports.portsOf(hub.id);
    // Browsers resolve *.localhost by themselves, so each hub is an origin of its own and cookies never mix.
    const url = `http://${hub.slug}.localhost:${taken.public}/`;
    return { url, callbackUrl: `${url}hub/oauth_callback`, apiUrl: `http://127.0.0.1:${taken.hub}/hub/api` };
  };
  /** The hub's configuration as text, and a hash of all that it runs with. */
  const configOf = async (spec: HubSpec) => {
    const taken = await ports.portsOf(spec.id);
    const { callbackUrl } = await address(spec);
    const text = JSON.stringify(hubConfigOf(spec, placementOf(taken, callbackUrl, folderOf(spec.id))), null, 1);
    const hash = createHash("sha256")
      .update(text)
      .update(await readFile(jupyterHubConfig));
    return { text, hash: hash.digest("hex") };
  };
  const runs = (processes: readonly HubProcess[], hash: string) =>
    processes.some((process) => process.configHash === hash);

  return {
    name: "local",
    // The port is chosen when the hub is deployed.
    addressPattern: "http://SLUG.localhost:…/",
    readiness: () => python.readiness(),
    address,

    async apply(spec) {
      const { text, hash } = await configOf(spec);
      const processes = await processesOf(spec.id);
      if (runs(processes, hash)) return;
      const folder = folderOf(spec.id);
      const redeployed = await isRedeployed(configFileOf(spec.id), spec.redeployedAt);
      // With another configuration, or without its hub: also a proxy that would hold the port goes. Its users' servers
      // stay, unless everything is to be set up anew.
      await stopWithin(processes, 10_000, ({ server }) => redeployed || !server);
      await mkdir(join(folder, "homes"), { recursive: true, mode: 0o700 });
      if (redeployed) await forgetHub(folder);
      await writePrivate(configFileOf(spec.id), text);
      startHub({
        python: python.python(),
        config: jupyterHubConfig,
        configFile: configFileOf(spec.id),
        folder,
        hubId: spec.id,
        configHash: hash,
      });
      log.info({ hub: spec.id, slug: spec.slug }, "a hub was started on this machine");
    },

    async observe(spec) {
      const { hash } = await configOf(spec);
      const processes = await processesOf(spec.id);
      if (!runs(processes, hash)) {
        const words = await lastWords(folderOf(spec.id));
        if (words === null) return { state: "absent" };
        return { state: "broken", reason: `JupyterHub ended. Its last words: ${words}` };
      }
      const taken = await ports.portsOf(spec.id);
      const healthy = await answers(`http://127.0.0.1:${taken.public}/hub/health`);
      return healthy ? { state: "healthy" } : { state: "starting", progress: "JupyterHub is starting" };
    },

    async drifted(specs) {
      const processes = await findProcesses();
      const drifted: string[] = [];
      for (const spec of specs) {
        const own = processes.filter((process) => process.hubId === spec.id);
        if (!runs(own, (await configOf(spec)).hash)) drifted.push(spec.id);
      }
      return drifted;
    },

    async strays(known) {
      const ids = new Set(known.map(({ id }) => id));
      const found = (await readdir(hubsFolder).catch(() => [])).filter((name) => !ids.has(name));
      const strays = found.map(async (name) => {
        const made = await stat(join(hubsFolder, name)).catch(() => null);
        return { where: join(hubsFolder, name), slug: "", name: "", since: made?.birthtime ?? null };
      });
      return Promise.all(strays);
    },

    async remove(hub) {
      const gone = await askToStop(await processesOf(hub.id), folderOf(hub.id));
      if (gone) await forgetHub(folderOf(hub.id));
      return gone;
    },

    async eraseData(hub) {
      if (!(await askToStop(await processesOf(hub.id), folderOf(hub.id)))) return false;
      await rm(folderOf(hub.id), { recursive: true, force: true });
      await ports.forget(hub.id);
      return true;
    },

    async close() {
      // Only hubs of this portal: another one on this machine has other folders.
      const own = new Set(await readdir(hubsFolder).catch(() => []));
      await stopWithin(
        (await findProcesses()).filter((process) => own.has(process.hubId)),
        10_000,
      );
    },
  };
}

function placementOf(taken: HubPorts, callbackUrl: string, folder: string): HubPlacement {
  return {
    callbackUrl,
    baseUrl: "/",
    addresses: {
      bindUrl: `http://127.0.0.1:${taken.public}/`,
      hubBindUrl: `http://127.0.0.1:${taken.hub}`,
      hubConnectUrl: null,
      proxyApiUrl: `http://127.0.0.1:${taken.proxyApi}`,
    },
    culling: { idleSeconds: 3600, everySeconds: 300, maxAgeSeconds: 12 * 3600 },
    startTimeoutSeconds: 120,
    concurrentStarts: 8,
    place: { kind: "local", folder, proxyCommand: [process.execPath, proxy], keepEnvironment: [hubMark], serverMark },
  };
}

/** Whether a redeployment was asked for since the hub was last set up. */
async function isRedeployed(configFile: string, redeployedAt: string | null): Promise<boolean> {
  try {
    const before: { hub: { redeployedAt: string | null } } = JSON.parse(await readFile(configFile, "utf8"));
    return before.hub.redeployedAt !== redeployedAt;
  } catch {
    return false; // There is none, or only half of one: nothing to forget.
  }
}

/** Removes everything of a hub but the home folders. */
async function forgetHub(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (name !== "homes") await rm(join(folder, name), { recursive: true, force: true });
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(healthWithinMs), redirect: "error" });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
