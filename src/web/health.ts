import type { Web } from "./page.ts";

/** Answers for whoever watches over the process. */
export function addHealth(web: Web): void {
  web.app.get("/healthz", (_request, response) => {
    response.type("text").send("ok\n");
  });
  web.app.get("/readyz", async (_request, response) => {
    try {
      await web.core.store.check();
      response.type("text").send("ready\n");
    } catch {
      response.status(503).type("text").send("the database does not answer\n");
    }
  });
}
