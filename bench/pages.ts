import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import autocannon from "autocannon";
import { freePorts } from "../test/support/free-ports.ts";
import { type PortalProcess, startPortal, untilReady } from "../test/support/portal-process.ts";
import { fillDatabase } from "./fill-database.ts";
import { type Measured, median } from "./measured.ts";
import { startOutside } from "./outside.ts";
import { residentMib } from "./resident.ts";

const sizes = [
  { hubs: 1000, participations: 50_000 },
  { hubs: 10_000, participations: 500_000 },
];
const rounds = 5;
const secondsEach = 2;

type Page = { name: string; username: string; path(hubId: string): string };
const pages: Page[] = [
  { name: "Participation", username: "student", path: () => "/participation" },
  { name: "Leadership", username: "teacher", path: () => "/leadership" },
  { name: "hub page", username: "teacher", path: (hubId) => `/hubs/${hubId}` },
];

type Target = { url: string; cookie: string };

/**
 * Pages under load: beside a page of the same size from Express and EJS alone, and in a portal ten times as large. All
 * three take turns, so that what else the machine does meets them alike.
 */
export async function benchPages(): Promise<Measured[]> {
  const folder = await mkdtemp(join(tmpdir(), "jhaas-bench-"));
  const port = await freePorts(1 + sizes.length);
  const outside = await startOutside(`http://localhost:${port}`, true);
  const running: PortalProcess[] = [];
  let plain: ChildProcess | undefined;
  try {
    const teacherId = await outside.idOf("teacher");
    const studentId = await outside.idOf("student");
    const targets: Record<string, Target[]> = {};
    for (const [at, { hubs, participations }] of sizes.entries()) {
      const dataDir = join(folder, String(hubs));
      await mkdir(dataDir);
      const { hubId } = await fillDatabase({ dataDir, hubs, participations, teacherId, studentId });
      const settings = await outside.settings(dataDir, port + at);
      // Hubs that are deployed are on no cluster here: one that does not answer is not looked through.
      const portal = startPortal({
        ...settings,
        KUBERNETES_TIMEOUT_SECONDS: "1",
        KUBECONFIG: await noCluster(settings),
      });
      running.push(portal);
      await untilReady(portal);
      for (const { name, username, path } of pages) {
        const cookie = await outside.cookieOf(portal.url, username);
        targets[name] = [...(targets[name] ?? []), { url: portal.url + path(hubId), cookie }];
      }
    }
    plain = fork(resolve(import.meta.dirname, "plain-page-process.ts"));
    const [plainPort] = (await once(plain, "message")) as [number];

    const measured: Measured[] = [];
    for (const { name } of pages) {
      const [small, large] = targets[name] ?? [];
      if (small === undefined || large === undefined) throw new Error(`no pages for ${name}`);
      const bytes = await bytesOf(small);
      const same = { url: `http://127.0.0.1:${plainPort}/${bytes}`, cookie: "" };
      assert.equal(await bytesOf(same), bytes);
      const rates = await inTurns([same, small, large]);
      measured.push(
        compare(`${name} (${Math.round(bytes / 1024)} KiB) beside a bare page`, rates[1], rates[0], 0.3),
        compare(`${name}: ${sizes[1]?.hubs} hubs beside ${sizes[0]?.hubs}`, rates[2], rates[1], 0.8),
      );
    }
    for (const [at, portal] of running.entries()) {
      measured.push({
        what: `resident memory of the portal after that, ${sizes[at]?.hubs} hubs known`,
        value: await residentMib(portal.pid),
        unit: "MiB",
        limit: { of: "value", most: 200 },
      });
    }
    return measured;
  } finally {
    for (const portal of running) await portal.kill();
    plain?.disconnect();
    outside.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Requests a second of each target, in every round; the first round warms up and is not counted. */
async function inTurns(targets: readonly Target[]): Promise<number[][]> {
  const rates = targets.map((): number[] => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [at, target] of targets.entries()) {
      const rate = await rateOf(target);
      if (round > 0) rates[at]?.push(rate);
    }
  }
  return rates;
}

async function rateOf({ url, cookie }: Target): Promise<number> {
  const result = await autocannon({ url, connections: 10, duration: secondsEach, headers: { cookie } });
  assert.equal(result.non2xx + result.errors, 0, `${url} did not always answer`);
  return result["2xx"] / result.duration;
}

function compare(what: string, ours: number[] = [], beside: number[] = [], least: number): Measured {
  const ratio = median(ours.map((rate, round) => rate / (beside[round] ?? Number.NaN)));
  const limit = { of: "ratio", least } as const;
  return { what, value: median(ours), beside: median(beside), unit: "requests/s", ratio, limit };
}

async function bytesOf({ url, cookie }: Target): Promise<number> {
  const response = await fetch(url, { headers: { cookie }, redirect: "manual" });
  assert.equal(response.status, 200, url);
  return (await response.arrayBuffer()).byteLength;
}

/** A kubeconfig that leads nowhere. */
async function noCluster(settings: Record<string, string>): Promise<string> {
  const file = `${settings.KUBECONFIG}-nowhere`;
  const text = await readFile(settings.KUBECONFIG ?? "", "utf8");
  await writeFile(file, text.replace(/http:\/\/127\.0\.0\.1:\d+/, "http://127.0.0.1:9"), { mode: 0o600 });
  return file;
}
