/**
 * Loaded before the portal (`node --import`): kills its process, the hard way, right before or right after the outside
 * call whose number is in KILL_AT. Outside calls are requests to Authentik and to hubs, and processes that are started.
 * What changes nothing outside does not count every time: to be killed right after a call that only reads is the same as
 * right before it, and of several reads in a row the first is enough. (That a kill at any call at all does no harm is
 * tested without processes in test/usecases/reconcile-hub.test.ts.)
 */
import child_process from "node:child_process";
import { appendFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const killAt = Number(process.env.KILL_AT);
const after = process.env.KILL_WHEN === "after";
const journal = process.env.KILL_JOURNAL ?? "";
let count = 0;
let lastRead = false;

function call<T>(name: string, run: () => T): T {
  const reads = name.startsWith("GET ");
  const counts = !reads || (!after && !lastRead);
  lastRead = reads;
  if (!counts) return run();
  const own = count++;
  appendFileSync(journal, `${own} ${name}\n`);
  if (own === killAt && !after) process.kill(process.pid, "SIGKILL");
  const result = run();
  if (own !== killAt) return result;
  if (!(result instanceof Promise)) {
    process.kill(process.pid, "SIGKILL");
    return result;
  }
  // The other side has done its part; the portal dies before it learns.
  return result.then((value: unknown) => {
    process.kill(process.pid, "SIGKILL");
    return value;
  }) as T;
}

const realFetch = globalThis.fetch;
globalThis.fetch = (input, init) => {
  const url = new URL(input instanceof Request ? input.url : String(input));
  const method = init?.method ?? "GET";
  return call(`${method} ${url.pathname}`, () => realFetch(input, init));
};
const realSpawn = child_process.spawn;
child_process.spawn = ((...args: Parameters<typeof realSpawn>) =>
  call(`spawn ${args[0]}`, () => realSpawn(...args))) as typeof realSpawn;
syncBuiltinESMExports();
