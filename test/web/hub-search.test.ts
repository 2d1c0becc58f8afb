import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { parse } from "csv-parse/sync";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import type { Visitor } from "../support/visitor.ts";

const search = "/administration/hubs";

describe("search JupyterHubs", () => {
  let portal: TestApp;
  let governance: Visitor;
  before(async () => {
    portal = await startTestApp();
    governance = await portal.asGovernance();
    const deployed = { decision: "accepted", deployment: "deployed" } as const;
    await portal.addHub({ ...deployed, name: "Ends soon", period: { start: "2026-10-01", end: "2026-12-08" } });
    await portal.addHub({ ...deployed, name: "Ends later", period: { start: "2026-10-01", end: "2026-12-09" } });
    await portal.addHub({
      name: '=HYPERLINK("https://evil.example","x")',
      teacherId: "teacher2",
      period: { start: "2027-01-01", end: "2027-02-01" },
    });
    for (let each = 0; each < 30; each++) await portal.addHub({ name: `Many ${each}`, decision: "declined" });
  });
  after(() => portal.close());

  const names = async (query: string) => {
    const { $ } = await governance.get(`${search}?${query}`);
    return $("main tbody th a")
      .toArray()
      .map((link) => $(link).text());
  };

  test("hubs that expire are those that are deployed and end within 14 days", async () => {
    assert.deepEqual(await names("state=expiring"), ["Ends soon"]);
  });

  test("text, teacher and period narrow what is found, and what was typed is kept", async () => {
    const seen = await governance.get(
      `${search}?text=HYPER&teacher=turing&from=2027-02-01&to=2027-03-01&state=pending`,
    );
    assert.equal(seen.$("main tbody tr").length, 1);
    assert.equal(seen.$("#text").val(), "HYPER");
    assert.equal(seen.$("#teacher").val(), "turing");
    assert.equal(seen.$("#from").val(), "2027-02-01");
    assert.equal(seen.$("#state").val(), "pending");
    assert.match((await governance.get(`${search}?text=nothing-like-it`)).main, /No hub found/);
  });

  test("a date that is none, and a period that ends before it begins, are told at the field", async () => {
    const bad = await governance.get(`${search}?from=2027-02-30&text=Many`);
    assert.equal(bad.status, 422);
    assert.match(bad.$("#from-fault").text(), /real date/);
    assert.equal(bad.$("#from").attr("aria-invalid"), "true");
    assert.equal(bad.$("#text").val(), "Many");
    assert.equal(bad.$(".error-summary a").attr("href"), "#from");
    assert.equal(bad.$("tbody").length, 0);
    const turned = await governance.get(`${search}?from=2027-02-02&to=2027-02-01`);
    assert.match(turned.$("#to-fault").text(), /first one or later/);
    const csv = await governance.get(`/administration/hubs.csv?from=2027-02-30`);
    assert.equal((await governance.follow(csv)).status, 422);
  });

  test("headings sort and say so; a second click turns the order; paging keeps it", async () => {
    const first = await governance.get(`${search}?text=Ends`);
    assert.equal(first.$("th[aria-sort]").length, 1);
    const heading = (seen: typeof first) =>
      seen.$("thead th").filter((_, each) => first.$(each).text().startsWith("Project Name"));
    const up = await governance.get(`${search}${heading(first).find("a").attr("href")}`);
    assert.equal(heading(up).attr("aria-sort"), "ascending");
    assert.deepEqual(
      up
        .$("main tbody th a")
        .toArray()
        .map((link) => up.$(link).text()),
      ["Ends later", "Ends soon"],
    );
    const down = await governance.get(`${search}${heading(up).find("a").attr("href")}`);
    assert.equal(heading(down).attr("aria-sort"), "descending");
    assert.equal(down.$("#text").val(), "Ends");
    const many = await governance.get(`${search}?sort=-name`);
    assert.match(many.$(".pager a[rel=next]").attr("href") ?? "", /sort=-name.*page=2/);
    assert.equal((await governance.get(`${search}?sort=drop%20table`)).status, 200);
  });

  test("the file holds all that was found, on every page, and no formula", async () => {
    const link = (await governance.get(`${search}?state=declined`)).$("a[href*='.csv']").attr("href") ?? "";
    const csv = await governance.get(link);
    assert.match(csv.headers["content-disposition"] ?? "", /attachment; filename=jupyterhubs.csv/);
    assert.match(csv.headers["content-type"] ?? "", /text\/csv; charset=utf-8/);
    const rows: Record<string, string>[] = parse(csv.text, { bom: true, columns: true });
    assert.equal(rows.length, 30);
    assert.ok(rows.every((row) => row.State === "Declined" && row.Teacher === "Ada Lovelace"));
    const [evil] = parse((await governance.get("/administration/hubs.csv?text=HYPER")).text, {
      bom: true,
      columns: true,
    }) as Record<string, string>[];
    assert.equal(evil?.["Project Name"], `'=HYPERLINK("https://evil.example","x")`);
  });
});
