import assert from "node:assert/strict";
import { test } from "node:test";
import { openBackend, openTestCluster } from "../../support/kubernetes-api/open-cluster.ts";
import { makeSpec } from "../../support/kubernetes-hub.ts";

test("a hub that is new is put on the cluster without listing what other hubs have; applied again, it is pruned", async (t) => {
  const cluster = await openTestCluster(t);
  const backend = openBackend(t, cluster.kubeconfig);
  const lists = () => cluster.acts.filter(({ verb }) => verb === "list").length;
  await backend.apply(makeSpec());
  assert.equal(lists(), 0);
  await backend.apply(makeSpec());
  assert.ok(lists() > 0);
});
