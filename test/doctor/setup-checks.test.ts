import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readConfig } from "../../src/config/read-config.ts";
import { printFindings } from "../../src/doctor/print-findings.ts";
import { authentikCheck, placeCheck } from "../../src/doctor/setup-checks.ts";
import { createFakeHubBackend } from "../fakes/hub-backend.ts";
import { openTestCluster } from "../support/kubernetes-api/open-cluster.ts";

const text = async (check: ReturnType<typeof placeCheck>) => printFindings(await check.examine());

describe("what is looked at, by the settings", () => {
  test("trying out, it says so, and how far JupyterHub's installation is", async () => {
    const config = readConfig({});
    assert.match(await text(authentikCheck(config)), /^ok {7}No Authentik is set: the embedded stand-in/);
    const backend = createFakeHubBackend();
    const place = placeCheck(config, backend);
    assert.equal(place.name, "Hubs on this machine");
    assert.match(
      await text(place),
      /warning {2}Hubs run on this machine, for trying out[\s\S]*ok {7}JupyterHub is installed/,
    );
    backend.ready = { ready: false, final: false, reason: "JupyterHub is being installed: beginning" };
    assert.match(await text(place), /warning {2}JupyterHub is being installed: beginning\n {9}→ Wait/);
    backend.ready = { ready: false, final: true, reason: "Hubs on this machine need Python 3.10 or later." };
    assert.match(await text(place), /WRONG {4}Hubs on this machine need Python[\s\S]*1 thing is wrong\./);
    assert.match(await text(placeCheck(config)), /Nothing is wrong\./, "beside a portal, with no backend at hand");
  });

  test("on a cluster, the cluster is looked at; asked twice at once, it is looked at once", async (t) => {
    const cluster = await openTestCluster(t);
    const env = { HUB_BACKEND: "kubernetes", HUB_DOMAIN: "hubs.invalid", KUBECONFIG: cluster.kubeconfig };
    const place = placeCheck(readConfig(env));
    const [first, second] = await Promise.all([place.examine(), place.examine()]);
    assert.equal(first, second);
    assert.match(printFindings(first), /it runs Kubernetes v1\.34\.0/);
    assert.equal(cluster.acts.filter(({ resource }) => resource === "storageclasses").length, 1);
    await place.examine();
    assert.equal(cluster.acts.filter(({ resource }) => resource === "storageclasses").length, 2);
  });

  test("a file of the settings that cannot be read is a finding, and nothing of it is told", async (t) => {
    const cluster = await openTestCluster(t);
    const env = { HUB_BACKEND: "kubernetes", HUB_DOMAIN: "hubs.invalid", KUBECONFIG: cluster.kubeconfig };
    const place = placeCheck(readConfig({ ...env, HUB_IMAGE_PULL_FILE: "/nowhere" }));
    assert.match(await text(place), /WRONG {4}HUB_IMAGE_PULL_FILE names a file/);
  });
});
