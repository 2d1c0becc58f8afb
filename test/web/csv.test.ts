import assert from "node:assert/strict";
import { buffer, text } from "node:stream/consumers";
import { describe, test } from "node:test";
import { parse } from "csv-parse/sync";
import { type CsvColumn, csvOf } from "../../src/web/csv.ts";

type Row = { name: string; count: number | null; at: Date; open: boolean };
const columns: CsvColumn<Row>[] = [
  { header: "Name", value: (row) => row.name },
  { header: "Count", value: (row) => row.count },
  { header: "At", value: (row) => row.at },
  { header: "Open", value: (row) => row.open },
];
const row = (name: string, count: number | null = 1): Row => ({ name, count, at: new Date(0), open: true });
const read = (csv: string): string[][] => parse(csv, { bom: true });

describe("a list as CSV", () => {
  test("what is read back is what was written, also with quotes, commas, line breaks and umlauts", async () => {
    const names = ['Statistics "I"', "Böse, sehr böse", "two\nlines", "数学"];
    const rows = names.map((name) => row(name));
    const csv = (await buffer(csvOf(columns, rows))).toString();
    assert.ok(csv.startsWith("\uFEFFName,Count,At,Open\r\n"));
    const [head, ...seen] = read(csv);
    assert.deepEqual(head, ["Name", "Count", "At", "Open"]);
    assert.deepEqual(
      seen,
      names.map((name) => [name, "1", "1970-01-01T00:00:00.000Z", "yes"]),
    );
  });

  test("text that a spreadsheet would run as a formula is text, and a negative number stays a number", async () => {
    const bad = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", '=HYPERLINK("https://x","y")'];
    const [, ...rows] = read(
      await text(
        csvOf(
          columns,
          bad.map((name) => row(name, -3)),
        ),
      ),
    );
    assert.deepEqual(
      rows.map(([name]) => name),
      bad.map((name) => `'${name}`),
    );
    assert.ok(rows.every(([, count]) => count === "-3"));
  });

  test("an empty list has its headings, and nothing is written for what is not there", async () => {
    assert.deepEqual(read(await text(csvOf(columns, []))), [["Name", "Count", "At", "Open"]]);
    assert.equal(read(await text(csvOf(columns, [row("a", null)])))[1]?.[1], "");
  });

  test("when reading the rows fails half way, the file fails instead of ending early", async () => {
    async function* broken() {
      yield row("a");
      throw new Error("the database went away");
    }
    await assert.rejects(text(csvOf(columns, broken())), /the database went away/);
  });
});
