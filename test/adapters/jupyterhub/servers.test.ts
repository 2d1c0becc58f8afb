import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { createHubApi } from "../../../src/adapters/jupyterhub/hub-api.ts";
import { createLocalBackend } from "../../../src/adapters/local/local-backend.ts";
import type { HubApiRef } from "../../../src/ports/hub-api.ts";
import type { HubBackend, HubSpec } from "../../../src/ports/hub-backend.ts";
import { jupyterHubVenv } from "../../support/jupyterhub-venv.ts";
import { memoryPorts } from "../../support/memory-ports.ts";
import { silentLog } from "../../support/silent-log.ts";
import { waitFor } from "../../support/wait-for.ts";

const venv = await jupyterHubVenv();
const hex = () => randomBytes(32).toString("hex");
const oidc = "http://localhost:9/application/o";
const spec: HubSpec = {
  id: randomUUID(),
  slug: "servers",
  name: "Statistics I",
  image: "quay.io/jupyter/minimal-notebook:2026-07-28",
  defaultUrl: "/lab",
  usage: { participants: 2, ramGib: 0.5, cpus: 0.5, storageGib: 1, gpus: 0 },
  secrets: {
    ...{ clientId: "client", clientSecret: hex(), apiToken: hex() },
    ...{ cookieSecret: hex(), cryptKey: hex(), proxyToken: hex() },
  },
  oidc: {
    issuer: `${oidc}/jh-servers/`,
    authorizeUrl: `${oidc}/authorize/`,
    tokenUrl: `${oidc}/token/`,
    userinfoUrl: `${oidc}/userinfo/`,
    endSessionUrl: `${oidc}/jh-servers/end-session/`,
  },
  allowedGroup: "jh_servers",
  governanceGroup: "portal-admins",
  teachers: ["teacher"],
  redeployedAt: null,
  preparing: false,
};

describe("servers on a real JupyterHub", { skip: venv.skip }, () => {
  let home: string;
  let backend: HubBackend;
  let hub: HubApiRef;
  const api = createHubApi({ log: silentLog });
  const servers = async () => (await api.runningServers(hub)).map(({ username, ready }) => `${username} ${ready}`);

  before(async () => {
    home = await mkdtemp(join(tmpdir(), "jhaas-servers-"));
    const ports = await memoryPorts();
    backend = createLocalBackend({ dataDir: home, python: "python3", pythonEnv: venv.dir, ports, log: silentLog });
    await backend.readiness();
    await backend.apply(spec);
    await waitFor(async () => (await backend.observe(spec)).state === "healthy", "a healthy hub");
    hub = { apiUrl: (await backend.address(spec)).apiUrl, apiToken: spec.secrets.apiToken };
  });
  after(async () => {
    await backend.remove(spec);
    await backend.close();
    await rm(home, { recursive: true, force: true });
  });

  test("when somebody who never signed in is to have one, it starts, and starting it again changes nothing", async () => {
    await api.startServer(hub, "Newcomer");
    await waitFor(async () => (await servers()).includes("newcomer true"), "a server that is ready");
    await api.startServer(hub, "newcomer");
    const [server] = await api.runningServers(hub);
    assert.equal(server?.pending, null);
    assert.ok(server?.startedAt instanceof Date);
  });

  test("a name that JupyterHub does not take, or another's token, starts nothing", async () => {
    await assert.rejects(api.startServer(hub, "a/b"), /answered 40[04]/);
    await assert.rejects(api.startServer({ ...hub, apiToken: "wrong" }, "newcomer"), /answered 403/);
    assert.deepEqual(await servers(), ["newcomer true"]);
  });

  test("asked to stop, it is gone soon, and the portal cannot read anybody's tokens", async () => {
    await api.askToStop(hub, "newcomer");
    await waitFor(async () => (await servers()).length === 0, "no server");
    await api.askToStop(hub, "newcomer");
    await api.askToStop(hub, "nobody");
    const user = await fetch(`${hub.apiUrl}/users/newcomer`, { headers: { authorization: `token ${hub.apiToken}` } });
    assert.equal("auth_state" in ((await user.json()) as object), false);
  });
});
