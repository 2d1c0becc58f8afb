import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createKubernetesBackend } from "../src/adapters/kubernetes/kubernetes-backend.ts";
import { manifestsOf } from "../src/adapters/kubernetes/manifests/all.ts";
import { makePlatform, makeSpec } from "../test/support/kubernetes-hub.ts";
import { silentLog } from "../test/support/silent-log.ts";
import type { Measured } from "./main.ts";

const hubCount = 1000;
const together = 100;

/** What driving a cluster costs: requests and time for each hub deployed, and a look at a thousand. */
export async function benchKubernetes(): Promise<Measured[]> {
  const child = fork(resolve(import.meta.dirname, "kubernetes-server.ts"));
  const folder = await mkdtemp(join(tmpdir(), "jhaas-bench-"));
  try {
    const [{ url, token }] = (await once(child, "message")) as [{ url: string; token: string }];
    const kubeconfig = join(folder, "config");
    const config = {
      "current-context": "bench",
      clusters: [{ name: "bench", cluster: { server: url, "insecure-skip-tls-verify": true } }],
      users: [{ name: "portal", user: { token } }],
      contexts: [{ name: "bench", context: { cluster: "bench", user: "portal" } }],
    };
    await writeFile(kubeconfig, JSON.stringify(config), { mode: 0o600 });
    const platform = makePlatform();
    const backend = createKubernetesBackend({ cluster: { kubeconfig }, platform, log: silentLog });
    const requestsSince = async () => {
      child.send("count");
      const [{ requests }] = (await once(child, "message")) as [{ requests: number }];
      return requests;
    };
    const hubs = Array.from({ length: hubCount }, (_, at) => makeSpec({ id: `hub-${at}`, slug: `course-${at}` }));
    const objects = manifestsOf({ spec: makeSpec(), platform, pythonConfig: "" }).length;

    const first = hubs.slice(0, together);
    const deploying = await timed(() => Promise.all(first.map((hub) => backend.apply(hub))));
    const perHub = (await requestsSince()) / together;
    for (let at = together; at < hubCount; at += together) {
      await Promise.all(hubs.slice(at, at + together).map((hub) => backend.apply(hub)));
    }
    await requestsSince();
    await backend.drifted(hubs);
    await requestsSince();
    const looking = await timed(() => backend.drifted(hubs));
    const looks = await requestsSince();
    const { heapUsed, rss } = process.memoryUsage();
    await backend.close();
    // One read of the namespace each; the lists are shared by all that deploy at the time.
    const limit = objects + 2;
    return [
      {
        what: `requests to the cluster for each of ${together} hubs deployed together`,
        value: perHub,
        unit: "",
        limit,
      },
      { what: "time for each of them", value: deploying / together, unit: "ms", limit: null },
      { what: `requests for a look at ${hubCount} hubs with nothing to do`, value: looks, unit: "", limit: 20 },
      { what: "time for it", value: looking, unit: "ms", limit: 1000 },
      // What the process holds of the machine; the engine gives back late, more so where memory is plenty.
      { what: "resident memory then", value: rss / 2 ** 20, unit: "MiB", limit: null },
      {
        what: `heap in use after it, all of ${hubCount} hubs' specs included`,
        value: heapUsed / 2 ** 20,
        unit: "MiB",
        limit: 300,
      },
    ];
  } finally {
    child.disconnect();
    await rm(folder, { recursive: true, force: true });
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
