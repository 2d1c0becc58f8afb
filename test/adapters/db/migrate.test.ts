import assert from "node:assert/strict";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, test } from "node:test";
import type { Knex } from "knex";
import { connect, migrate } from "../../../src/adapters/db/connect.ts";
import { writeHub } from "../../../src/adapters/db/hub-rows.ts";
import { createSealer } from "../../../src/adapters/db/seal.ts";
import { createStore } from "../../../src/adapters/db/store.ts";
import { makeHub, makeParticipation } from "../../support/make.ts";

const shipped = resolve(import.meta.dirname, "../../../migrations");

/** A hub in the columns that the table has at this point. */
async function addHubOfThen(knex: Knex): Promise<void> {
  const columns = Object.keys(await knex("hubs").columnInfo());
  const row = Object.entries({ ...writeHub(makeHub({ id: "hub" })), submission_key: "form" });
  await knex("hubs").insert(Object.fromEntries(row.filter(([column]) => columns.includes(column))));
}

/** As the tables were then; the adapter writes them as they are now. */
async function addTeacher(knex: Knex): Promise<void> {
  const row = { id: "teacher", username: "teacher", name: "Ada", email: "", groups: "[]", active: 1 };
  await knex("people").insert({ ...row, checked_at: 0, language: "en" });
}

describe("migrating", () => {
  const withFolder = async (later: string, check: (folder: string, file: string) => Promise<void>) => {
    const home = await mkdtemp(join(tmpdir(), "jhaas-migrate-"));
    try {
      await cp(shipped, join(home, "migrations"), { recursive: true });
      await writeFile(join(home, "package.json"), '{"type":"module"}');
      const file = join(home, "portal.sqlite");
      const knex = connect(file);
      await migrate(knex, join(home, "migrations"));
      const store = createStore(knex, createSealer("a-secret-key-of-32-characters-or-more"));
      await addTeacher(knex);
      const hub = makeHub({ id: "hub" });
      await store.hubs.add(hub, "form");
      await store.participations.add(makeParticipation({ hubId: "hub", personId: "teacher" }));
      await store.events.add({
        ...{ hubId: "hub", at: new Date(), kind: "requested", actorId: "teacher" },
        ...{ subjectId: null, from: null, to: null, reason: null },
      });
      await knex.destroy();
      await writeFile(join(home, "migrations", "29990101000000_later.ts"), later);
      await check(join(home, "migrations"), file);
    } finally {
      await rm(home, { recursive: true });
    }
  };

  test("when the audit log is made anew, its rows stay, it takes events without a hub, and nothing is changed in it", async () => {
    const home = await mkdtemp(join(tmpdir(), "jhaas-migrate-"));
    try {
      await writeFile(join(home, "package.json"), '{"type":"module"}');
      const first = "20261123200000_create-tables.ts";
      await cp(join(shipped, first), join(home, "migrations", first));
      const knex = connect(join(home, "portal.sqlite"));
      await migrate(knex, join(home, "migrations"));
      const store = createStore(knex, createSealer("a-secret-key-of-32-characters-or-more"));
      await addTeacher(knex);
      await addHubOfThen(knex);
      const event = { at: new Date(5), actorId: "teacher", subjectId: null, from: "a", to: "b", reason: "why" };
      await store.events.add({ ...event, hubId: "hub", kind: "requested" });
      await cp(shipped, join(home, "migrations"), { recursive: true });
      await migrate(knex, join(home, "migrations"));
      const [kept] = await store.events.ofHub("hub", 10);
      assert.deepEqual([kept?.kind, kept?.at, kept?.reason], ["requested", new Date(5), "why"]);
      await store.events.add({ ...event, hubId: null, kind: "requested" });
      await assert.rejects(knex("hub_events").update({ reason: "other" }), /append-only/);
      await assert.rejects(knex("hub_events").delete(), /append-only/);
      await knex.destroy();
    } finally {
      await rm(home, { recursive: true });
    }
  });

  test("when a later migration makes the hubs anew, rows that belong to them stay", async () => {
    const later = `
      export async function up(knex) {
        await knex.raw("create table hubs_new as select * from hubs");
        await knex.schema.alterTable("hubs", (table) => { table.text("invitation_token").nullable().alter(); });
        await knex.raw("drop table hubs_new");
      }
      export async function down() {}`;
    await withFolder(later, async (folder, file) => {
      const knex = connect(file);
      await migrate(knex, folder);
      for (const table of ["hubs", "participations", "hub_events"]) {
        assert.equal((await knex(table).select()).length, 1, table);
      }
      await assert.rejects(knex("hubs").delete(), /FOREIGN KEY/, "foreign keys are on again");
      await knex.destroy();
    });
  });

  test("when a migration leaves rows that point nowhere, it says so and does not go on", async () => {
    const later = `
      export async function up(knex) { await knex("hubs").delete(); }
      export async function down() {}`;
    await withFolder(later, async (folder, file) => {
      const knex = connect(file);
      await assert.rejects(migrate(knex, folder), /point nowhere/);
      await knex.destroy();
    });
  });

  test("when it runs again, it changes nothing", async () => {
    const knex = connect(":memory:");
    await migrate(knex);
    await migrate(knex);
    await knex.destroy();
  });

  test("people known already are known since the earliest that tells of them, and nobody was seen yet", async () => {
    const home = await mkdtemp(join(tmpdir(), "jhaas-migrate-"));
    try {
      await writeFile(join(home, "package.json"), '{"type":"module"}');
      const first = "20261123200000_create-tables.ts";
      await cp(join(shipped, first), join(home, "migrations", first));
      const knex = connect(join(home, "portal.sqlite"));
      await migrate(knex, join(home, "migrations"));
      await addTeacher(knex);
      await knex("people").update({ checked_at: 900 });
      await addHubOfThen(knex);
      await knex("hubs").update({ created_at: 300 });
      await cp(shipped, join(home, "migrations"), { recursive: true });
      await migrate(knex, join(home, "migrations"));
      const store = createStore(knex, createSealer("a-secret-key-of-32-characters-or-more"));
      const known = await store.directory.byId("teacher");
      assert.deepEqual([known?.knownSince, known?.lastSeenAt], [new Date(300), null]);
      await knex.destroy();
    } finally {
      await rm(home, { recursive: true });
    }
  });
});
