import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { createHubApi } from "../../../src/adapters/jupyterhub/hub-api.ts";
import { findProcesses } from "../../../src/adapters/local/find-processes.ts";
import { createLocalBackend } from "../../../src/adapters/local/local-backend.ts";
import type { HubSpec } from "../../../src/ports/hub-backend.ts";
import { Browser } from "../../support/browser.ts";
import { jupyterHubVenv } from "../../support/jupyterhub-venv.ts";
import { makeSpec } from "../../support/kubernetes-hub.ts";
import { memoryPorts } from "../../support/memory-ports.ts";
import { processesOf } from "../../support/processes.ts";
import { silentLog } from "../../support/silent-log.ts";
import { callApi, makeApplication, startStandIn } from "../../support/stand-in.ts";
import { visitHub } from "../../support/visit-hub.ts";
import { waitFor } from "../../support/wait-for.ts";

const venv = await jupyterHubVenv();

/** A hub with a real sign-in, and a student whose server runs. */
async function setUp(t: TestContext) {
  const home = await mkdtemp(join(tmpdir(), "jhaas-change-"));
  const ports = await memoryPorts();
  const backend = createLocalBackend({ dataDir: home, python: "python3", pythonEnv: venv.dir, ports, log: silentLog });
  t.after(async () => {
    await backend.close();
    await rm(home, { recursive: true, force: true });
  });
  const standIn = await startStandIn(t);
  const { body: group } = await callApi(standIn, "POST", "/core/groups/", { name: "jh_stats" });
  for (const username of ["student", "teacher", "teacher2"]) {
    const { body: found } = await callApi(standIn, "GET", `/core/users/?username=${username}`);
    const pk = (found as { results: { pk: number }[] }).results[0]?.pk;
    await callApi(standIn, "POST", `/core/groups/${(group as { pk: string }).pk}/add_user/`, { pk });
  }
  const id = randomUUID();
  const { url, callbackUrl } = await backend.address({ id, slug: "stats" });
  const redirect_uris = [{ matching_mode: "strict", url: callbackUrl }];
  const client = await makeApplication(standIn, "jh-stats", { provider: { redirect_uris } });
  const plain = makeSpec({ id, slug: "stats", teachers: ["teacher"] });
  const oidc = {
    issuer: `${standIn.url}/application/o/jh-stats/`,
    authorizeUrl: `${standIn.url}/application/o/authorize/`,
    tokenUrl: `${standIn.url}/application/o/token/`,
    userinfoUrl: `${standIn.url}/application/o/userinfo/`,
    endSessionUrl: `${standIn.url}/application/o/jh-stats/end-session/`,
  };
  const spec: HubSpec = { ...plain, oidc, secrets: { ...plain.secrets, ...client } };
  assert.deepEqual(await backend.readiness(), { ready: true });

  const set = async (wanted: HubSpec) => {
    await backend.apply(wanted);
    await waitFor(async () => (await backend.observe(wanted)).state === "healthy", "a healthy hub");
  };
  const { apiUrl } = await backend.address(spec);
  const api = createHubApi({ log: silentLog });
  const running = () => api.runningServers({ apiUrl, apiToken: spec.secrets.apiToken });
  // Host names below localhost are for browsers; Node asks the system.
  const resolve = (asked: string) => asked.replace("//stats.localhost:", "//127.0.0.1:");
  const browsers = new Map<string, Browser>();
  const visit = (username: string, path: string) => {
    const browser = browsers.get(username) ?? new Browser();
    browsers.set(username, browser);
    return visitHub({ standIn, url: `${url}${path}`, username, browser, resolve });
  };
  /** Asks a server itself, at its public address, for its version; it tells that to anybody. */
  const reached = (username: string) => fetch(resolve(`${url}user/${username}/api`), { redirect: "manual" });
  const ready = () => waitFor(async () => (await running()).some((server) => server.ready), "a running server");
  const serverPids = async () =>
    (await findProcesses()).filter((one) => one.hubId === id && one.server).map(({ pid }) => pid);
  return { backend, spec, set, running, visit, ready, reached, serverPids };
}

describe("changing a hub on this machine", { skip: venv.skip }, () => {
  test("running servers survive it, and what it says holds for servers started from then on", async (t) => {
    const { backend, spec, set, running, visit, ready, reached, serverPids } = await setUp(t);
    await set(spec);
    await visit("student", "hub/spawn");
    await ready();
    const [pid] = await serverPids();
    assert.ok(pid);
    const [before] = await running();

    const usage = { ...spec.usage, participants: 40, ramGib: 1.5 };
    const changed = { ...spec, name: "Statistics II", usage, teachers: ["teacher2"] };
    await set(changed);
    assert.ok((await serverPids()).includes(pid), "the server still runs");
    await waitFor(async () => (await running())[0]?.ready, "the hub to know the server again");
    assert.deepEqual((await running())[0]?.startedAt, before?.startedAt);
    assert.deepEqual(await backend.drifted([changed]), []);
    assert.equal((await reached("student")).status, 200, "it is reached as before");
    assert.match(await readFile(`/proc/${pid}/environ`, "utf8"), new RegExp(`MEM_LIMIT=${0.5 * 2 ** 30}\0`));

    // Whoever became a teacher sees what teachers see, and whoever is one no longer does not.
    assert.equal((await visit("teacher2", "hub/admin")).status, 200);
    assert.equal((await visit("teacher", "hub/admin")).status, 403);

    await visit("teacher2", "hub/spawn");
    await waitFor(async () => (await running()).filter((server) => server.ready).length === 2, "a second server");
    const second = (await serverPids()).find((one) => one !== pid) ?? assert.fail("no second server");
    assert.match(await readFile(`/proc/${second}/environ`, "utf8"), new RegExp(`MEM_LIMIT=${1.5 * 2 ** 30}\0`));

    await set({ ...changed, redeployedAt: "2026-11-25T10:00:00.000Z" });
    assert.deepEqual(await serverPids(), [], "set up anew, servers are stopped");
  });

  test("a hub that was killed comes back to the servers that still run; taken down, nothing is left", async (t) => {
    const { backend, spec, set, running, visit, ready, serverPids } = await setUp(t);
    await set(spec);
    await visit("student", "hub/spawn");
    await ready();
    const [pid] = await serverPids();
    const hub = (await findProcesses()).find((one) => one.hubId === spec.id && one.configHash !== null);
    process.kill(hub?.pid ?? 0, "SIGKILL");
    await waitFor(async () => (await backend.observe(spec)).state === "broken", "a hub that is seen as broken");
    await set(spec);
    await waitFor(async () => (await running())[0]?.ready, "the hub to know the server again");
    assert.ok((await serverPids()).includes(pid ?? 0));
    assert.equal((await processesOf(spec.id)).hubs, 1);
    await waitFor(() => backend.remove(spec), "a removed hub");
    assert.deepEqual(await processesOf(spec.id), { all: 0, hubs: 0 });
  });
});
