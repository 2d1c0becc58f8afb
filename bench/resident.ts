import { readFile } from "node:fs/promises";

/** What a process holds of the machine's memory, in MiB, as Linux tells. */
export async function residentMib(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}
