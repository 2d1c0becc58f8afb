import { startEmbeddedAuthentik } from "../src/embedded-authentik/start.ts";
import { startTestKubernetes } from "../test/support/kubernetes-api/start.ts";

/** Stand-ins for Authentik and a cluster, as a process of their own: their work and memory are not the portal's. */
const [, , portalUrl = ""] = process.argv;
const authentik = await startEmbeddedAuthentik({ dataFile: ":memory:", port: 0, seed: { portalUrl } });
const cluster = await startTestKubernetes();
cluster.controllers.idle = process.argv[3] === "idle";
process.on("message", (asked) => {
  if (asked === "start") {
    cluster.controllers.idle = false;
    return;
  }
  const requests = cluster.acts.filter(({ verb, method }) => !(verb === "create" && method === "PATCH")).length;
  cluster.acts.length = 0;
  process.send?.({ requests });
});
process.on("disconnect", () => process.exit());
process.send?.({
  authentik: { url: authentik.url, apiToken: authentik.apiToken, portal: authentik.portal },
  superuserToken: authentik.superuserToken,
  cluster: { url: cluster.url, token: cluster.token },
});
