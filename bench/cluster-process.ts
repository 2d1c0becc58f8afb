import { startTestKubernetes } from "../test/support/kubernetes-api/start.ts";

/** The stand-in for a cluster, as a process of its own. Its controllers do nothing while it is told to be idle. */
const cluster = await startTestKubernetes();
cluster.controllers.idle = process.argv[2] === "idle";
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
process.send?.({ cluster: { url: cluster.url, token: cluster.token } });
