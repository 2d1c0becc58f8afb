import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { connect, connectReaders } from "../../../src/adapters/db/connect.ts";
import { keepPrepared, type RawConnection } from "../../../src/adapters/db/keep-prepared.ts";

async function openFile(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), "jhaas-db-"));
  const file = join(folder, "some.sqlite");
  const knex = connect(file);
  t.after(async () => {
    await knex.destroy();
    await rm(folder, { recursive: true, force: true });
  });
  await knex.schema.createTable("things", (table) => {
    table.integer("id").primary();
    table.text("name").unique();
  });
  return { file, knex };
}

describe("statements that are kept prepared", () => {
  test("give what is there now, each time and with other values", async (t) => {
    const { knex } = await openFile(t);
    for (const id of [1, 2, 3]) {
      assert.deepEqual(await knex("things").insert({ id, name: `thing ${id}` }), [id]);
      assert.equal((await knex("things").where({ id }).first())?.name, `thing ${id}`);
    }
    assert.equal(await knex("things").where("id", ">", 1).update({ name: null }), 2);
    assert.deepEqual(await knex("things").whereNotNull("name").pluck("id"), [1]);
  });

  test("see columns that were added after they were prepared", async (t) => {
    const { knex } = await openFile(t);
    await knex("things").insert({ id: 1, name: "one" });
    assert.deepEqual(await knex("things"), [{ id: 1, name: "one" }]);
    await knex.schema.alterTable("things", (table) => table.text("colour").defaultTo("red"));
    assert.deepEqual(await knex("things"), [{ id: 1, name: "one", colour: "red" }]);
  });

  test("work on after an error, of the statement or of what it would do", async (t) => {
    const { knex } = await openFile(t);
    for (const _ of [1, 2]) await assert.rejects(async () => knex.raw("select a from nowhere"), /no such table/);
    await knex("things").insert({ id: 1, name: "one" });
    for (const _ of [1, 2]) await assert.rejects(async () => knex("things").insert({ id: 2, name: "one" }), /UNIQUE/);
    assert.deepEqual(await knex("things").insert({ id: 2, name: "two" }), [2]);
    await assert.rejects(
      knex.transaction(async (inside) => {
        await inside("things").delete();
        await inside("things").insert({ id: 1, name: "one" });
        await inside("things").insert({ id: 1, name: "one" });
      }),
    );
    assert.equal((await knex("things")).length, 2);
  });

  test("are no more than the limit, the one unused for longest goes, and none is left when the connection closes", () => {
    const open = new Set<string>();
    let prepared = 0;
    const connection: RawConnection = {
      all: () => assert.fail("not kept"),
      run: () => assert.fail("not kept"),
      prepare(sql) {
        prepared++;
        open.add(sql);
        return { all() {}, run() {}, finalize: () => open.delete(sql) };
      },
      close() {
        assert.equal(open.size, 0);
      },
    };
    keepPrepared(connection, 2);
    for (const sql of ["select 1", "select 2", "select 1", "select 3"]) connection.all(sql, [], () => {});
    assert.deepEqual([...open], ["select 1", "select 3"]);
    assert.equal(prepared, 3);
    connection.close(() => {});
  });
});

describe("connections that only read", () => {
  test("see at once what was committed, nothing that was not, and cannot write", async (t) => {
    const { file, knex } = await openFile(t);
    const reading = connectReaders(file);
    t.after(() => reading.destroy());
    const count = async () => (await reading("things")).length;
    for (const id of [1, 2, 3]) {
      await knex("things").insert({ id });
      assert.equal(await count(), id);
    }
    await knex.transaction(async (inside) => {
      await inside("things").insert({ id: 4 });
      assert.equal(await count(), 3);
    });
    assert.equal(await count(), 4);
    await assert.rejects(async () => reading("things").delete(), /readonly/);
  });
});
