import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { parse } from "csv-parse/sync";
import type { HubEvent } from "../../src/domain/hub-event.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import type { Visitor } from "../support/visitor.ts";

describe("the audit page", () => {
  let portal: TestApp;
  let governance: Visitor;
  let add: (at: string, given: Partial<HubEvent>) => Promise<void>;
  before(async () => {
    portal = await startTestApp();
    governance = await portal.asGovernance();
    const hub = await portal.addHub({ name: "Graphs", slug: "graphs" });
    add = (at, given) =>
      portal.core.store.events.add({
        ...{ hubId: hub.id, kind: "applied", actorId: null, subjectId: null, from: null, to: null, reason: null },
        ...given,
        at: new Date(at),
      });
    // 23:30 in Berlin on the 9th is 22:30 UTC.
    await add("2026-11-09T22:30:00Z", { kind: "requested", actorId: "teacher" });
    await add("2026-11-09T23:30:00Z", { kind: "accepted", actorId: "governance", reason: "=2+2" });
    for (let minute = 0; minute < 60; minute++) {
      await add(`2026-11-10T10:${String(minute).padStart(2, "0")}:00Z`, { actorId: "student", subjectId: "student" });
    }
    await add("2026-11-11T10:00:00Z", {
      hubId: null,
      kind: "teacher-granted",
      actorId: "governance",
      subjectId: "student2",
    });
  });
  after(() => portal.close());
  const rows = async (query: string) => {
    const { $, status } = await governance.get(`/administration/audit?${query}`);
    assert.equal(status, 200);
    return $("main tbody tr")
      .toArray()
      .map((row) => $(row).find("td").eq(1).text());
  };

  test("events are sentences with links to people and hub, the newest first, on pages that follow one another", async () => {
    const first = await governance.get("/administration/audit");
    assert.match(first.$("main tbody tr").first().text(), /Grace Hopper made Max Born a teacher/);
    assert.equal(first.$("main tbody tr").first().find("a[href='/administration/users/student2']").length, 1);
    assert.equal(first.$("main tbody tr").length, 50);
    const second = await governance.get(`/administration/audit${first.$("a[rel=next]").attr("href")}`);
    assert.equal(second.$("main tbody tr").length, 13);
    assert.equal(second.$("a[rel=next]").length, 0);
    assert.match(second.$("main tbody tr").last().text(), /Ada Lovelace requested the hub.*Graphs/s);
  });

  test("person, hub, kind and days narrow it; days are those of the institution", async () => {
    assert.deepEqual(await rows("person=hopper&hub=graphs"), ["Grace Hopper accepted the request.=2+2"]);
    assert.deepEqual(await rows("kind=requested"), ["Ada Lovelace requested the hub."]);
    assert.deepEqual(await rows("from=2026-11-09&to=2026-11-09"), ["Ada Lovelace requested the hub."]);
    assert.equal((await rows("who=student2")).length, 1);
    assert.match((await governance.get("/administration/audit?who=student2")).main, /Only what Max Born did/);
    assert.match((await governance.get("/administration/audit?hub=nothing")).main, /Nothing found/);
  });

  test("what cannot be read is told at the field, and a place that is none is the beginning", async () => {
    const bad = await governance.get("/administration/audit?from=yesterday&person=ada");
    assert.equal(bad.status, 422);
    assert.match(bad.$("#from-fault").text(), /real date/);
    assert.equal(bad.$("#person").val(), "ada");
    assert.equal((await rows("after=1-1;drop")).length, 50);
    assert.equal((await rows("kind=nonsense")).length, 50);
  });

  test("the file holds everything that matches, over all pages, and no formula", async () => {
    const read = async (query: string): Promise<Record<string, string>[]> =>
      parse((await governance.get(`/administration/audit.csv?${query}`)).text, { bom: true, columns: true });
    const all = await read("");
    assert.equal(all.length, 63);
    assert.deepEqual([all[0]?.Kind, all[0]?.["Whom username"], all[0]?.Hub], ["teacher-granted", "student2", ""]);
    const [accepted] = await read("kind=accepted");
    assert.equal(accepted?.Reason, "'=2+2");
    assert.equal(accepted?.When, "2026-11-09T23:30:00.000Z");
    assert.equal((await read("hub=graphs&person=emmy")).length, 60);
  });
});
