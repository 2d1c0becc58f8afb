import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { decisions, deployments, type Hub } from "../../../src/domain/hub.ts";
import { hubPhases, phaseOf } from "../../../src/domain/hub-phase.ts";
import type { HubOrder, HubSearch } from "../../../src/ports/hub-search.ts";
import type { Store } from "../../../src/ports/store.ts";
import { makeHub, makeParticipation, makePerson } from "../../support/make.ts";
import { openTestStore } from "../../support/memory-store.ts";

const today = "2026-11-24";
const everything: HubSearch = { text: "", teacher: "", phase: null, from: null, to: null, endsBy: null, today };
const newest: HubOrder = { by: "created", descending: true };

describe("looking through all hubs", () => {
  let store: Store;
  let close: () => Promise<void>;
  before(async () => {
    ({ store, close } = await openTestStore());
    await store.people.keep(makePerson({ id: "teacher", username: "ada", name: "Dr. 100%_Sure" }));
    await store.people.keep(
      makePerson({ id: "teacher2", username: "alan", name: "Alan Turing", email: "at@kings.example" }),
    );
  });
  after(() => close());

  const added = async (given: Partial<Hub>) => {
    const hub = makeHub(given);
    assert.equal(await store.hubs.add(hub, hub.id), "added");
    return hub;
  };
  const find = async (search: Partial<HubSearch>, order = newest, ask = { page: 1, size: 500 }) => {
    const page = await store.hubFinder.find({ ...everything, ...search }, order, ask);
    assert.equal(await store.hubFinder.count({ ...everything, ...search }), page.total);
    return page;
  };
  const ids = async (...given: Parameters<typeof find>) => (await find(...given)).items.map((row) => row.hub.id);

  test("the search by phase finds exactly the hubs whose phase it is, and sorts by it, for every state a hub can be in", async () => {
    const all: Hub[] = [];
    for (const decision of decisions) {
      for (const deployment of decision === "accepted" || decision === "cancelled" ? deployments : ["none" as const]) {
        for (const degradeRequestedAt of [null, new Date()]) {
          for (const end of ["2026-11-23", today, "2027-01-01"]) {
            const period = { start: "2026-11-01", end };
            all.push(await added({ name: "Phases", decision, deployment, degradeRequestedAt, period }));
          }
        }
      }
    }
    for (const phase of hubPhases) {
      const wanted = all.filter((hub) => phaseOf(hub, today) === phase).map((hub) => hub.id);
      assert.ok(wanted.length > 0, phase);
      assert.deepEqual((await ids({ text: "Phases", phase })).sort(), wanted.sort(), phase);
    }
    for (const descending of [false, true]) {
      const found = await find({ text: "Phases" }, { by: "state", descending });
      const places = found.items.map((row) => hubPhases.indexOf(phaseOf(row.hub, today)));
      assert.deepEqual(
        places,
        places.toSorted((a, b) => (descending ? b - a : a - b)),
      );
      assert.equal(places.length, all.length);
    }
  });

  test("a text finds name, slug, description and teacher, and is taken literally", async () => {
    const hub = await added({ name: "50% of_all", slug: "half-of-it", description: "Integrals, every_week" });
    for (const text of ["50% of_", " half-of ", "every_week"]) assert.deepEqual(await ids({ text }), [hub.id], text);
    for (const text of ["50% ofXall", "everyXweek", "' or 1=1 --"]) assert.deepEqual(await ids({ text }), [], text);
    assert.ok((await ids({ text: "100%_Sure" })).length > 1, "the teacher's name counts");
    assert.equal((await ids({ text: "100%" })).length, (await ids({ text: "Dr. " })).length);
  });

  test("a teacher is found by name, username or e-mail, and what they did not request is not", async () => {
    const hub = await added({ teacherId: "teacher2", name: "Machines" });
    await added({ name: "A hub about Turing", description: "alan" });
    for (const teacher of ["turing", "alan", "at@kings"]) assert.deepEqual(await ids({ teacher }), [hub.id], teacher);
    const [found] = (await find({ teacher: "alan" })).items;
    assert.deepEqual(
      [found?.teacherName, found?.teacherUsername, found?.teacherEmail],
      ["Alan Turing", "alan", "at@kings.example"],
    );
  });

  test("a period finds hubs that share a day with it, both ends included and each end optional", async () => {
    const hub = await added({ name: "Spring", period: { start: "2028-04-01", end: "2028-09-30" } });
    const spring = (from: string | null, to: string | null) => ids({ text: "Spring", from, to });
    for (const [from, to] of [
      ["2028-09-30", null],
      [null, "2028-04-01"],
      ["2028-05-01", "2028-05-01"],
      ["2028-01-01", "2029-01-01"],
    ] as const) {
      assert.deepEqual(await spring(from, to), [hub.id], `${from} ${to}`);
    }
    assert.deepEqual(await spring("2028-10-01", null), []);
    assert.deepEqual(await spring(null, "2028-03-31"), []);
    assert.deepEqual(await ids({ text: "Spring", endsBy: "2028-09-30" }), [hub.id]);
    assert.deepEqual(await ids({ text: "Spring", endsBy: "2028-09-29" }), []);
  });

  test("hubs are sorted as asked, upper and lower case alike, and pages follow one another", async () => {
    const make = (name: string, teacherId: string, start: string, end: string, day: number) =>
      added({
        name,
        teacherId,
        description: "sorted",
        period: { start, end },
        createdAt: new Date(Date.UTC(2026, 0, day)),
      });
    const b = await make("beta", "teacher2", "2029-03-01", "2029-03-09", 2);
    const a = await make("Alpha", "teacher", "2029-02-01", "2029-05-01", 3);
    const c = await make("Gamma", "teacher", "2029-01-01", "2029-04-01", 1);
    const expected = { name: [a, b, c], teacher: [b, a, c], start: [c, a, b], end: [b, c, a], created: [c, b, a] };
    for (const [by, hubs] of Object.entries(expected)) {
      const wanted = hubs.map((hub) => hub.id);
      assert.deepEqual(await ids({ text: "sorted" }, { by: by as HubOrder["by"], descending: false }), wanted, by);
      const paged = [1, 2, 3].map((page) =>
        ids({ text: "sorted" }, { by: by as HubOrder["by"], descending: false }, { page, size: 1 }),
      );
      assert.deepEqual((await Promise.all(paged)).flat(), wanted, by);
    }
    assert.deepEqual(await ids({ text: "sorted" }, { by: "end", descending: true }), [a.id, c.id, b.id]);
  });

  test("each hub comes with how many wait and how many are in", async () => {
    const hub = await added({ name: "Counted" });
    await store.participations.add(makeParticipation({ hubId: hub.id, personId: "teacher" }));
    await store.participations.add(makeParticipation({ hubId: hub.id, personId: "teacher2", status: "accepted" }));
    const [found] = (await find({ text: "Counted" })).items;
    assert.deepEqual([found?.applied, found?.accepted], [1, 1]);
  });
});
