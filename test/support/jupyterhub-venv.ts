import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What is installed, and the folder that all tests share, so that it is installed once a machine. */
type Choice = { requirements: string; folder: string };

const local: Choice = {
  requirements: resolve(import.meta.dirname, "../../src/adapters/local/requirements.txt"),
  folder: process.env.JHAAS_TEST_VENV ?? join(tmpdir(), "jhaas-test-venv"),
};

/** With KubeSpawner, in the versions of the image that hubs on Kubernetes run (adapters/kubernetes/versions.ts). */
export const kubeSpawner: Choice = {
  requirements: resolve(import.meta.dirname, "kubespawner-requirements.txt"),
  folder: process.env.JHAAS_TEST_KUBE_VENV ?? join(tmpdir(), "jhaas-test-kube-venv"),
};

export type TestVenv = {
  /** Why tests that need JupyterHub are skipped, or false. */
  skip: string | false;
  /** The folder of the Python environment. */
  dir: string;
  /** Settings that make the portal use it. */
  env: Record<string, string>;
};

/**
 * A Python environment with JupyterHub, made once and kept. Where it cannot be made, tests are skipped with the reason;
 * with `CI=true` that is a failure.
 */
export async function jupyterHubVenv({ requirements, folder }: Choice = local): Promise<TestVenv> {
  const ready = { skip: false, dir: folder, env: { LOCAL_PYTHON_ENV: folder } } as const;
  const wanted = await readFile(requirements, "utf8");
  const mark = join(folder, "jhaas-test-requirements.txt");
  const made = async () => existsSync(mark) && (await readFile(mark, "utf8")) === wanted;
  if (await made()) return ready;
  try {
    await locked(folder, async () => {
      if (await made()) return;
      await rm(folder, { recursive: true, force: true });
      await run(process.env.PYTHON ?? "python3", ["-m", "venv", folder], { timeout: 120_000 });
      const pip = join(folder, "bin", "pip");
      await run(pip, ["install", "-q", "--disable-pip-version-check", "-r", requirements], { timeout: 900_000 });
      await writeFile(mark, wanted);
    });
    return ready;
  } catch (error) {
    const why = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    const advice = "install Python 3.10 or later with venv, and let pip reach a package index";
    if (process.env.CI === "true") throw new Error(`JupyterHub cannot be installed (${why}): ${advice}`);
    return { ...ready, skip: `JupyterHub cannot be installed: ${advice}` };
  }
}

/** Test files run side by side; one of them makes the environment, the others wait. */
async function locked(folder: string, work: () => Promise<void>): Promise<void> {
  const lock = `${folder}.lock`;
  for (const end = Date.now() + 960_000; ; ) {
    try {
      await mkdir(lock);
      break;
    } catch {
      if (Date.now() > end) throw new Error(`${lock} is in the way; remove it if no test runs`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
  try {
    await work();
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}
