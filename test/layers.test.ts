import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { describe, test } from "node:test";

const src = resolve(import.meta.dirname, "../src");

/** What each layer may import: own folders, and packages. The core knows no Express, no knex, no HTTP. */
const rules: Record<string, { layers: string[]; packages: string[] }> = {
  domain: { layers: ["domain"], packages: ["luxon"] },
  ports: { layers: ["domain", "ports"], packages: [] },
  usecases: { layers: ["domain", "ports", "usecases"], packages: ["node:crypto"] },
};

const importsOf = (code: string) =>
  [...code.matchAll(/(?<!["\w])(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1] ?? "");

describe("the layers", () => {
  for (const [layer, rule] of Object.entries(rules)) {
    test(`${layer} imports only what it may`, async () => {
      const files = (await readdir(join(src, layer), { recursive: true })).filter((file) => file.endsWith(".ts"));
      assert.ok(files.length > 0);
      for (const file of files) {
        const path = join(src, layer, file);
        for (const imported of importsOf(await readFile(path, "utf8"))) {
          const allowed = imported.startsWith(".")
            ? rule.layers.includes(relative(src, resolve(dirname(path), imported)).split("/")[0] ?? "")
            : rule.packages.includes(imported);
          assert.ok(allowed, `${layer}/${file} imports ${imported}`);
        }
      }
    });
  }

  test("only the settings read the environment, but for the stand-in's refusal of production", async () => {
    const files = (await readdir(src, { recursive: true })).filter((file) => file.endsWith(".ts"));
    const readers: string[] = [];
    for (const file of files) {
      if (/process\.env\b/.test(await readFile(join(src, file), "utf8"))) readers.push(file);
    }
    const allowed = /^(main\.ts|doctor\/|embedded-authentik\/start\.ts|adapters\/local\/)/;
    assert.deepEqual(
      readers.filter((file) => !allowed.test(file)),
      [],
    );
  });
});
