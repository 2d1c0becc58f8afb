import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { connect, migrate } from "../../src/adapters/db/connect.ts";
import { createSealer } from "../../src/adapters/db/seal.ts";
import { createStore } from "../../src/adapters/db/store.ts";
import type { Hub } from "../../src/domain/hub.ts";
import { type EmbeddedAuthentik, startEmbeddedAuthentik } from "../../src/embedded-authentik/start.ts";
import type { Store } from "../../src/ports/store.ts";
import { freePorts } from "../support/free-ports.ts";
import { jupyterHubVenv } from "../support/jupyterhub-venv.ts";
import { makeHub, makeParticipation, makePerson } from "../support/make.ts";
import { type PortalProcess, startPortal } from "../support/portal-process.ts";
import { processesOf } from "../support/processes.ts";
import { waitFor } from "../support/wait-for.ts";

const preload = resolve(import.meta.dirname, "kill-at-call.ts");
const secretKey = "a-secret-key-of-32-characters-or-more";

const venv = await jupyterHubVenv();

/**
 * The portal as a real process, killed with SIGKILL at one outside call after the other while it deploys, and again
 * while it removes; the hub is a real JupyterHub. Authentik lives on in this process, as the real one would.
 */
describe("the portal killed at any outside call", { skip: venv.skip }, () => {
  let home: string;
  let authentik: EmbeddedAuthentik;
  let store: Store;
  let close: () => Promise<void>;
  let env: Record<string, string>;
  let portal: PortalProcess | null = null;
  const people: Record<string, string> = {};

  before(async () => {
    home = await mkdtemp(join(tmpdir(), "jhaas-crash-"));
    const port = await freePorts(40);
    authentik = await startEmbeddedAuthentik({
      dataFile: ":memory:",
      port: port + 1,
      seed: { portalUrl: `http://localhost:${port}` },
    });
    env = {
      PORT: String(port),
      DATA_DIR: home,
      SECRET_KEY: secretKey,
      AUTHENTIK_URL: authentik.url,
      AUTHENTIK_TOKEN: authentik.apiToken,
      OIDC_CLIENT_ID: authentik.portal.clientId,
      OIDC_CLIENT_SECRET: authentik.portal.clientSecret,
      LOCAL_PORT_BASE: String(port + 2),
      HUB_DATA_RETENTION_DAYS: "0",
      ...venv.env,
    };
    const knex = connect(join(home, "portal.sqlite"));
    await migrate(knex);
    store = createStore(knex, createSealer(secretKey));
    close = () => knex.destroy();
    const { results } = await api<{ results: { username: string; uuid: string }[] }>("/core/users/");
    for (const { username, uuid } of results) people[username] = uuid;
    for (const username of ["teacher", "student"]) {
      await store.people.keep(makePerson({ id: people[username] ?? "", username, checkedAt: new Date() }));
    }
  });
  after(async () => {
    await portal?.stop();
    await close?.();
    await authentik?.close();
    await rm(home, { recursive: true, force: true });
  });

  const api = async <T>(path: string): Promise<T> => {
    const response = await fetch(`${authentik.url}/api/v3${path}`, {
      headers: { authorization: `Bearer ${authentik.superuserToken}` },
    });
    assert.ok(response.ok, `${path} ${response.status}`);
    return (await response.json()) as T;
  };
  /** Names of what Authentik holds for a hub: groups, applications, providers. */
  const inAuthentik = async (slug: string) => {
    type List = { results: { name: string; slug?: string }[] };
    const paths = [
      "/core/groups/?page_size=100",
      "/core/applications/?superuser_full_list=true&page_size=100",
      "/providers/oauth2/?page_size=100",
    ];
    const lists = await Promise.all(paths.map((path) => api<List>(path)));
    return lists.map(
      ({ results }) => results.filter((each) => each.name === `jh_${slug}` || each.slug === `jh-${slug}`).length,
    );
  };
  const hubNow = async (id: string): Promise<Hub> => (await store.hubs.byId(id)) ?? assert.fail("gone");

  /** Starts the portal so that it dies at a call. Returns the call, or null when it came to rest before. */
  const dieAt = async (killAt: number, when: "before" | "after", atRest: () => Promise<boolean>) => {
    const journal = join(home, "journal");
    await writeFile(journal, "");
    const kill = { KILL_AT: String(killAt), KILL_WHEN: when, KILL_JOURNAL: journal };
    portal = startPortal({ ...env, ...kill }, ["--import", preload]);
    let dead = false;
    void portal.ended.then(() => {
      dead = true;
    });
    await waitFor(async () => dead || (await atRest()), "death or rest", { withinMs: 90_000 });
    const calls = (await readFile(journal, "utf8")).trim().split("\n");
    if (dead) return calls[killAt] ?? assert.fail(`it died by itself:\n${portal.output()}`);
    await portal.kill();
    return null;
  };
  const recover = async (what: string, atRest: () => Promise<boolean>) => {
    portal = startPortal(env);
    try {
      await waitFor(atRest, what, { withinMs: 90_000 });
    } catch (error) {
      throw new Error(`${String(error)}\n${portal.output()}`);
    }
  };

  for (const when of ["before", "after"] as const) {
    test(`right ${when} each call, the hub ends up as wanted, with one of everything`, async () => {
      for (let killAt = 0; ; killAt++) {
        const slug = `crash-${when}-${killAt}`;
        const today = new Date().toISOString().slice(0, 10);
        const hub = makeHub({
          slug,
          decision: "accepted",
          decidedAt: new Date(),
          teacherId: people.teacher ?? "",
          period: { start: today, end: "2099-01-01" },
        });
        await store.hubs.add(hub, hub.id);
        const personId = people.student ?? "";
        await store.participations.add(makeParticipation({ hubId: hub.id, personId, status: "accepted" }));
        const deployed = async () => {
          const settled = (await store.participations.unsettled(hub.id)).length === 0;
          return settled && (await hubNow(hub.id)).deployment === "deployed";
        };
        const removed = async () => (await hubNow(hub.id)).dataErasedAt !== null;

        const deployCall = await dieAt(killAt, when, deployed);
        await recover(`${slug} up, after a kill ${when} ${deployCall}`, deployed);
        assert.deepEqual(await inAuthentik(slug), [1, 1, 1], `killed ${when} ${deployCall}`);
        assert.equal((await processesOf(hub.id)).hubs, 1, `killed ${when} ${deployCall}`);
        await portal?.kill();
        assert.equal((await processesOf(hub.id)).hubs, 1, "the hub outlives the portal");

        await store.hubs.change(hub.id, {}, { period: { start: "2026-01-01", end: "2026-01-02" } });
        const removalCall = await dieAt(killAt, when, removed);
        await recover(`${slug} gone, after a kill ${when} ${removalCall}`, removed);
        assert.deepEqual(await inAuthentik(slug), [0, 0, 0], `killed ${when} ${removalCall}`);
        assert.equal((await processesOf(hub.id)).all, 0, `killed ${when} ${removalCall}`);
        assert.equal(existsSync(join(home, "hubs", hub.id)), false, "home folders are erased");
        await portal?.stop();
        portal = null;
        if (deployCall === null && removalCall === null) {
          assert.ok(killAt > 8, `only ${killAt} calls were seen`);
          break;
        }
      }
    });
  }
});
