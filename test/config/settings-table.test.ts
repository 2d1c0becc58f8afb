import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { test } from "node:test";
import { settings } from "../../src/config/settings.ts";
import { settingsTable } from "../../src/config/settings-table.ts";

test("the README's table of settings is the one that the settings make", async () => {
  const readme = await readFile(resolve(import.meta.dirname, "../../README.md"), "utf8");
  assert.ok(readme.includes(settingsTable()), "write it anew: node scripts/write-settings-table.ts");
});

test("every setting says what it means", () => {
  for (const [name, schema] of Object.entries(settings.shape)) assert.ok(schema.description, name);
});
