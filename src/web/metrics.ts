import { collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { NotFound } from "../domain/errors.ts";
import { hubPhases } from "../domain/hub-phase.ts";
import { countHubs } from "../usecases/hubs/search-hubs.ts";
import { bearerOf, isSame } from "./bearer.ts";
import type { Web } from "./page.ts";

/**
 * Figures for Prometheus, for those who know the token; as if it were not there while no token is set. How long answers
 * take is told by method and status only: addresses hold ids.
 */
export function addMetrics(web: Web): void {
  const { app, core, config } = web;
  const token = config.METRICS_TOKEN;
  if (token === undefined) {
    app.get("/metrics", () => {
      throw new NotFound();
    });
    return;
  }
  const register = new Registry();
  collectDefaultMetrics({ register });
  new Gauge({
    name: "jhaas_hubs",
    help: "Hubs by phase",
    labelNames: ["phase"],
    registers: [register],
    async collect() {
      for (const phase of hubPhases) this.set({ phase }, await countHubs(core, phase));
    },
  });
  const answers = new Histogram({
    name: "jhaas_http_request_duration_seconds",
    help: "Time until an answer is sent",
    labelNames: ["method", "status"],
    buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10],
    registers: [register],
  });
  app.use((request, response, next) => {
    const end = answers.startTimer({ method: request.method });
    response.on("finish", () => end({ status: String(response.statusCode) }));
    next();
  });
  app.get("/metrics", async (request, response) => {
    const given = bearerOf(request);
    if (given === undefined || !isSame(given, token)) {
      response.status(401).set("WWW-Authenticate", "Bearer").type("text").send("a bearer token is needed\n");
      return;
    }
    response.set("Content-Type", register.contentType).send(await register.metrics());
  });
}
