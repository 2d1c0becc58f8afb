import { readdir, readFile } from "node:fs/promises";
import { findProcesses } from "../../src/adapters/local/find-processes.ts";

/**
 * Processes whose command line or environment names a hub's folder.
 * @returns how many there are, and how many of them are a JupyterHub
 */
export async function processesOf(hubId: string): Promise<{ all: number; hubs: number }> {
  let all = 0;
  let hubs = 0;
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    try {
      const command = (await readFile(`/proc/${pid}/cmdline`, "utf8")).replaceAll("\0", " ");
      const environment = await readFile(`/proc/${pid}/environ`, "utf8");
      if (!`${command} ${environment}`.includes(hubId)) continue;
      // An ended process that nobody has waited for has an empty command line.
      if (command === "") continue;
      all++;
      if (/-m jupyterhub( |$)|\bjupyterhub\b.*--config|bin\/jupyterhub /.test(command)) hubs++;
    } catch {
      // It ended while we looked.
    }
  }
  return { all, hubs };
}

/** How many servers of participants a hub runs on this machine. */
export async function serversOf(hubId: string): Promise<number> {
  const own = (await findProcesses()).filter((process) => process.hubId === hubId);
  const commands = await Promise.all(own.map(({ pid }) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
  return commands.filter((command) => command.includes("jupyterhub.singleuser")).length;
}
