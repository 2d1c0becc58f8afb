import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { remember } from "../../src/web/remember.ts";
import { createViewEngine } from "../../src/web/views.ts";

async function writeViews(t: TestContext, files: Record<string, string>) {
  const folder = await mkdtemp(join(tmpdir(), "jhaas-views-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, "parts"));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, `${name}.ejs`), text);
  const engine = createViewEngine();
  return (name: string, locals: object) =>
    new Promise<string>((resolve, reject) => {
      engine(join(folder, `${name}.ejs`), locals, (error, html) => (error ? reject(error) : resolve(html ?? "")));
    });
}

test("a view includes pieces beside the file it stands in; they see the page's locals and their own", async (t) => {
  const render = await writeViews(t, {
    page: `<%- include("parts/row", { name: "a<b" }) %>|<%- include("parts/row", { title: "own", name: "c" }) %>|<%= title %>`,
    "parts/row": `<%- include("cell") %>`,
    "parts/cell": `<%= title %>: <%= name %>`,
  });
  assert.equal(await render("page", { title: "T&C" }), "T&amp;C: a&lt;b|own: c|T&amp;C");
  assert.equal(await render("page", { title: "2" }), "2: a&lt;b|own: c|2");
});

test("a piece finds no local that was not given, not even one that all objects have", async (t) => {
  const render = await writeViews(t, {
    page: `<%- include("parts/piece") %>`,
    "parts/piece": `<%= typeof locals.constructor %> <%= typeof locals.hint %>`,
  });
  assert.equal(await render("page", {}), "undefined undefined");
});

test("a fault in a piece says where it is", async (t) => {
  const render = await writeViews(t, { page: `<%- include("parts/piece") %>`, "parts/piece": "\n<%= missing.name %>" });
  await assert.rejects(render("page", {}), /piece\.ejs:2/);
});

test("what is remembered is made once, and the oldest is forgotten", () => {
  const made: number[] = [];
  const double = remember(2, (number: number) => {
    made.push(number);
    return number * 2;
  });
  assert.deepEqual([1, 1, 2, 1, 3, 3, 1].map(double), [2, 2, 4, 2, 6, 6, 2]);
  assert.deepEqual(made, [1, 2, 3, 1]);
});
