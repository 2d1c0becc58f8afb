import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { entriesFor, readAdmissionList } from "../../src/domain/admission-list.ts";
import { readCsv } from "../../src/web/read-csv.ts";

/** What a text gives: the entries, and the faults as `line: message`. */
const read = (text: string) => {
  const { lines, unread } = readCsv(text);
  const { entries, faults } = readAdmissionList(lines);
  return { entries, faults: [...unread, ...faults].map(({ line, message }) => `${line}: ${message}`) };
};

describe("an admission list", () => {
  test("is read from lines, whatever the case, each entry once", () => {
    assert.deepEqual(read("Ada@Example.org\n\n  max@example.org  \r\nADA@example.ORG\n@Example.org\n"), {
      entries: ["ada@example.org", "max@example.org", "@example.org"],
      faults: [],
    });
  });

  test("is read from a table with a heading, with commas, semicolons or tabs", () => {
    for (const separator of [",", ";", "\t"]) {
      const table = ["\uFEFFName|E-Mail|Number", "Ada Lovelace|ada@example.org|1", '"Born, Max"|max@example.org|2'];
      const { entries, faults } = read(table.join("\r\n").replaceAll("|", separator));
      assert.deepEqual([entries, faults], [["ada@example.org", "max@example.org"], []], separator);
    }
  });

  test("is read as mail programs write it", () => {
    assert.deepEqual(read("Ada Lovelace <ada@example.org>, max@example.org; <emmy@example.org>").entries, [
      ...["ada@example.org", "max@example.org", "emmy@example.org"],
    ]);
  });

  test("faults name the line as it was typed, and a slip never lets a domain in", () => {
    const text = [
      "ada@example.org",
      "",
      "Max Born",
      "max@@example.org",
      "emmy @example.org",
      "Emmy Noether, @example.org",
      "Emmy <@example.org>",
      "@example",
      "example.org",
      "ada@example.org ",
      "=cmd@example.org x",
    ].join("\n");
    const { faults } = read(text);
    assert.deepEqual(
      faults.map((fault) => fault.replace(/:.*/, "")),
      ["3", "4", "5", "6", "7", "8", "9", "11"],
    );
    assert.match(faults[0] ?? "", /no address in "Max Born"/);
    assert.match(faults[3] ?? "", /must stand alone on its line/);
  });

  test("a quotation mark that does not end is a fault of its line", () => {
    assert.deepEqual(read('ada@example.org\n"max@example.org\nemmy@example.org').entries, []);
    assert.match(read('ada@example.org\n"max@example.org').faults[0] ?? "", /^\d: a quotation mark/);
  });

  test("an address is admitted by itself or by exactly its domain", () => {
    assert.deepEqual(entriesFor("Ada@Sub.Example.org"), { address: "ada@sub.example.org", domain: "@sub.example.org" });
    for (const none of ["", "ada", "@example.org", "a@b@example.org", "ada@example"]) {
      assert.equal(entriesFor(none), null, none);
    }
  });
});
