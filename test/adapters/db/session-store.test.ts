import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { SessionData } from "express-session";
import { connect } from "../../../src/adapters/db/connect.ts";
import { SessionStore } from "../../../src/adapters/db/session-store.ts";

const hourMs = 60 * 60 * 1000;

async function openSessions(t: TestContext) {
  const knex = connect(":memory:");
  const store = new SessionStore(knex);
  await store.ready;
  t.after(async () => {
    store.close();
    await knex.destroy();
  });
  const lasting = (ms: number, more: object = {}) =>
    ({ cookie: { originalMaxAge: ms, maxAge: ms, expires: new Date(Date.now() + ms) }, ...more }) as SessionData;
  const ends = async (id: string) => Date.parse((await knex("sessions").where({ sid: id }).first("expired")).expired);
  const get = (id: string) => store.get(id);
  return { store, lasting, ends, get };
}

test("a session is found until it ends or is destroyed", async (t) => {
  const { store, lasting, get } = await openSessions(t);
  await store.set("mine", lasting(hourMs, { personId: "me" }));
  await store.set("over", lasting(-1000));
  assert.equal((await get("mine"))?.personId, "me");
  assert.equal(await get("over"), null);
  assert.equal(await get("unknown"), null);
  await store.destroy("mine");
  assert.equal(await get("mine"), null);
});

test("looking at pages prolongs a session, but writes that at most every five minutes", async (t) => {
  const { store, lasting, ends } = await openSessions(t);
  await store.set("mine", lasting(hourMs));
  await store.touch("mine", lasting(2 * hourMs));
  const first = await ends("mine");
  assert.ok(first > Date.now() + 1.9 * hourMs, "written");
  await store.touch("mine", lasting(2 * hourMs + 4 * 60_000));
  assert.equal(await ends("mine"), first);
  await store.touch("mine", lasting(2 * hourMs + 6 * 60_000));
  assert.ok((await ends("mine")) > first);
});

test("prolonging a session that was destroyed does not bring it back", async (t) => {
  const { store, lasting, get } = await openSessions(t);
  await store.set("mine", lasting(hourMs));
  await store.destroy("mine");
  await store.touch("mine", lasting(2 * hourMs));
  assert.equal(await get("mine"), null);
});
