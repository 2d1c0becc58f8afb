import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { Actor } from "../../src/domain/actor.ts";
import { Conflict, Forbidden, Invalid, NotFound } from "../../src/domain/errors.ts";
import type { Hub } from "../../src/domain/hub.ts";
import { formOf } from "../../src/domain/hub-change.ts";
import type { HubForm } from "../../src/domain/hub-request.ts";
import { cancelHub } from "../../src/usecases/hubs/cancel-hub.ts";
import { degradeHub } from "../../src/usecases/hubs/degrade-hub.ts";
import { showHub } from "../../src/usecases/hubs/show-hub.ts";
import { reconcileHub } from "../../src/usecases/reconcile/reconcile-hub.ts";
import { withdrawChange } from "../../src/usecases/requests/close-change.ts";
import { decideChange } from "../../src/usecases/requests/decide-change.ts";
import { requestChange, startChange } from "../../src/usecases/requests/request-change.ts";
import { listOpenRequests } from "../../src/usecases/requests/review-requests.ts";
import { sendBackChange } from "../../src/usecases/requests/send-back.ts";
import { changesOf } from "../../src/usecases/requests/show-changes.ts";
import { createFakeCore, type FakeCore } from "../fakes/core.ts";
import { makeHub, makeParticipation, makePerson } from "../support/make.ts";

const actorOf = (id: string, groups: string[], name = id): Actor => ({
  person: makePerson({ id, username: id, name, groups }),
  roles: { teacher: groups.includes("portal-leaders"), governance: groups.includes("portal-admins") },
});
const teacher = actorOf("teacher", ["portal-leaders"], "Ada Lovelace");
const coTeacher = actorOf("co-teacher", [], "Mary Somerville");
const tutor = actorOf("tutor", []);
const otherTeacher = actorOf("teacher2", ["portal-leaders"]);
const governance = actorOf("governance", ["portal-admins"], "Grace Hopper");
const coGovernance = actorOf("governance2", ["portal-admins"], "Joan Clarke");
const students = Array.from({ length: 3 }, (_, index) => actorOf(`student${index}`, []));

describe("a change request", () => {
  let core: FakeCore;
  let hub: Hub;
  beforeEach(async () => {
    core = await createFakeCore();
    for (const { person } of [teacher, coTeacher, tutor, otherTeacher, governance, coGovernance, ...students])
      await core.store.people.keep({ ...person, checkedAt: core.clock.now() });
    hub = await add({ period: { start: "2026-12-01", end: "2027-03-31" } });
  });
  afterEach(() => core.close());

  const add = async (given: Partial<Hub> = {}) => {
    const decided = { decision: "accepted", decidedBy: "governance", decidedAt: core.clock.now() } as const;
    const made = makeHub({ ...decided, groupId: "group", ...given });
    await core.store.hubs.add(made, made.id);
    for (const [personId, role] of [
      ["co-teacher", "teacher"],
      ["tutor", "tutor"],
    ] as const) {
      const at = { addedAt: core.clock.now(), updatedAt: core.clock.now() };
      const part = { hubId: made.id, personId, role, active: true, access: "granted", addedBy: "teacher" } as const;
      await core.store.staff.keep({ ...part, ...at });
    }
    return made;
  };
  const hubNow = async (id = hub.id): Promise<Hub> => (await core.store.hubs.byId(id)) ?? assert.fail("gone");
  /** Files a change as from a form that is opened now. */
  const propose = async (given: Partial<HubForm>, { actor = teacher, comment = "", id = hub.id } = {}) => {
    const view = await startChange(core, actor, { hubId: id });
    const form = { ...formOf(view.hub), ...given };
    const seen = { version: view.hub.version, openId: view.open?.id ?? "" };
    return requestChange(core, actor, { hubId: id, form, comment, ...seen });
  };
  const decide = (
    change: { id: string; hubId: string; version: number },
    decision: "accepted" | "declined",
    { actor = governance, reason = decision === "declined" ? "Too much" : "" } = {},
  ) =>
    decideChange(core, actor, {
      hubId: change.hubId,
      changeId: change.id,
      version: change.version,
      decision,
      reason,
    });
  const fates = async (id = hub.id) => (await changesOf(core, id)).map(({ change }) => change.status);
  const kinds = async (id = hub.id) => (await core.store.events.ofHub(id, 100)).map((event) => event.kind).reverse();
  const mails = async () =>
    (await core.store.mails.due(core.clock.now(), 100)).map(
      (mail) => `${mail.kind} to ${mail.to === "governance" ? "governance" : mail.to.personId}`,
    );
  const accept = async (people: Actor[], id = hub.id) => {
    for (const { person } of people) {
      const given = { hubId: id, personId: person.id, status: "accepted", access: "granted" } as const;
      await core.store.participations.add(makeParticipation(given));
    }
  };
  const faultsOf = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => assert.fail("nothing was refused"),
      (refused: unknown) => refused,
    );
    assert.ok(error instanceof Invalid, String(error));
    return error.faults.map(({ field }) => field);
  };

  test("when it is accepted, the hub is what was proposed, teachers are told, and the difference is kept", async () => {
    const change = await propose({ name: "Statistics II", participants: "40" }, { comment: "More people" });
    assert.equal((await hubNow()).name, "Statistics I", "nothing changes before the decision");
    await decide(change, "accepted");
    const now = await hubNow();
    assert.deepEqual([now.name, now.usage.participants, now.version], ["Statistics II", 40, hub.version + 1]);
    assert.equal(now.slug, hub.slug);
    assert.deepEqual(await kinds(), ["change-requested", "change-accepted"]);
    assert.deepEqual(await mails(), [
      "change-requested to governance",
      "change-accepted to teacher",
      "change-accepted to co-teacher",
    ]);
    const [event] = await core.store.events.ofHub(hub.id, 1);
    assert.equal(event?.reason, "Project Name: Statistics I → Statistics II; Number of participants: 25 → 40.");
    const [row] = await changesOf(core, hub.id);
    assert.deepEqual(
      row?.difference.map(({ field, before, after }) => [field, before, after]),
      [
        ["name", "Statistics I", "Statistics II"],
        ["participants", 25, 40],
      ],
    );
    assert.deepEqual(core.woken, [hub.id]);
  });

  test("when it is declined, a reason is needed, is in the mail, and the hub stays", async () => {
    const change = await propose({ ramGib: "4" });
    assert.deepEqual(await faultsOf(decide(change, "declined", { reason: " " })), ["reason"]);
    assert.deepEqual(await fates(), ["open"]);
    await decide(change, "declined");
    assert.equal((await hubNow()).usage.ramGib, hub.usage.ramGib);
    const due = await core.store.mails.due(core.clock.now(), 10);
    assert.equal(due.find(({ kind }) => kind === "change-declined")?.reason, "Too much");
    await assert.rejects(decide(change, "accepted", { actor: coGovernance }), /Grace Hopper has already declined/);
  });

  test("nothing changed, bad values and fewer seats than accepted people are faults at their fields", async () => {
    await accept(students);
    assert.deepEqual(await faultsOf(propose({})), ["name"]);
    assert.deepEqual(await faultsOf(propose({ name: "a", endDate: "2026-11-01", ramGib: "99" })), [
      "name",
      "endDate",
      "ramGib",
    ]);
    assert.deepEqual(await faultsOf(propose({ participants: "2" })), ["participants"]);
    assert.deepEqual(await faultsOf(propose({ participants: "30" }, { comment: "x".repeat(1001) })), ["comment"]);
    await propose({ participants: "3" });
    assert.deepEqual(await fates(), ["open"]);
  });

  test("a slug that is sent along is not read", async () => {
    const change = await propose({ slug: "other", name: "Statistics II" });
    assert.equal(change.wish.slug, hub.slug);
    await decide(change, "accepted");
    assert.equal((await hubNow()).slug, hub.slug);
  });

  test("a start date that has passed may stay, another one must not lie in the past", async () => {
    const begun = await add({ period: { start: "2026-11-20", end: "2027-03-31" }, deployment: "none" });
    const change = await propose({ endDate: "2027-02-28" }, { id: begun.id });
    assert.equal(change.wish.period.start, "2026-11-20");
    assert.deepEqual(await faultsOf(propose({ startDate: "2026-11-21" }, { id: begun.id })), ["startDate"]);
  });

  test("a newer one supersedes the one that waits, which keeps its history; the same form twice is one", async () => {
    const first = await propose({ participants: "30" });
    const view = await startChange(core, teacher, { hubId: hub.id });
    assert.equal(view.form.participants, "30", "the form shows what waits");
    const form = { ...view.form, participants: "40" };
    const given = { hubId: hub.id, form, comment: "", version: view.hub.version, openId: first.id };
    const second = await requestChange(core, teacher, given);
    const again = await requestChange(core, teacher, given);
    assert.equal(again.id, second.id, "a second click");
    assert.deepEqual(await fates(), ["open", "superseded"]);
    assert.deepEqual(await kinds(), ["change-requested", "change-superseded", "change-requested"]);
    await assert.rejects(decide(first, "accepted"), /Ada Lovelace has replaced this change request/);
    await decide(second, "accepted");
    assert.equal((await hubNow()).usage.participants, 40);
  });

  test("two teachers who propose at the same moment: one is told of the other, and one waits", async () => {
    const outcomes = await Promise.allSettled([
      propose({ participants: "30" }),
      propose({ participants: "40" }, { actor: coTeacher }),
    ]);
    assert.deepEqual(outcomes.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
    const refused = outcomes.find((outcome) => outcome.status === "rejected");
    assert.ok(refused?.reason instanceof Invalid || refused?.reason instanceof Conflict);
    assert.deepEqual(await fates(), ["open"]);
  });

  test("two governance people deciding at the same moment: the second is told what the first did", async () => {
    const change = await propose({ participants: "30" });
    const outcomes = await Promise.allSettled([
      decide(change, "accepted"),
      decide(change, "declined", { actor: coGovernance }),
    ]);
    const refused = outcomes.find((outcome) => outcome.status === "rejected");
    assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 1);
    assert.match(String(refused?.reason), /has already (accepted|declined) this change request/);
    assert.equal((await fates()).length, 1);
  });

  test("the teacher takes it back, once; what is decided can no longer be taken back", async () => {
    const change = await propose({ participants: "30" });
    const given = { hubId: hub.id, changeId: change.id };
    await withdrawChange(core, coTeacher, given);
    await assert.rejects(withdrawChange(core, teacher, given), /Mary Somerville has withdrawn/);
    await assert.rejects(decide(change, "accepted"), /Mary Somerville has withdrawn/);
    assert.equal((await hubNow()).usage.participants, 25);
    const next = await propose({ participants: "30" });
    await decide(next, "accepted");
    await assert.rejects(withdrawChange(core, teacher, { hubId: hub.id, changeId: next.id }), /already accepted/);
  });

  test("sent back with a question, it comes last, and a newer one or an answer alone brings it back", async () => {
    const change = await propose({ participants: "30" });
    core.clock.advance(1000);
    const later = await add({ decision: "pending", name: "Later" });
    const list = async () => (await listOpenRequests(core, governance, { page: 1, size: 10 })).items;
    assert.deepEqual((await list()).map((row) => row.hub.id).sort(), [hub.id, later.id].sort());
    const asked = { hubId: hub.id, changeId: change.id, version: change.version };
    assert.deepEqual(await faultsOf(sendBackChange(core, governance, { ...asked, question: "" })), ["question"]);
    await sendBackChange(core, governance, { ...asked, question: "How many really?" });
    assert.deepEqual(
      (await list()).map((row) => [row.hub.id, row.sentBack]),
      [
        [later.id, false],
        [hub.id, true],
      ],
    );
    await assert.rejects(decide(change, "accepted", { actor: coGovernance }), /changed while you looked at it/);
    assert.deepEqual(await faultsOf(propose({ participants: "30" })), ["comment"]);
    const answered = await propose({ participants: "30" }, { comment: "Thirty." });
    assert.deepEqual(await fates(), ["open", "superseded"]);
    assert.equal((await list()).find((row) => row.change?.id === answered.id)?.sentBack, false);
    assert.ok((await mails()).includes("change-edited to governance"));
    assert.ok((await mails()).includes("change-sent-back to co-teacher"));
  });

  test("when people were accepted meanwhile, fewer seats are refused and the request can only be declined", async () => {
    const change = await propose({ participants: "1" });
    await accept(students);
    await assert.rejects(decide(change, "accepted"), /3 people are accepted already.*only be declined/);
    assert.deepEqual(await fates(), ["open"], "nothing of the refused act is kept");
    assert.deepEqual(await kinds(), ["change-requested"]);
    await decide(change, "declined");
  });

  test("when its end date has passed before the decision, it can only be declined", async () => {
    const change = await propose({ startDate: "2026-11-25", endDate: "2026-11-26" });
    core.clock.set("2026-11-27T11:00:00Z");
    await assert.rejects(decide(change, "accepted"), /end date that is proposed is over/);
  });

  test("when deployment begins first, it lapses with the reason; when the change is accepted first, that holds", async () => {
    const starts = await add({ period: { start: "2026-11-24", end: "2027-03-31" }, groupId: null });
    const change = await propose({ name: "Statistics II" }, { id: starts.id });
    await reconcileHub(core, starts.id);
    assert.deepEqual(await fates(starts.id), ["lapsed"]);
    await assert.rejects(decide(change, "accepted"), /lapsed. The hub's deployment has begun/);
    await assert.rejects(propose({ name: "Statistics II" }, { id: starts.id }), /deployment of this hub has begun/);

    const waits = await add({ period: { start: "2026-11-24", end: "2027-03-31" }, groupId: null });
    const postponed = await propose({ startDate: "2026-12-24" }, { id: waits.id });
    // The reconciler has read the hub, and the change is accepted before it writes.
    let done = false;
    const { transaction } = core.store;
    core.store.transaction = async (work) => {
      if (!done) {
        done = true;
        await decide(postponed, "accepted");
      }
      return transaction(work);
    };
    await reconcileHub(core, waits.id);
    core.store.transaction = transaction;
    const now = await hubNow(waits.id);
    assert.deepEqual([now.deployment, now.period.start], ["none", "2026-12-24"], "it does not begin before its start");
  });

  test("when the hub is cancelled or marked for degradation, it lapses", async () => {
    await propose({ participants: "30" });
    await cancelHub(core, teacher, { hubId: hub.id, reason: "" });
    assert.deepEqual(await fates(), ["lapsed"]);
    core.rules.updates = true;
    const up = await add({ deployment: "deployed" });
    await propose({ participants: "30" }, { id: up.id });
    await degradeHub(core, teacher, { hubId: up.id, reason: "" });
    assert.deepEqual(await fates(up.id), ["lapsed"]);
    await assert.rejects(propose({ participants: "31" }, { id: up.id }), /over or going away/);
  });

  test("a hub that is not accepted, over or going away cannot be changed, and its page says why", async () => {
    const refused: [Partial<Hub>, RegExp][] = [
      [{ decision: "pending" }, /simply be edited/],
      [{ decision: "declined" }, /is declined/],
      [{ decision: "cancelled" }, /is cancelled/],
      [{ deployment: "deployed" }, /deployment of this hub has begun/],
      [{ deployment: "failed" }, /deployment of this hub has begun/],
      [{ deployment: "removed" }, /over or going away/],
      [{ deployment: "deployed", period: { start: "2026-11-01", end: "2026-11-23" } }, /over or going away/],
    ];
    for (const [given, why] of refused) {
      const other = await add(given);
      await assert.rejects(propose({ name: "Statistics II" }, { id: other.id }), why, JSON.stringify(given));
      const seen = await showHub(core, teacher, { hubId: other.id, status: null, text: "", ask: { page: 1, size: 1 } });
      assert.match(seen.changeRefusal ?? "", why);
      assert.equal(seen.may.requestChange, false);
    }
  });

  test("owner and co-teachers propose, governance decides, others get nothing", async () => {
    await assert.rejects(propose({ name: "Statistics II" }, { actor: tutor }), Forbidden);
    await assert.rejects(propose({ name: "Statistics II" }, { actor: governance }), Forbidden);
    await assert.rejects(propose({ name: "Statistics II" }, { actor: otherTeacher }), NotFound);
    const change = await propose({ name: "Statistics II" }, { actor: coTeacher });
    await assert.rejects(decide(change, "accepted", { actor: teacher }), Forbidden);
    await assert.rejects(decide(change, "accepted", { actor: otherTeacher }), NotFound);
    const other = await add();
    await assert.rejects(decide({ ...change, hubId: other.id }, "accepted"), NotFound);
    await assert.rejects(withdrawChange(core, teacher, { hubId: other.id, changeId: change.id }), NotFound);
  });

  describe("to a hub that runs, with HUB_UPDATES=on", () => {
    beforeEach(async () => {
      core.rules.updates = true;
      hub = await add({
        deployment: "deployed",
        deployedAt: core.clock.now(),
        period: { start: "2026-11-01", end: "2027-03-31" },
      });
    });

    test("the start date stays and home folders only grow, at filing and at the decision", async () => {
      assert.deepEqual(await faultsOf(propose({ startDate: "2026-12-01", storageGib: "0.5" })), [
        "startDate",
        "storageGib",
      ]);
      const scheduled = await add({ period: { start: "2026-11-24", end: "2027-03-31" }, groupId: null });
      const change = await propose({ startDate: "2026-11-25" }, { id: scheduled.id });
      await reconcileHub(core, scheduled.id);
      assert.deepEqual(await fates(scheduled.id), ["open"], "with updates it does not lapse");
      await assert.rejects(decide(change, "accepted"), /start date can no longer change.*only be declined/);
    });

    test("a hub that failed is tried again at once with what was accepted", async () => {
      const next = new Date("2026-11-24T18:00:00Z");
      const failed = await add({
        deployment: "failed",
        attempts: 5,
        nextAttemptAt: next,
        failureReason: "No such image",
      });
      await decide(await propose({ ramGib: "1" }, { id: failed.id }), "accepted");
      const now = await hubNow(failed.id);
      assert.deepEqual([now.attempts, now.nextAttemptAt, now.specVersion], [0, null, 1]);
    });
  });
});
