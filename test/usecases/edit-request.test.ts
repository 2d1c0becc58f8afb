import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { Actor } from "../../src/domain/actor.ts";
import { Conflict, Forbidden, Invalid, NotFound } from "../../src/domain/errors.ts";
import type { Hub } from "../../src/domain/hub.ts";
import { formOf } from "../../src/domain/hub-change.ts";
import type { HubForm } from "../../src/domain/hub-request.ts";
import { cancelHub } from "../../src/usecases/hubs/cancel-hub.ts";
import { decideHub } from "../../src/usecases/requests/decide-hub.ts";
import { editRequest } from "../../src/usecases/requests/edit-request.ts";
import { startHubRequest } from "../../src/usecases/requests/request-hub.ts";
import { listOpenRequests, showRequest } from "../../src/usecases/requests/review-requests.ts";
import { sendBackRequest } from "../../src/usecases/requests/send-back.ts";
import { createFakeCore, type FakeCore, testRules } from "../fakes/core.ts";
import { makeHub, makePerson } from "../support/make.ts";

const actorOf = (id: string, groups: string[], name = id): Actor => ({
  person: makePerson({ id, username: id, name, groups }),
  roles: { teacher: groups.includes("portal-leaders"), governance: groups.includes("portal-admins") },
});
const teacher = actorOf("teacher", ["portal-leaders"], "Ada Lovelace");
const otherTeacher = actorOf("teacher2", ["portal-leaders"]);
const governance = actorOf("governance", ["portal-admins"], "Grace Hopper");
const coGovernance = actorOf("governance2", ["portal-admins"], "Joan Clarke");

describe("a request that governance has not decided", () => {
  let core: FakeCore;
  let hub: Hub;
  beforeEach(async () => {
    core = await createFakeCore();
    for (const { person } of [teacher, otherTeacher, governance, coGovernance])
      await core.store.people.keep({ ...person, checkedAt: core.clock.now() });
    hub = await add();
  });
  afterEach(() => core.close());

  const add = async (given: Partial<Hub> = {}) => {
    const made = makeHub(given);
    await core.store.hubs.add(made, made.id);
    return made;
  };
  const hubNow = async (id = hub.id): Promise<Hub> => (await core.store.hubs.byId(id)) ?? assert.fail("gone");
  /** Edits as from a form that was made for this version. */
  const edit = async (
    given: Partial<HubForm>,
    { actor = teacher, comment = "", version = undefined as number | undefined } = {},
  ) => {
    const now = await hubNow();
    const form = { ...formOf(now), ...given };
    return editRequest(core, actor, { hubId: hub.id, form, comment, version: version ?? now.version });
  };
  const decide = (decision: "accepted" | "declined", version: number, actor = governance) =>
    decideHub(core, actor, { hubId: hub.id, version, decision, reason: "Because" });
  const ask = (version: number, question = "How many?", actor = governance) =>
    sendBackRequest(core, actor, { hubId: hub.id, version, question });
  const faultsOf = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => assert.fail("nothing was refused"),
      (refused: unknown) => refused,
    );
    assert.ok(error instanceof Invalid, String(error));
    return error.faults.map(({ field }) => field);
  };
  const kinds = async () => (await core.store.events.ofHub(hub.id, 100)).map((event) => event.kind).reverse();

  test("is edited by its teacher, slug included, and each version is kept", async () => {
    await edit({ name: "Statistics II", slug: "stats-2" });
    await edit({ participants: "40" }, { comment: "More people" });
    const now = await hubNow();
    assert.deepEqual([now.name, now.slug, now.usage.participants, now.version], ["Statistics II", "stats-2", 40, 3]);
    const versions = await core.store.versions.listOf(hub.id);
    assert.deepEqual(
      versions.map(({ version, wish, writtenBy }) => [version, wish.name, wish.usage.participants, writtenBy]),
      [
        [1, "Statistics I", 25, "teacher"],
        [2, "Statistics II", 25, "teacher"],
        [3, "Statistics II", 40, "teacher"],
      ],
    );
    const { edits } = await showRequest(core, governance, { hubId: hub.id });
    assert.deepEqual(
      edits.map(({ by, comment, difference }) => [by, comment, difference.map(({ field }) => field)]),
      [
        ["Ada Lovelace", "More people", ["participants"]],
        ["Ada Lovelace", null, ["name", "slug"]],
      ],
    );
    const [event] = await core.store.events.ofHub(hub.id, 1);
    assert.equal(event?.reason, "More people\nNumber of participants: 25 → 40.");
    assert.deepEqual(await core.store.mails.due(core.clock.now(), 10), [], "governance is not told of each edit");
  });

  test("nothing changed, a slug that is taken, and bad values are faults; nothing changes", async () => {
    await add({ slug: "taken" });
    assert.deepEqual(await faultsOf(edit({})), ["name"]);
    assert.deepEqual(await faultsOf(edit({ slug: "taken", cpus: "99" })), ["cpus", "slug"]);
    assert.equal((await hubNow()).version, 1);
    assert.deepEqual(await core.store.versions.listOf(hub.id), []);
  });

  test("two who edit at the same moment: the second is told, and nothing is lost unseen", async () => {
    const outcomes = await Promise.allSettled([edit({ participants: "30" }), edit({ participants: "40" })]);
    assert.deepEqual(outcomes.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
    assert.deepEqual(await faultsOf(edit({ participants: "50" }, { version: 1 })), ["name"], "an old tab");
    assert.equal((await core.store.versions.listOf(hub.id)).length, 2);
  });

  test("a decision on an older version is refused and shows what changed since", async () => {
    await edit({ participants: "400" });
    await assert.rejects(decide("accepted", 1), /changed while you looked at it/);
    const view = await showRequest(core, governance, { hubId: hub.id, since: 1 });
    assert.deepEqual(view.changedSince, [{ field: "participants", before: 25, after: 400 }]);
    assert.equal((await showRequest(core, governance, { hubId: hub.id, since: 2 })).changedSince, null);
    await decide("accepted", 2);
  });

  test("once decided or cancelled, an edit is answered in words and changes nothing", async () => {
    await decide("accepted", 1);
    await assert.rejects(edit({ participants: "30" }), /Grace Hopper has already accepted/);
    assert.equal((await hubNow()).usage.participants, 25);
    const other = await add();
    await cancelHub(core, teacher, { hubId: other.id, reason: "" });
    const form = { ...formOf(other), participants: "30" };
    const late = editRequest(core, teacher, { hubId: other.id, form, comment: "", version: 1 });
    await assert.rejects(late, Conflict);
  });

  test("edit and decision at the same moment: one of both happens", async () => {
    const outcomes = await Promise.allSettled([edit({ participants: "400" }), decide("accepted", 1)]);
    assert.deepEqual(outcomes.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
    const now = await hubNow();
    assert.equal(now.decision === "accepted" ? 25 : 400, now.usage.participants);
  });

  test("sent back, it stays pending, comes last, and is governance's again once the teacher has edited", async () => {
    core.clock.advance(1000);
    const later = await add({ name: "Later", createdAt: core.clock.now() });
    assert.deepEqual(await faultsOf(ask(1, "  ")), ["question"]);
    await ask(1);
    const asked = await hubNow();
    assert.deepEqual([asked.decision, asked.question, asked.askedBy], ["pending", "How many?", "governance"]);
    const list = async () =>
      (await listOpenRequests(core, governance, { page: 1, size: 10 })).items.map((row) => [row.hub.id, row.sentBack]);
    assert.deepEqual(await list(), [
      [later.id, false],
      [hub.id, true],
    ]);
    assert.deepEqual(await core.store.openRequests.count(), { waiting: 1, sentBack: 1 });
    assert.deepEqual(await faultsOf(edit({})), ["comment"], "neither changed nor answered");
    await edit({}, { comment: "Twenty-five." });
    const answered = await hubNow();
    assert.deepEqual([answered.question, answered.askedBy, answered.askedAt], [null, null, null]);
    assert.deepEqual(await list(), [
      [hub.id, false],
      [later.id, false],
    ]);
    assert.deepEqual(await kinds(), ["request-sent-back", "request-edited"]);
    const due = await core.store.mails.due(core.clock.now(), 10);
    assert.deepEqual(
      due.map(({ kind, to, reason }) => [kind, to === "governance" ? to : to.personId, reason]),
      [
        ["request-sent-back", "teacher", "How many?"],
        ["request-edited", "governance", "Twenty-five."],
      ],
    );
  });

  test("a question on an older version, or one that another person asked first, is refused", async () => {
    await edit({ participants: "30" });
    await assert.rejects(ask(1), /changed while you looked at it/);
    const outcomes = await Promise.allSettled([ask(2), decide("declined", 2, coGovernance)]);
    assert.deepEqual(outcomes.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
  });

  test("a question is gone when governance decides without waiting for the answer", async () => {
    await ask(1);
    await decide("accepted", 2);
    assert.equal((await hubNow()).question, null);
  });

  test("others may not edit, and only governance may ask", async () => {
    await assert.rejects(edit({ participants: "30" }, { actor: otherTeacher }), NotFound);
    await assert.rejects(edit({ participants: "30" }, { actor: governance }), Forbidden);
    await assert.rejects(ask(1, "How many?", teacher), Forbidden);
    await assert.rejects(ask(1, "How many?", otherTeacher), NotFound);
  });

  test("who leaves the notebook type keeps its image, although the catalogue has moved on or dropped it", async () => {
    const [type] = testRules.catalogue;
    assert.ok(type);
    core.rules.catalogue = [{ ...type, image: "quay.io/jupyter/minimal-notebook:2027-01-01" }];
    await edit({ participants: "30" });
    assert.equal((await hubNow()).image, hub.image);
    core.rules.catalogue = [{ ...type, id: "other" }];
    await edit({ participants: "31" });
    assert.deepEqual([(await hubNow()).notebookType, (await hubNow()).image], ["minimal", hub.image]);
    await edit({ notebookType: "other" });
    assert.equal((await hubNow()).image, type.image);
  });

  describe("requested again", () => {
    test("a new form has everything but people and dates, and the slug only when it is free", async () => {
      const custom = { notebookType: "custom", image: "ghcr.io/a/b:1", defaultUrl: "/rstudio" };
      const old = await add({ decision: "accepted", deployment: "removed", slug: "old", name: "Old", ...custom });
      const { form } = await startHubRequest(core, teacher, { from: old.id });
      assert.deepEqual(
        [form.name, form.slug, form.customImage, form.customDefaultUrl, form.startDate, form.endDate],
        ["Old", "old", "ghcr.io/a/b:1", "/rstudio", "2027-04-01", "2027-09-30"],
      );
      const again = await startHubRequest(core, teacher, { from: hub.id });
      assert.equal(again.form.slug, "", "held by the hub itself");
    });

    test("a notebook type that is no longer offered becomes Custom with its image", async () => {
      core.rules.catalogue = [];
      const { form } = await startHubRequest(core, teacher, { from: hub.id });
      assert.deepEqual([form.notebookType, form.customImage], ["custom", hub.image]);
    });

    test("only from a hub that one leads", async () => {
      await assert.rejects(startHubRequest(core, otherTeacher, { from: hub.id }), NotFound);
    });
  });
});
