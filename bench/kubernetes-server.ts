import { startTestKubernetes } from "../test/support/kubernetes-api/start.ts";

/** The test API server as a process of its own, so that its work and memory are not counted as the portal's. */
const server = await startTestKubernetes();
server.controllers.idle = true;
process.on("message", () => {
  process.send?.({
    requests: server.acts.filter(({ verb, method }) => !(verb === "create" && method === "PATCH")).length,
  });
  server.acts.length = 0;
});
process.on("disconnect", () => process.exit());
process.send?.({ url: server.url, token: server.token });
