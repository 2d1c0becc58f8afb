import { execFile, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import type { BackendReadiness } from "../../ports/hub-backend.ts";
import type { Log } from "../../ports/log.ts";

const run = promisify(execFile);
const requirements = resolve(import.meta.dirname, "requirements.txt");
const installWithinMs = 20 * 60_000;
/** After a failure, the next attempt is not made before this time has passed. */
const restMs = 60_000;

export type PythonEnvOptions = {
  /** Where the environment is made. */
  folder: string;
  /** Command of the Python to make it with. */
  python: string;
  /** A finished environment to use instead. */
  given?: string | undefined;
  log: Log;
};

export type PythonEnv = {
  /** Whether JupyterHub is there; begins to install it when it is not. Never waits for that. */
  readiness(): Promise<BackendReadiness>;
  /** Path of the environment's Python. Throws before `readiness` says ready. */
  python(): string;
};

/**
 * A Python environment with JupyterHub, made when it is first needed. Python environments cannot be moved, so each is
 * made in a folder of its own name; the file `current` names the finished one, and is written last.
 */
export function createPythonEnv(options: PythonEnvOptions): PythonEnv {
  const { folder, log } = options;
  let ready: string | null = null;
  let installing: Promise<void> | null = null;
  let progress = "";
  let failed: { reason: string; at: number } | null = null;

  const install = async () => {
    const python = await usablePython(options.python);
    await mkdir(folder, { recursive: true });
    // What a killed portal left half made.
    for (const old of await readdir(folder)) await rm(join(folder, old), { recursive: true, force: true });
    const name = `env-${randomBytes(4).toString("hex")}`;
    const made = join(folder, name);
    progress = "making a Python environment";
    await orSay("Python cannot make an environment; on Debian, the package python3-venv is needed", () =>
      run(python, ["-m", "venv", made], { timeout: 120_000 }),
    );
    await orSay("JupyterHub could not be installed: is a Python package index reachable?", () =>
      installPackages(join(made, "bin", "python"), (text) => {
        progress = text;
      }),
    );
    const current = join(folder, "current");
    await writeFile(`${current}.new`, JSON.stringify({ name, requirements: await hashOfRequirements() }));
    await rename(`${current}.new`, current);
    ready = made;
    log.info({}, "JupyterHub is installed");
  };

  const begin = () => {
    progress = "beginning";
    failed = null;
    installing = install()
      .catch((error: unknown) => {
        const reason = error instanceof InstallFault ? error.message : "JupyterHub could not be installed.";
        failed = { reason, at: Date.now() };
        const fault = error instanceof Error && error.cause !== undefined ? error.cause : error;
        log.error({ reason, fault: String(fault).slice(-2000) }, "JupyterHub could not be installed");
      })
      .finally(() => {
        installing = null;
      });
  };

  return {
    async readiness() {
      ready ??= options.given ?? (await finished(folder));
      if (ready !== null) return { ready: true };
      if (installing === null && failed !== null && Date.now() - failed.at < restMs) {
        return { ready: false, final: true, reason: failed.reason };
      }
      if (installing === null) begin();
      return { ready: false, final: false, reason: `JupyterHub is being installed on this machine: ${progress}` };
    },
    python() {
      if (ready === null) throw new Error("Asked for Python before it was ready.");
      return join(ready, "bin", "python");
    },
  };
}

/** What went wrong, and what to do, in one sentence. */
class InstallFault extends Error {}

async function orSay<T>(sentence: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new InstallFault(sentence, { cause: error });
  }
}

async function usablePython(python: string): Promise<string> {
  const missing = "Hubs on this machine need Python 3.10 or later; the setting PYTHON names it";
  const { stdout } = await orSay(`${missing}. "${python}" could not be started.`, () =>
    run(python, ["-c", "import sys; print(sys.version_info[0] * 100 + sys.version_info[1])"], { timeout: 20_000 }),
  );
  if (Number(stdout) < 310) throw new InstallFault(`${missing}. "${python}" is older.`);
  return python;
}

async function finished(folder: string): Promise<string | null> {
  try {
    const current: { name: string; requirements: string } = JSON.parse(await readFile(join(folder, "current"), "utf8"));
    const made = join(folder, current.name);
    const good = current.requirements === (await hashOfRequirements()) && existsSync(join(made, "bin", "python"));
    return good ? made : null;
  } catch {
    return null;
  }
}

async function hashOfRequirements(): Promise<string> {
  return createHash("sha256")
    .update(await readFile(requirements))
    .digest("hex");
}

function installPackages(python: string, tell: (progress: string) => void): Promise<void> {
  const args = ["-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off", "-r", requirements];
  return new Promise((resolve, reject) => {
    const child = spawn(python, args, { stdio: ["ignore", "pipe", "pipe"], timeout: installWithinMs });
    let packages = 0;
    let errors = "";
    createInterface({ input: child.stdout }).on("line", (line) => {
      const collecting = /^Collecting (\S+?)[\s<>=!~;[]/.exec(`${line} `);
      if (collecting !== null) tell(`package ${++packages}, ${collecting[1]}`);
      else if (line.startsWith("Installing collected packages")) tell("unpacking, the last part");
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors = (errors + text).slice(-4000);
    });
    child.once("error", reject);
    child.once("close", (code) => (code === 0 ? resolve() : reject(new Error(`pip ended with ${code}: ${errors}`))));
  });
}
