import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Knex } from "knex";
import type { Hub } from "../../../src/domain/hub.ts";
import type { Store } from "../../../src/ports/store.ts";
import { makeHub, makeParticipation, makePerson } from "../../support/make.ts";
import { openTestStore } from "../../support/memory-store.ts";

const firstPage = { page: 1, size: 20 };
const now = new Date("2026-11-24T09:00:00Z");

describe("the store", () => {
  let store: Store;
  let knex: Knex;
  let close: () => Promise<void>;
  const teacher = makePerson({ id: "teacher", username: "teacher", name: "Dr. 100%_Sure" });
  const student = makePerson({ id: "student", username: "student" });

  before(async () => {
    ({ store, knex, close } = await openTestStore());
    await store.people.keep(teacher);
    await store.people.keep(student);
  });
  after(() => close());

  const added = async (given: Partial<Hub> = {}) => {
    const hub = makeHub(given);
    assert.equal(await store.hubs.add(hub, hub.id), "added");
    return hub;
  };

  test("a hub that is added comes back as it was", async () => {
    const hub = await added({ decision: "accepted", decidedAt: now, decidedBy: "teacher", eraseDataAt: now });
    assert.deepEqual(await store.hubs.byId(hub.id), hub);
    assert.deepEqual(await store.hubs.byInvitation(hub.invitationToken), hub);
    assert.deepEqual(await store.hubs.bySubmission("teacher", hub.id), hub);
    assert.equal(await store.hubs.byId("nothing"), null);
  });

  test("a slug is held until its hub is declined, cancelled or removed", async () => {
    const first = await added({ slug: "held" });
    assert.equal(await store.hubs.add(makeHub({ slug: "held" }), "other"), "slug-taken");
    assert.equal(await store.hubs.slugIsHeld("held"), true);
    await store.hubs.change(first.id, {}, { decision: "declined" });
    assert.equal(await store.hubs.slugIsHeld("held"), false);
    const second = await added({ slug: "held" });
    await store.hubs.change(second.id, {}, { decision: "accepted", deployment: "removed" });
    await added({ slug: "held" });
  });

  test("when the same form comes twice, it is recognised and adds nothing", async () => {
    const hub = makeHub();
    assert.equal(await store.hubs.add(hub, "form"), "added");
    assert.equal(await store.hubs.add(makeHub(), "form"), "repeated");
  });

  test("when two change a hub at once, the second finds its expectation broken", async () => {
    const hub = await added();
    const expected = { decision: "pending", version: 1 } as const;
    assert.equal(await store.hubs.change(hub.id, expected, { decision: "accepted", version: 2 }), true);
    assert.equal(await store.hubs.change(hub.id, expected, { decision: "declined", version: 2 }), false);
    assert.equal(await store.hubs.change(hub.id, { deployment: ["deployed", "failed"] }, { attempts: 9 }), false);
    assert.equal(await store.hubs.change(hub.id, { degradeRequestedAt: null }, { attempts: 1 }), true);
    assert.equal((await store.hubs.byId(hub.id))?.decision, "accepted");
  });

  test("when a transaction fails, nothing of it is kept", async () => {
    const hub = await added();
    await assert.rejects(
      store.transaction(async (inside) => {
        await inside.hubs.change(hub.id, {}, { name: "Other" });
        throw new Error("cut off");
      }),
      /cut off/,
    );
    assert.equal((await store.hubs.byId(hub.id))?.name, hub.name);
  });

  test("the audit log refuses to be changed or emptied", async () => {
    const hub = await added();
    const event = { hubId: hub.id, at: now, kind: "requested", actorId: "teacher", subjectId: null } as const;
    await store.events.add({ ...event, from: null, to: "pending", reason: null });
    await assert.rejects(knex("hub_events").update({ kind: "declined" }), /append-only/);
    await assert.rejects(knex("hub_events").delete(), /append-only/);
    const [seen] = await store.events.ofHub(hub.id, 10);
    assert.equal(seen?.actorName, teacher.name);
    assert.equal(seen?.subjectName, null);
  });

  test("participations are listed with waiting ones first, counted, and found by name", async () => {
    // The newest of the teacher's hubs, so that it is on the first page of them.
    const hub = await added({ createdAt: new Date(now.getTime() + 1) });
    // Not the hub's own teacher, who would take no seat.
    const guest = makePerson({ id: "guest", username: "guest", name: "Prof. 100%_Sure" });
    await store.people.keep(guest);
    const accepted = makeParticipation({ hubId: hub.id, personId: "guest", status: "accepted" });
    const applied = makeParticipation({ hubId: hub.id, personId: "student" });
    assert.equal(await store.participations.add(accepted), true);
    assert.equal(await store.participations.add(applied), true);
    assert.equal(await store.participations.add({ ...applied, id: "again" }), false);
    const page = await store.participations.listOfHub(hub.id, { status: null, text: "" }, firstPage);
    assert.deepEqual(
      page.items.map((row) => [row.participation, row.person]),
      [
        [applied, student],
        [accepted, guest],
      ],
    );
    const filtered = await store.participations.listOfHub(hub.id, { status: "accepted", text: "%_S" }, firstPage);
    assert.equal(filtered.total, 1);
    const counts = await store.participations.counts(hub.id);
    assert.deepEqual([counts.applied, counts.accepted, counts.removed], [1, 1, 0]);
    assert.deepEqual(await store.participations.unsettled(hub.id), [{ ...accepted, active: true }]);
    const own = await store.participations.listOfPerson("student", firstPage);
    assert.deepEqual([own.items[0]?.hub.id, own.items[0]?.teacherName], [hub.id, teacher.name]);
    const [listed] = (await store.hubs.listOf("teacher", firstPage)).items.filter((row) => row.hub.id === hub.id);
    assert.deepEqual([listed?.applied, listed?.accepted], [1, 1]);
    assert.equal(await store.seats.taken(hub.id), 1);
    await store.participations.add(makeParticipation({ hubId: hub.id, personId: "teacher", status: "accepted" }));
    assert.equal(await store.seats.taken(hub.id), 1, "the hub's own teacher takes no seat");
    assert.deepEqual(await store.seats.waiting(hub.id), [applied.id]);
  });

  test("secrets are sealed in the database, and the first ones stay", async () => {
    const hub = await added();
    const secrets = {
      clientId: "client",
      clientSecret: "very-secret",
      apiToken: "token",
      cookieSecret: "cookie",
      cryptKey: "crypt",
      proxyToken: "proxy",
    };
    assert.deepEqual(await store.secrets.keepFirst(hub.id, secrets), secrets);
    assert.deepEqual(await store.secrets.keepFirst(hub.id, { ...secrets, clientId: "later" }), secrets);
    const row = await knex("hub_secrets").where({ hub_id: hub.id }).first("sealed");
    assert.doesNotMatch(row.sealed, /very-secret/);
    const without = await added();
    assert.deepEqual(await store.secrets.ofAll([without.id, hub.id]), new Map([[hub.id, secrets]]));
    await store.secrets.forget(hub.id);
    assert.equal(await store.secrets.of(hub.id), null);
  });

  test("a lease is held by one, until it ends or its holder is dead", async () => {
    const alive = () => false;
    const later = new Date(now.getTime() + 31_000);
    assert.equal(await store.leases.take("work", "one", now, 30_000, alive), true);
    assert.equal(await store.leases.take("work", "two", now, 30_000, alive), false);
    assert.equal(await store.leases.take("work", "one", now, 30_000, alive), true);
    assert.equal(await store.leases.take("work", "two", now, 30_000, () => true), true);
    assert.equal(await store.leases.take("work", "one", later, 30_000, alive), true);
    await store.leases.release("work", "one");
    assert.equal(await store.leases.take("work", "two", later, 30_000, alive), true);
  });

  test("a mail is due until it is sent or given up", async () => {
    const hub = await added();
    const mail = { kind: "hub-deployed", to: { personId: "teacher" }, hubId: hub.id, reason: null } as const;
    await store.mails.addOnceADay(mail, now);
    await store.mails.addOnceADay(mail, now);
    await store.mails.add({ ...mail, to: "governance" }, now);
    const due = (await store.mails.due(now, 100)).filter((each) => each.hubId === hub.id);
    assert.deepEqual(
      due.map((each) => each.to),
      [{ personId: "teacher" }, "governance"],
    );
    await store.mails.markSent(due[0]?.id ?? 0, now);
    await store.mails.markFailed(due[1]?.id ?? 0, "refused", new Date(now.getTime() + 60_000));
    assert.equal((await store.mails.due(now, 100)).filter((each) => each.hubId === hub.id).length, 0);
    const later = await store.mails.due(new Date(now.getTime() + 60_000), 100);
    assert.equal(later.find((each) => each.hubId === hub.id)?.attempts, 1);
  });

  test("hubs that need the reconciler are found, and hubs at rest are not", async () => {
    const today = "2026-11-24";
    const base = { decision: "accepted", groupId: "group" } as const;
    const period = { start: "2026-12-01", end: "2027-01-01" };
    const running = { start: "2026-11-01", end: "2027-01-01" };
    const cases: [string, Partial<Hub>, boolean][] = [
      ["pending", { decision: "pending" }, false],
      ["accepted without a group", { ...base, groupId: null, period }, true],
      ["accepted, waiting for its start", { ...base, period }, false],
      ["start reached", { ...base, period: running }, true],
      ["deployed", { ...base, period: running, deployment: "deployed" }, false],
      ["deploying", { ...base, period: running, deployment: "deploying" }, true],
      ["failed and due", { ...base, deployment: "failed", nextAttemptAt: now }, true],
      ["failed and not due", { ...base, deployment: "failed", nextAttemptAt: new Date(now.getTime() + 1) }, false],
      ["over", { ...base, period: { start: "2026-11-01", end: "2026-11-23" }, deployment: "deployed" }, true],
      ["degraded", { ...base, period: running, deployment: "deployed", degradeRequestedAt: now }, true],
      ["removed, data kept", { ...base, deployment: "removed", eraseDataAt: new Date(now.getTime() + 1) }, false],
      ["removed, data due", { ...base, deployment: "removed", eraseDataAt: now }, true],
      ["removed, data gone", { ...base, deployment: "removed", eraseDataAt: now, dataErasedAt: now }, false],
      ["cancelled", { ...base, decision: "cancelled", period }, true],
      ["cancelled and gone", { ...base, decision: "cancelled", deployment: "removed", dataErasedAt: now }, false],
      [
        "redeployment asked",
        {
          ...base,
          period: running,
          deployment: "deployed",
          deployStartedAt: now,
          redeployRequestedAt: new Date(now.getTime() + 1),
        },
        true,
      ],
    ];
    for (const [name, given, wanted] of cases) {
      const hub = await added(given);
      const found = (await store.hubs.idsToReconcile(now, today, 0)).includes(hub.id);
      assert.equal(found, wanted, name);
    }
    const hub = await added({ ...base, period: running, deployment: "deployed" });
    await store.participations.add(makeParticipation({ hubId: hub.id, personId: "student", status: "accepted" }));
    assert.ok((await store.hubs.idsToReconcile(now, today, 0)).includes(hub.id), "access to be granted");
  });
});
