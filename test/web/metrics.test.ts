import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import request from "supertest";
import { startTestApp, type TestApp } from "../support/test-app.ts";

describe("metrics", () => {
  let portal: TestApp;
  afterEach(() => portal.close());

  test("without a token in the settings there are none", async () => {
    portal = await startTestApp();
    assert.equal((await portal.signedOut().get("/metrics")).status, 404);
    assert.equal((await (await portal.asGovernance()).get("/metrics")).status, 404);
  });

  test("are for those who know the token, count hubs by phase, and name no person and no hub", async () => {
    portal = await startTestApp({ env: { METRICS_TOKEN: "a-token-for-metrics" } });
    const hub = await portal.addHub({ name: "Statistics I" });
    await portal.addHub({ decision: "accepted", deployment: "failed" });
    await (await portal.asTeacher()).get(`/hubs/${hub.id}`);
    const ask = (token: string) => request(portal.app).get("/metrics").set("Authorization", `Bearer ${token}`);
    assert.equal((await portal.signedOut().get("/metrics")).status, 401);
    assert.equal((await ask("another")).status, 401);
    const { status, text } = await ask("a-token-for-metrics");
    assert.equal(status, 200);
    assert.match(text, /^jhaas_hubs\{phase="pending"\} 1$/m);
    assert.match(text, /^jhaas_hubs\{phase="failed"\} 1$/m);
    assert.match(text, /^jhaas_hubs\{phase="deployed"\} 0$/m);
    assert.match(text, /^jhaas_http_request_duration_seconds_count\{method="GET",status="200"\} [1-9]/m);
    assert.match(text, /^process_resident_memory_bytes \d+/m);
    for (const secret of [hub.id, "Statistics", "teacher", "a-token-for-metrics"]) assert.ok(!text.includes(secret));
  });
});
