import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { createHubApi } from "../../../src/adapters/jupyterhub/hub-api.ts";
import { findProcesses } from "../../../src/adapters/local/find-processes.ts";
import { createLocalBackend } from "../../../src/adapters/local/local-backend.ts";
import type { PortBook } from "../../../src/adapters/local/port-book.ts";
import type { HubBackend, HubSpec } from "../../../src/ports/hub-backend.ts";
import { jupyterHubVenv } from "../../support/jupyterhub-venv.ts";
import { memoryPorts } from "../../support/memory-ports.ts";
import { processesOf } from "../../support/processes.ts";
import { silentLog } from "../../support/silent-log.ts";
import { waitFor } from "../../support/wait-for.ts";

const venv = await jupyterHubVenv();

const makeSpec = (given: Partial<HubSpec> = {}): HubSpec => {
  const hex = () => randomBytes(32).toString("hex");
  const oidc = "http://localhost:9/application/o";
  return {
    id: randomUUID(),
    slug: "stats",
    name: "Statistics I",
    image: "quay.io/jupyter/minimal-notebook:2026-07-28",
    defaultUrl: "/lab",
    usage: { participants: 2, ramGib: 0.5, cpus: 0.5, storageGib: 1, gpus: 0 },
    secrets: {
      ...{ clientId: "client", clientSecret: `client-secret-${hex()}`, apiToken: hex() },
      ...{ cookieSecret: hex(), cryptKey: hex(), proxyToken: hex() },
    },
    oidc: {
      issuer: `${oidc}/jh-stats/`,
      authorizeUrl: `${oidc}/authorize/`,
      tokenUrl: `${oidc}/token/`,
      userinfoUrl: `${oidc}/userinfo/`,
      endSessionUrl: `${oidc}/jh-stats/end-session/`,
    },
    allowedGroup: "jh_stats",
    governanceGroup: "portal-admins",
    teachers: ["Teacher"],
    redeployedAt: null,
    preparing: false,
    ...given,
  };
};

describe("a hub on this machine", { skip: venv.skip }, () => {
  let home: string;
  let ports: PortBook;
  let backend: HubBackend;
  const spec = makeSpec();
  const makeBackend = () =>
    createLocalBackend({ dataDir: home, python: "python3", pythonEnv: venv.dir, ports, log: silentLog });
  const state = async (of = spec) => (await backend.observe(of)).state;
  const healthy = (of = spec) => waitFor(async () => (await state(of)) === "healthy", "a healthy hub");
  const hubPid = async () =>
    (await findProcesses()).find((process) => process.hubId === spec.id && process.configHash !== null)?.pid ?? 0;

  before(async () => {
    home = await mkdtemp(join(tmpdir(), "jhaas-local-"));
    ports = await memoryPorts();
    backend = makeBackend();
    assert.deepEqual(await backend.readiness(), { ready: true });
  });
  after(async () => {
    await backend.close();
    await rm(home, { recursive: true, force: true });
  });

  test("comes up when applied, and is reached by API and by its own host name", async () => {
    assert.equal(await state(), "absent");
    await backend.apply(spec);
    assert.equal(await state(), "starting");
    await healthy();
    const { url, apiUrl, callbackUrl } = await backend.address(spec);
    assert.match(url, /^http:\/\/stats\.localhost:\d+\/$/);
    assert.equal(callbackUrl, `${url}hub/oauth_callback`);
    const api = createHubApi({ log: silentLog });
    const hub = { apiUrl, apiToken: spec.secrets.apiToken };
    assert.deepEqual(await api.runningServers(hub), []);
    await api.endSession(hub, "nobody");
    await assert.rejects(api.runningServers({ apiUrl, apiToken: "wrong" }), /answered 403/);
  });

  test("tells nothing secret in its command lines, environment or readable files", async () => {
    const secrets = Object.values(spec.secrets).filter((secret) => secret.length > 20);
    for (const { pid } of (await findProcesses()).filter((process) => process.hubId === spec.id)) {
      const command = await readFile(`/proc/${pid}/cmdline`, "utf8");
      for (const secret of secrets) assert.ok(!command.includes(secret), command);
    }
    assert.equal((await stat(join(home, "hubs", spec.id, "hub.json"))).mode & 0o077, 0);
    assert.equal((await stat(join(home, "hubs", spec.id, "hub.log"))).mode & 0o077, 0);
  });

  test("applied again unchanged, it is left alone, also by a portal that was started anew", async () => {
    const pid = await hubPid();
    backend = makeBackend();
    await backend.readiness();
    await backend.apply(spec);
    assert.equal(await hubPid(), pid);
    assert.equal(await state(), "healthy");
    assert.deepEqual(await backend.drifted([spec]), []);
  });

  test("killed, it is seen as drifted, and applying brings it back on the same ports with nothing left over", async () => {
    await mkdir(join(home, "hubs", spec.id, "homes", "student"), { recursive: true });
    await writeFile(join(home, "hubs", spec.id, "homes", "student", "work.txt"), "mine");
    process.kill(await hubPid(), "SIGKILL");
    await waitFor(async () => (await state()) === "broken", "a hub that is seen as broken");
    assert.deepEqual(await backend.drifted([spec]), [spec.id]);
    await backend.apply(spec);
    await healthy();
    assert.equal((await processesOf(spec.id)).hubs, 1);
    assert.ok(existsSync(join(home, "hubs", spec.id, "homes", "student", "work.txt")));
  });

  test("with another configuration it is started anew, and a redeployment keeps home folders only", async () => {
    const pid = await hubPid();
    const changed = { ...spec, teachers: ["teacher", "teacher2"] };
    assert.deepEqual(await backend.drifted([changed]), [spec.id]);
    await backend.apply(changed);
    await healthy(changed);
    assert.notEqual(await hubPid(), pid);
    const leftover = join(home, "hubs", spec.id, "leftover");
    await writeFile(leftover, "");
    const redeployed = { ...changed, redeployedAt: "2026-11-24T12:00:00Z" };
    await backend.apply(redeployed);
    await healthy(redeployed);
    assert.equal(existsSync(leftover), false);
    assert.ok(existsSync(join(home, "hubs", spec.id, "homes", "student", "work.txt")));
  });

  test("removed, no process is left and home folders stay until they are erased", async () => {
    await waitFor(() => backend.remove(spec), "a removed hub");
    assert.deepEqual(await processesOf(spec.id), { all: 0, hubs: 0 });
    assert.equal(await state(), "absent");
    assert.ok(existsSync(join(home, "hubs", spec.id, "homes", "student", "work.txt")));
    assert.equal(await backend.remove(spec), true);
    assert.equal(await backend.eraseData(spec), true);
    assert.equal(existsSync(join(home, "hubs", spec.id)), false);
    assert.equal(await backend.eraseData(spec), true);
  });

  test("that cannot come up is broken, with a reason that can be acted on", async () => {
    const other = makeSpec({ slug: "taken" });
    const { hub } = await ports.portsOf(other.id);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(hub, "127.0.0.1", resolve));
    try {
      await backend.apply(other);
      await waitFor(async () => (await state(other)) === "broken", "a hub that is seen as broken");
      const seen = await backend.observe(other);
      assert.match(seen.state === "broken" ? seen.reason : "", /address already in use/i);
    } finally {
      server.close();
      await waitFor(() => backend.remove(other), "a removed hub");
    }
  });
});

describe("hubs on this machine without Python", () => {
  test("say plainly what is missing, and nothing else breaks", async () => {
    const home = await mkdtemp(join(tmpdir(), "jhaas-nopython-"));
    try {
      const ports = await memoryPorts();
      const backend = createLocalBackend({ dataDir: home, python: "python-that-is-not-there", ports, log: silentLog });
      const first = await backend.readiness();
      assert.equal(first.ready === false && first.final, false);
      const seen = await waitFor(async () => {
        const readiness = await backend.readiness();
        return !readiness.ready && readiness.final ? readiness : null;
      }, "a final answer");
      assert.match(seen.reason, /need Python 3.10 or later/);
      assert.equal((await backend.observe(makeSpec())).state, "absent");
      await backend.close();
    } finally {
      await rm(home, { recursive: true });
    }
  });
});
