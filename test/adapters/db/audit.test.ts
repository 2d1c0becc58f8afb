import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { HubEvent } from "../../../src/domain/hub-event.ts";
import type { AuditEvent, AuditFilter, AuditPlace } from "../../../src/ports/audit.ts";
import type { Store } from "../../../src/ports/store.ts";
import { makeHub, makePerson } from "../../support/make.ts";
import { openTestStore } from "../../support/memory-store.ts";

const everything: AuditFilter = { personId: null, person: "", hub: "", kind: null, from: null, until: null };
const minute = (count: number) => new Date(Date.UTC(2026, 10, 24, 9, count));

describe("the audit log", () => {
  let store: Store;
  let close: () => Promise<void>;
  const graphs = makeHub({ name: "Graphs 100%", slug: "graphs", teacherId: "ada" });
  const numbers = makeHub({ name: "Numbers", slug: "numbers", teacherId: "ada" });
  const add = (at: number, given: Partial<HubEvent>) =>
    store.events.add({
      ...{ hubId: null, kind: "requested", actorId: null, subjectId: null, from: null, to: null, reason: null },
      ...given,
      at: minute(at),
    });

  before(async () => {
    ({ store, close } = await openTestStore());
    await store.people.keep(makePerson({ id: "ada", username: "ada", name: "Ada Lovelace" }));
    await store.people.keep(makePerson({ id: "max", username: "max", name: "Max Born", email: "born@example.net" }));
    // Enough people with one name that their events are no longer looked up one by one.
    for (let each = 0; each < 1100; each++) await store.people.keep(makePerson({ id: `crowd-${each}`, name: "Crowd" }));
    for (const hub of [graphs, numbers]) assert.equal(await store.hubs.add(hub, hub.id), "added");
    await add(1, { hubId: graphs.id, actorId: "ada" });
    await add(2, { hubId: graphs.id, kind: "applied", actorId: "max", subjectId: "max" });
    await add(3, { hubId: graphs.id, kind: "participant-accepted", actorId: "ada", subjectId: "max" });
    await add(4, { hubId: numbers.id, actorId: "ada" });
    await add(5, { kind: "teacher-granted", subjectId: "max" });
    await add(5, { hubId: numbers.id, kind: "applied", actorId: "crowd-7", subjectId: "crowd-7" });
  });
  after(() => close());

  const list = async (filter: Partial<AuditFilter> = {}, after: AuditPlace | null = null, limit = 50) =>
    store.audit.list({ ...everything, ...filter }, after, limit);
  const minutes = async (filter: Partial<AuditFilter>) => (await list(filter)).map(({ at }) => at.getUTCMinutes());

  test("all events come, the newest first, with the names in them and those that concern no hub", async () => {
    const events = await list();
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ["applied", "teacher-granted", "requested", "participant-accepted", "applied", "requested"],
    );
    const { hubName, hubSlug, actorName, actorUsername, subjectName, subjectUsername } = events[3] ?? assert.fail();
    assert.deepEqual(
      [hubName, hubSlug, actorName, actorUsername, subjectName, subjectUsername],
      ["Graphs 100%", "graphs", "Ada Lovelace", "ada", "Max Born", "max"],
    );
    assert.equal(events[1]?.hubName, null);
  });

  test("a person is found as who acts and as whom it concerns, by name, username, e-mail or id", async () => {
    for (const filter of [{ person: "max b" }, { person: "born@" }, { personId: "max" }]) {
      assert.deepEqual(await minutes(filter), [5, 3, 2], JSON.stringify(filter));
    }
    assert.deepEqual(await minutes({ person: "nobody like this" }), []);
    assert.deepEqual(await minutes({ person: "Max_Born" }), []);
  });

  test("a name that very many people have is found as well", async () => {
    assert.deepEqual(await minutes({ person: "Crowd" }), [5]);
    assert.deepEqual(await minutes({ person: "Crowd", hub: "graphs" }), []);
    assert.deepEqual(await minutes({ person: "Crowd", hub: "numbers", kind: "applied" }), [5]);
  });

  test("hub, kind and time narrow what is found, also together", async () => {
    assert.deepEqual(await minutes({ hub: "graphs" }), [3, 2, 1]);
    assert.deepEqual(await minutes({ hub: "100%" }), [3, 2, 1]);
    assert.deepEqual(await minutes({ hub: "1_0" }), []);
    assert.deepEqual(await minutes({ kind: "requested" }), [4, 1]);
    assert.deepEqual(await minutes({ hub: "graphs", person: "max", kind: "applied" }), [2]);
    assert.deepEqual(await minutes({ from: minute(3), until: minute(5) }), [4, 3]);
    assert.deepEqual(await minutes({ person: "ada", from: minute(2) }), [4, 3]);
  });

  test("pages follow one another without a gap, also between events of one moment", async () => {
    for (const filter of [{}, { person: "max" }, { hub: "graphs" }, { kind: "applied" as const }]) {
      const whole = (await list(filter)).map(({ id }) => id);
      const paged: number[] = [];
      let place: AuditPlace | null = null;
      for (let page = 0; page <= whole.length; page++) {
        const [event]: AuditEvent[] = await list(filter, place, 1);
        if (event === undefined) break;
        paged.push(event.id);
        place = { at: event.at, id: event.id };
      }
      assert.deepEqual(paged, whole);
    }
  });
});
