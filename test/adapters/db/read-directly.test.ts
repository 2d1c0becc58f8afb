import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { connect, connectReaders } from "../../../src/adapters/db/connect.ts";

async function openReaders(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), "jhaas-db-"));
  const knex = connect(join(folder, "some.sqlite"));
  await knex.schema.createTable("things", (table) => {
    table.integer("id").primary();
    table.text("name");
  });
  await knex("things").insert([1, 2, 3].map((id) => ({ id, name: `thing ${id}` })));
  const reading = connectReaders(join(folder, "some.sqlite"));
  t.after(async () => {
    await reading.destroy();
    await knex.destroy();
    await rm(folder, { recursive: true, force: true });
  });
  return { knex, reading };
}

test("many queries at once get each its own answer, in the form that was asked for", async (t) => {
  const { reading } = await openReaders(t);
  const ids = Array.from({ length: 50 }, (_, at) => 1 + (at % 3));
  const names = await Promise.all(ids.map((id) => reading("things").where({ id }).first("name")));
  assert.deepEqual(
    names.map(({ name }) => name),
    ids.map((id) => `thing ${id}`),
  );
  assert.deepEqual(await reading("things").where("id", ">", 1).orderBy("id").pluck("id"), [2, 3]);
  assert.equal(await reading("things").where({ id: 9 }).first(), undefined);
  assert.deepEqual(await reading("things").count({ total: "*" }), [{ total: 3 }]);
});

test("a query that fails says so, and holds up no other; nothing can be written", async (t) => {
  const { knex, reading } = await openReaders(t);
  for (let time = 0; time < 5; time++) await assert.rejects(async () => reading("nothings"), /no such table: nothings/);
  await assert.rejects(async () => reading("things").insert({ id: 4 }), /readonly/);
  assert.equal((await reading("things")).length, 3);
  await knex("things").insert({ id: 4 });
  assert.equal((await reading("things")).length, 4, "what was committed is seen");
});

test("once it is closed, it answers nothing more", async (t) => {
  const { reading } = await openReaders(t);
  assert.equal((await reading("things")).length, 3);
  await reading.destroy();
  await assert.rejects(async () => reading("things"), /closed/);
});
