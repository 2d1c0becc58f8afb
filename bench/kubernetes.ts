import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { connect } from "../src/adapters/db/connect.ts";
import { manifestsOf } from "../src/adapters/kubernetes/manifests/all.ts";
import { freePorts } from "../test/support/free-ports.ts";
import { makePlatform, makeSpec } from "../test/support/kubernetes-hub.ts";
import { startFlags } from "../test/support/portal-process.ts";
import { fillDatabase } from "./fill-database.ts";
import { type Visit, visitSteadily } from "./latency.ts";
import { type Measured, median, percentile } from "./measured.ts";
import { startOutside } from "./outside.ts";
import { residentMib } from "./resident.ts";

const deployedHubs = 1000;
const together = 100;
const ticks = 5;
const visitsPerSecond = 25;
const idleSeconds = 15;

/** A portal that drives a cluster with a thousand hubs: what its looks cost, and how pages fare meanwhile. */
export async function benchKubernetes(): Promise<Measured[]> {
  const folder = await mkdtemp(join(tmpdir(), "jhaas-bench-"));
  const port = await freePorts(1);
  const portalUrl = `http://localhost:${port}`;
  const outside = await startOutside(portalUrl, true);
  let portal: ChildProcess | undefined;
  try {
    const teacherId = await outside.idOf("teacher");
    const studentId = await outside.idOf("student");
    const filling = { dataDir: folder, hubs: deployedHubs, participations: 50_000, teacherId, studentId };
    const { hubId, scheduled } = await fillDatabase({ ...filling, allDeployed: together });
    const env = { ...process.env, NODE_ENV: "test", LOG_LEVEL: "warn", ...(await outside.settings(folder, port)) };
    portal = fork(resolve(import.meta.dirname, "portal-process.ts"), {
      env,
      execArgv: [...startFlags(), "--import", resolve(import.meta.dirname, "../test/crash/answer-for-hubs.ts")],
    });
    await once(portal, "message");
    const ask = askOf(portal);

    await outside.requests();
    const first = await ask<{ ms: number }>("apply", together);
    const perHub = (await outside.requests()) / together;
    for (let done = together; done > 0; ) ({ done } = await ask<{ done: number }>("apply", together));
    const looks: number[] = [];
    const requests: number[] = [];
    for (let tick = 0; tick <= ticks; tick++) {
      await outside.requests();
      const { found, ms } = await ask<{ found: number; ms: number }>("tick");
      assert.equal(found, 0, "nothing to do");
      if (tick === 0) continue;
      looks.push(ms);
      requests.push(await outside.requests());
    }

    const visits = await visitsAt(outside, portalUrl, hubId);
    await visitSteadily(visits, visitsPerSecond, after(5));
    const idle = await visitSteadily(visits, visitsPerSecond, after(idleSeconds));
    outside.start();
    const knex = connect(join(folder, "portal.sqlite"));
    const begun = performance.now();
    await knex("hubs")
      .whereIn("id", scheduled)
      .update({ start_date: new Date().toISOString().slice(0, 10) });
    const left = async () => knex("hubs").whereIn("id", scheduled).whereNot({ deployment: "deployed" }).first("id");
    assert.equal(await ask("wake"), together, "hubs to deploy");
    let ready = false;
    const watching = (async () => {
      while ((await left()) !== undefined) await new Promise((look) => setTimeout(look, 250));
      ready = true;
    })();
    const busy = await visitSteadily(visits, visitsPerSecond, () => ready);
    await watching;
    const took = performance.now() - begun;
    await knex.destroy();

    const objects = manifestsOf({ spec: makeSpec(), platform: makePlatform(), pythonConfig: "" }).length;
    return [
      {
        what: `requests to the cluster for each of ${together} hubs put there together`,
        value: perHub,
        unit: "",
        // One read of the namespace each, and reads that all of them share.
        limit: { of: "value", most: objects + 2 },
      },
      { what: "time for each of them", value: first.ms / together, unit: "ms", limit: null },
      {
        what: `requests of a tick over ${deployedHubs} deployed hubs with nothing to do`,
        value: median(requests),
        unit: "",
        limit: { of: "value", most: 20 },
      },
      { what: "time for it", value: median(looks), unit: "ms", limit: { of: "value", most: 1000 } },
      {
        what: `95 of 100 pages come within, while ${together} hubs are deployed, beside none`,
        value: percentile(busy, 0.95),
        beside: percentile(idle, 0.95),
        unit: "ms",
        limit: { of: "ratio", most: 2 },
      },
      { what: `until all ${together} were deployed, sign-in included`, value: took / 1000, unit: "s", limit: null },
      {
        what: `resident memory of the portal after all of this, ${deployedHubs + together} hubs deployed`,
        value: await residentMib(portal.pid ?? 0),
        unit: "MiB",
        limit: { of: "value", most: 300 },
      },
    ];
  } finally {
    portal?.disconnect();
    outside.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Asks the portal's process for an act, one at a time, and waits for its end. */
function askOf(portal: ChildProcess) {
  return async <Answer>(act: string, number = 0): Promise<Answer> => {
    portal.send({ act, number });
    const [answer] = (await once(portal, "message")) as [{ done?: Answer; failed?: string }];
    if (answer.failed !== undefined) throw new Error(answer.failed);
    return answer.done as Answer;
  };
}

async function visitsAt(
  outside: Awaited<ReturnType<typeof startOutside>>,
  url: string,
  hubId: string,
): Promise<Visit[]> {
  const teacher = await outside.cookieOf(url, "teacher");
  const student = await outside.cookieOf(url, "student");
  return [
    { url: `${url}/participation`, cookie: student },
    { url: `${url}/leadership`, cookie: teacher },
    { url: `${url}/hubs/${hubId}`, cookie: teacher },
  ];
}

function after(seconds: number): () => boolean {
  const end = performance.now() + seconds * 1000;
  return () => performance.now() > end;
}
