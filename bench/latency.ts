import assert from "node:assert/strict";
import { Agent, get } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

export type Visit = { url: string; cookie: string };

/**
 * Opens pages at a steady rate, whether or not earlier ones have come, until told to stop.
 * @returns milliseconds that each took, counted from when it was due
 */
export async function visitSteadily(
  visits: readonly Visit[],
  perSecond: number,
  until: () => Promise<boolean> | boolean,
): Promise<number[]> {
  const agent = new Agent({ keepAlive: true });
  const under: Promise<number>[] = [];
  const begun = performance.now();
  for (let number = 0; !(await until()); number++) {
    const due = begun + (number * 1000) / perSecond;
    await pause(Math.max(0, due - performance.now()));
    const visit = visits[number % visits.length];
    if (visit !== undefined) under.push(open(agent, visit).then(() => performance.now() - due));
  }
  const taken = await Promise.all(under);
  agent.destroy();
  return taken;
}

function open(agent: Agent, { url, cookie }: Visit): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { agent, headers: { cookie } }, (response) => {
      assert.equal(response.statusCode, 200, url);
      response.resume().on("end", resolve).on("error", reject);
    }).on("error", reject);
  });
}
