import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";

/** Environment variables that mark every process of a hub. They outlive the portal, and no pid file can go stale. */
export const hubMark = "JHAAS_HUB_ID";
/** Only the hub itself has this one: the hash of the configuration it runs with. */
export const configMark = "JHAAS_CONFIG_HASH";
/** Servers of a hub's users have this one, and whatever runs in them; jupyterhub_config.py sets it. */
export const serverMark = "JHAAS_USER_SERVER";

export type HubProcess = {
  pid: number;
  hubId: string;
  /** Configuration of the JupyterHub process; null for its proxy and the servers of its users. */
  configHash: string | null;
  /** Whether it is, or belongs to, the server of one of its users. */
  server: boolean;
};

const run = promisify(execFile);

/** Finds all processes of local hubs by their marks. Processes of other users of this machine are not seen. */
export async function findProcesses(): Promise<HubProcess[]> {
  const environments = existsSync("/proc/self/environ") ? await fromProc() : await fromPs();
  const found: HubProcess[] = [];
  for (const [pid, variables] of environments) {
    const hubId = markOf(variables, hubMark);
    if (hubId !== null) {
      const server = markOf(variables, serverMark) !== null;
      found.push({ pid, hubId, configHash: markOf(variables, configMark), server });
    }
  }
  return found;
}

type Environments = [pid: number, variables: string[]][];

async function fromProc(): Promise<Environments> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const read = async (pid: string): Promise<Environments[number] | null> => {
    try {
      const text = await readFile(`/proc/${pid}/environ`, "utf8");
      // A process that has ended, but that nobody has waited for yet, has an empty environment.
      return text.includes(hubMark) ? [Number(pid), text.split("\0")] : null;
    } catch {
      return null; // It ended meanwhile, or belongs to somebody else.
    }
  };
  return (await Promise.all(pids.map(read))).filter((each) => each !== null);
}

/** Where there is no /proc (macOS): ps writes the environment behind the command. */
async function fromPs(): Promise<Environments> {
  const { stdout } = await run("ps", ["-axwwE", "-o", "pid=,command="], { maxBuffer: 64 * 2 ** 20, timeout: 10_000 });
  return stdout
    .split("\n")
    .filter((line) => line.includes(`${hubMark}=`))
    .map((line) => [Number.parseInt(line, 10), line.split(" ")]);
}

function markOf(variables: string[], name: string): string | null {
  const found = variables.find((variable) => variable.startsWith(`${name}=`));
  return found === undefined ? null : found.slice(name.length + 1) || null;
}
