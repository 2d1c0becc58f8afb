import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Unavailable } from "../../../src/domain/errors.ts";
import { openBackend, openTestCluster } from "../../support/kubernetes-api/open-cluster.ts";
import type { Fault } from "../../support/kubernetes-api/start.ts";
import { makePlatform, makeSpec } from "../../support/kubernetes-hub.ts";
import { waitFor } from "../../support/wait-for.ts";

/**
 * From some request on the portal hears nothing any more, although the cluster did what the last ones asked for. Then
 * another portal starts, which remembers nothing. What is there in the end must be the same as ever.
 */
describe("cut off at any request", () => {
  test("while deploying, changing and removing: the next portal finishes it, nothing doubled, nothing left", async (t) => {
    const cluster = await openTestCluster(t);
    const spec = makeSpec({ preparing: true });
    const changed = { ...spec, teachers: ["other"], redeployedAt: "2026-11-24T10:00:00.000Z" };
    const wide = makePlatform({ prePull: true, imagePullConfig: "{}" });
    const names = () =>
      cluster.store
        .everythingIn("jhaas-stat-1")
        .filter(({ kind }) => kind !== "Pod" && kind !== "Event")
        .map(({ kind, metadata }) => `${kind}/${metadata.name}`)
        .sort();
    const fresh = (platform = makePlatform()) => openBackend(t, cluster.kubeconfig, { platform, firstPauseMs: 1 });

    /** Runs the work with the line cut after `after` requests. Returns whether it was. */
    const cutOff = async (after: number, work: () => Promise<unknown>): Promise<boolean> => {
      let seen = 0;
      const fault: Fault = { when: () => ++seen > after, times: Number.POSITIVE_INFINITY, how: "cut-within" };
      cluster.fail(fault);
      try {
        await work();
        return false;
      } catch (error) {
        assert.ok(error instanceof Unavailable, String(error));
        return true;
      } finally {
        fault.times = 0;
      }
    };

    await fresh().apply(spec);
    const whole = names();
    for (let after = 0, cut = true; cut; after += 3) {
      await waitFor(() => fresh().remove(spec), "the hub to be removed");
      await waitFor(() => fresh().eraseData(spec), "the hub to be erased");
      cut = await cutOff(after, () => fresh(wide).apply(spec));
      await fresh().apply(spec);
      assert.deepEqual(names(), whole, `deploying, cut off after ${after}`);
      assert.deepEqual(await fresh().drifted([spec]), []);
    }
    for (let after = 0, cut = true; cut; after += 3) {
      cut = await cutOff(after, () => fresh(wide).apply(changed));
      await fresh().apply(changed);
      assert.deepEqual(names(), whole, `changing, cut off after ${after}`);
      assert.deepEqual(await fresh().drifted([changed]), []);
      await fresh().apply(spec);
    }
    for (let after = 0, cut = true; cut; after++) {
      await fresh().apply(spec);
      cut = await cutOff(after, () => waitFor(() => fresh().remove(spec).catch(stopLooking), "removal").then(throwCut));
      await waitFor(() => fresh().remove(spec), "the hub to be removed");
      assert.deepEqual(names(), ["PersistentVolumeClaim/hub-db"], `removing, cut off after ${after}`);
    }
  });
});

/** Ends the waiting at the first error, since waitFor takes what is thrown for "not yet". */
const stopLooking = (error: unknown) => ({ error });
const throwCut = (seen: unknown) => {
  if (typeof seen === "object" && seen !== null && "error" in seen) throw seen.error;
};
