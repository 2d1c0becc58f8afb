import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { configMark, findProcesses, type HubProcess, hubMark } from "./find-processes.ts";

/** How long processes may take to end by themselves before they are killed. */
const patienceMs = 10_000;
const maxLogBytes = 2 * 2 ** 20;

export type HubStart = {
  python: string;
  /** Path of jupyterhub_config.py. */
  config: string;
  /** Path of the JSON file that it reads. */
  configFile: string;
  folder: string;
  hubId: string;
  configHash: string;
};

/** Starts a JupyterHub that outlives this process. Nothing secret is in its command line or environment. */
export function startHub(start: HubStart): void {
  const log = openSync(join(start.folder, "hub.log"), "w", 0o600);
  const child = spawn(start.python, ["-m", "jupyterhub", "-f", start.config], {
    cwd: start.folder,
    detached: true,
    stdio: ["ignore", log, log],
    // Its own environment, so that it inherits no setting, and no secret, of the portal.
    env: {
      PATH: [dirname(start.python), process.env.PATH ?? ""].join(delimiter),
      HOME: join(start.folder, "homes"),
      LANG: process.env.LANG ?? "C.UTF-8",
      PYTHONUNBUFFERED: "1",
      JHAAS_HUB_CONFIG: start.configFile,
      [hubMark]: start.hubId,
      [configMark]: start.configHash,
    },
  });
  // A program that cannot be started shows as a hub that is not there, with nothing in its log.
  child.once("error", () => {});
  child.unref();
  closeSync(log);
}

/** Writes a file that only this account can read, whole or not at all. */
export async function writePrivate(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/**
 * One look at processes that are to end: asks them the first time, kills them when they take too long. Since when they
 * were asked is kept in the hub's folder, so it may be called again by another portal.
 * @returns whether all have ended
 */
export async function askToStop(processes: readonly HubProcess[], folder: string): Promise<boolean> {
  const note = join(folder, "stopping");
  if (processes.length === 0) {
    await rm(note, { force: true });
    return true;
  }
  const asked = await stat(note).catch(() => null);
  if (asked === null) {
    await writeFile(note, "").catch(() => {});
    signalHub(processes, "SIGTERM");
  } else if (Date.now() - asked.mtimeMs > patienceMs) {
    for (const { pid } of processes) signal(pid, "SIGKILL");
  }
  return false;
}

/**
 * Ends processes of hubs: asks first, kills what is left after `withinMs`.
 * @param concerned which of them; those that hubs start meanwhile included
 */
export async function stopWithin(
  processes: readonly HubProcess[],
  withinMs: number,
  concerned: (process: HubProcess) => boolean = () => true,
): Promise<void> {
  const hubIds = new Set(processes.map((process) => process.hubId));
  const left = async () => (await findProcesses()).filter((one) => hubIds.has(one.hubId) && concerned(one));
  const asked = processes.filter(concerned);
  if (asked.length === 0) return;
  signalHub(asked, "SIGTERM");
  for (const end = Date.now() + withinMs; Date.now() < end; ) {
    if ((await left()).length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  for (const { pid } of await left()) signal(pid, "SIGKILL");
}

/** A hub ends its proxy and its culler itself; where there is no hub any more, they are asked one by one. */
function signalHub(processes: readonly HubProcess[], name: NodeJS.Signals): void {
  const withHub = new Set(processes.filter((each) => each.configHash !== null).map((each) => each.hubId));
  for (const { pid, hubId, configHash, server } of processes) {
    if (server || configHash !== null || !withHub.has(hubId)) signal(pid, name);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended already.
  }
}

/**
 * The last line in a hub's log that says what went wrong.
 * @returns null when the hub was never started, or was taken down
 */
export async function lastWords(folder: string): Promise<string | null> {
  const configured = await stat(join(folder, "hub.json")).catch(() => null);
  if (configured === null) return null;
  const text = await readEnd(join(folder, "hub.log")).catch(() => "");
  // What the proxy says is of single requests: it has an error for each look at a hub that is not there.
  const lines = text.split("\n").filter((line) => line.trim() !== "" && !line.includes("[ConfigProxy]"));
  const telling = lines.findLast((line) => /error|exception|critical|address already in use/i.test(line));
  return (telling ?? lines.at(-1) ?? "none").trim().slice(0, 300);
}

async function readEnd(file: string): Promise<string> {
  const { size } = await stat(file);
  if (size <= maxLogBytes) return readFile(file, "utf8");
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(65_536), 0, 65_536, size - 65_536);
    return buffer.subarray(0, bytesRead).toString("utf8");
  } finally {
    await handle.close();
  }
}
