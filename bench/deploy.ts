import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { load } from "cheerio";
import { connect } from "../src/adapters/db/connect.ts";
import { createSealer } from "../src/adapters/db/seal.ts";
import { createStore } from "../src/adapters/db/store.ts";
import { Browser } from "../test/support/browser.ts";
import { freePorts } from "../test/support/free-ports.ts";
import { jupyterHubVenv } from "../test/support/jupyterhub-venv.ts";
import { makeHub } from "../test/support/make.ts";
import { startPortal, untilReady } from "../test/support/portal-process.ts";
import { waitFor } from "../test/support/wait-for.ts";
import { type Measured, median } from "./measured.ts";
import { secretKey, signInAtPortal } from "./outside.ts";

const rounds = 3;
const hubConfig = resolve(import.meta.dirname, "../src/adapters/jupyterhub/jupyterhub_config.py");
const settled = { withinMs: 120_000, everyMs: 10 };

/**
 * From governance's click on Accept to a hub that answers, beside the same JupyterHub started by hand: the same
 * configuration, environment and ports, in an empty folder. Both take turns; the first round is not counted.
 */
export async function benchDeploy(): Promise<Measured[]> {
  const venv = await jupyterHubVenv();
  if (venv.skip !== false) throw new Error(venv.skip);
  const folder = await mkdtemp(join(tmpdir(), "jhaas-bench-"));
  const port = await freePorts(2 + 3 * (rounds + 1));
  const env = {
    PORT: String(port),
    EMBEDDED_AUTHENTIK_PORT: String(port + 1),
    LOCAL_PORT_BASE: String(port + 2),
    DATA_DIR: folder,
    SECRET_KEY: secretKey,
    HUB_DATA_RETENTION_DAYS: "0",
    ...venv.env,
  };
  const portal = startPortal(env);
  const knex = connect(join(folder, "portal.sqlite"));
  try {
    await untilReady(portal);
    const store = createStore(knex, createSealer(secretKey));
    const browser = new Browser();
    const authentik = { url: `http://localhost:${port + 1}` };
    await signInAtPortal(portal.url, authentik, new Browser(), "teacher");
    await signInAtPortal(portal.url, authentik, browser, "governance");
    const teacher = await knex("people").where({ username: "teacher" }).first("id");

    const byPortal: number[] = [];
    const untilStart: number[] = [];
    const byHand: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      const period = { start: new Date().toISOString().slice(0, 10), end: "2099-01-01" };
      const hub = makeHub({ slug: `bench-${round}`, teacherId: teacher.id, period });
      await store.hubs.add(hub, hub.id);
      const address = `${portal.url}/hubs/${hub.id}/decision`;
      const form = formOf((await browser.open(address)).text);
      const begun = performance.now();
      const { status } = await browser.open(address, { form });
      assert.equal(status, 303, "accepted");
      const slot = await waitFor(
        () => knex("local_ports").where({ hub_id: hub.id }).first("slot"),
        "its ports",
        settled,
      );
      const health = `http://127.0.0.1:${port + 2 + 3 * slot.slot}/hub/health`;
      await waitFor(async () => (await fetch(health)).ok, "a hub that answers", settled);
      const portalMs = performance.now() - begun;

      const home = join(folder, "hubs", hub.id);
      const startedMs = (await stat(join(home, "hub.log"))).birthtimeMs - performance.timeOrigin - begun;
      const config = await readFile(join(home, "hub.json"), "utf8");
      await store.hubs.change(hub.id, {}, { degradeRequestedAt: new Date(), degradeRequestedBy: null });
      await waitFor(async () => (await store.hubs.byId(hub.id))?.deployment === "removed", "its removal", {
        withinMs: 180_000,
      });
      const handMs = await startByHand(config.replaceAll(home, `${home}-by-hand`), `${home}-by-hand`, venv.dir, health);
      if (round === 0) continue;
      byPortal.push(portalMs);
      untilStart.push(startedMs);
      byHand.push(handMs);
    }
    const limit = { of: "excess", most: 1000 } as const;
    const what = "Accept until the hub answers, beside JupyterHub started by hand";
    return [
      { what, value: median(byPortal), beside: median(byHand), unit: "ms", limit },
      { what: "of that, until JupyterHub is started", value: median(untilStart), unit: "ms", limit: null },
    ];
  } catch (error) {
    throw new Error(`${String(error)}\n${portal.output()}`, { cause: error });
  } finally {
    await knex.destroy();
    await portal.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Starts JupyterHub as an operator would, waits until it answers, and stops it. Returns milliseconds. */
async function startByHand(config: string, folder: string, venv: string, health: string): Promise<number> {
  await mkdir(join(folder, "homes"), { recursive: true });
  const configFile = join(folder, "hub.json");
  await writeFile(configFile, config, { mode: 0o600 });
  const begun = performance.now();
  const child = spawn(join(venv, "bin", "python"), ["-m", "jupyterhub", "-f", hubConfig], {
    cwd: folder,
    stdio: "ignore",
    env: {
      PATH: [join(venv, "bin"), process.env.PATH ?? ""].join(delimiter),
      HOME: join(folder, "homes"),
      LANG: process.env.LANG ?? "C.UTF-8",
      JHAAS_HUB_CONFIG: configFile,
    },
  });
  try {
    await waitFor(async () => (await fetch(health)).ok, "a hub started by hand that answers", settled);
    return performance.now() - begun;
  } finally {
    // It ends its proxy itself.
    child.kill("SIGTERM");
    await once(child, "exit");
  }
}

/** What the form that accepts a request sends. */
function formOf(html: string): Record<string, string> {
  const page = load(html);
  const inputs = page("form:has(input[name=decision][value=accepted]) input[type=hidden]").toArray();
  return Object.fromEntries(inputs.map((input) => [page(input).attr("name") ?? "", page(input).attr("value") ?? ""]));
}
