import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { waitFor } from "./wait-for.ts";

const root = resolve(import.meta.dirname, "../..");

/** The flags for Node that `npm start` gives the portal. */
export function startFlags(): string[] {
  const { scripts } = JSON.parse(readFileSync(resolve(root, "package.json"), "utf8")) as { scripts: { start: string } };
  return scripts.start.split(" ").filter((word) => word.startsWith("--"));
}

export type PortalProcess = {
  url: string;
  pid: number;
  /** Everything it has written. */
  output(): string;
  /** SIGTERM, and waits for the end. Returns the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL, and waits for the end. */
  kill(): Promise<void>;
  /** Resolves when the process has ended, however. */
  ended: Promise<void>;
};

/**
 * Starts the portal as its users do, as a process of its own.
 * @param given settings beside those of this process; PORT must be among them
 * @param start `npm` for `npm start`, otherwise Node with these flags beside its own
 */
export function startPortal(given: Record<string, string>, start: "npm" | string[] = []): PortalProcess {
  const url = `http://localhost:${given.PORT}`;
  // Starting is mostly reading code; what was read once is kept for the next start.
  const codeCache = join(tmpdir(), "jhaas-test-code-cache");
  const env = { ...process.env, NODE_ENV: "test", LOG_LEVEL: "warn", NODE_COMPILE_CACHE: codeCache, ...given };
  const [command, args] =
    start === "npm"
      ? ["npm", ["start"]]
      : [process.execPath, [...startFlags(), ...start, resolve(root, "src/main.ts")]];
  // A group of its own, so that npm and what it starts get signals together.
  const child: ChildProcess = spawn(command, args, {
    cwd: root,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const ended = once(child, "exit").then(() => {});
  const signal = (name: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    process.kill(-child.pid, name);
  };
  return {
    url,
    pid: child.pid ?? 0,
    output: () => output,
    ended,
    async stop() {
      signal("SIGTERM");
      await ended;
      return child.exitCode;
    },
    async kill() {
      signal("SIGKILL");
      await ended;
    },
  };
}

/** Waits until the portal answers that it is ready; fails with its output when it ends before. */
export async function untilReady(portal: PortalProcess, withinMs = 30_000): Promise<void> {
  let over = false;
  void portal.ended.then(() => {
    over = true;
  });
  const ready = async () => over || (await fetch(`${portal.url}/readyz`)).ok;
  try {
    await waitFor(ready, `${portal.url}/readyz`, { withinMs });
  } catch (error) {
    throw new Error(`${String(error)}\n${portal.output()}`);
  }
  if (over) throw new Error(`The portal ended:\n${portal.output()}`);
}
