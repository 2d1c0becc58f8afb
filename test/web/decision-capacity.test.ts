import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startTestApp, type TestApp } from "../support/test-app.ts";

describe("capacity on the decision page", () => {
  let portal: TestApp;
  const period = { start: "2026-12-01", end: "2026-12-31" };
  const usage = (participants: number) => ({ participants, ramGib: 1, cpus: 0.5, storageGib: 1, gpus: 0 });
  before(async () => {
    portal = await startTestApp({ rules: { capacity: { ramGib: 50, cpus: 100 } } });
    const busy = { decision: "accepted", usage: usage(30) } as const;
    await portal.addHub({ ...busy, name: "Graphs", period: { start: "2026-12-10", end: "2026-12-19" } });
    await portal.addHub({ ...busy, name: "Old course", deployment: "removed", decidedAt: new Date() });
  });
  after(() => portal.close());

  test("the overbooked days are named in words, and the table has a row for each stretch without a change", async () => {
    const hub = await portal.addHub({ period, usage: usage(25) });
    const seen = await (await portal.asGovernance()).get(`/hubs/${hub.id}/decision`);
    assert.match(seen.main, /RAM: 10 December 2026 to 19 December 2026, up to 55 GiB of 50 GiB/);
    assert.doesNotMatch(seen.main, /CPUs: 10/);
    const rows = seen
      .$(".capacity table tbody tr")
      .toArray()
      .map((row) => seen.$(row).find("th").text());
    assert.deepEqual(rows, [
      "1 December 2026 to 9 December 2026",
      "10 December 2026 to 19 December 2026",
      "20 December 2026 to 31 December 2026",
      "Capacity",
    ]);
    assert.match(seen.main, /not set for Storage/);
  });

  test("each chart has a title and a sentence, and nothing that the security policy forbids", async () => {
    const hub = await portal.addHub({ period, usage: usage(25) });
    const { $, text } = await (await portal.asGovernance()).get(`/hubs/${hub.id}/decision`);
    const charts = $(".capacity svg[role=img]").toArray();
    assert.equal(charts.length, 3);
    for (const chart of charts) {
      const labels = ($(chart).attr("aria-labelledby") ?? "").split(" ");
      assert.equal(labels.length, 2);
      for (const id of labels) assert.ok($(chart).find(`#${id}`).text().length > 10, id);
    }
    assert.equal(
      $("#capacity-ramGib-text")
        .text()
        .startsWith("At most 55 GiB of 50 GiB on one day with this hub, 30 GiB without it."),
      true,
    );
    // Two stretches below the limit, and one that goes over it.
    assert.equal($(charts[0]).find("rect.over").length, 1);
    assert.equal($("[style], main script").length, 0);
    assert.doesNotMatch(text, /NaN|undefined|Infinity/);
  });

  test("when it is enough on every day, the page says so; without any capacity it claims nothing", async () => {
    const small = await portal.addHub({ period: { start: "2026-12-01", end: "2026-12-01" }, usage: usage(1) });
    const governance = await portal.asGovernance();
    assert.match((await governance.get(`/hubs/${small.id}/decision`)).main, /Enough on every day/);
    const { capacity } = portal.core.rules;
    portal.core.rules.capacity = {};
    const seen = await governance.get(`/hubs/${small.id}/decision`);
    portal.core.rules.capacity = capacity;
    assert.doesNotMatch(seen.main, /Enough on every day|Not enough/);
    assert.match(seen.main, /not set for RAM, CPUs and Storage/);
  });

  test("the teacher's other hubs are listed with their state, this one left out", async () => {
    const hub = await portal.addHub({ name: "The new one", period });
    const seen = await (await portal.asGovernance()).get(`/hubs/${hub.id}/decision`);
    const listed = seen.$("section[aria-labelledby=others]").text();
    assert.match(listed, /Old course\s*Removed/);
    assert.match(listed, /Graphs\s*Accepted/);
    assert.doesNotMatch(listed, /The new one/);
  });
});
