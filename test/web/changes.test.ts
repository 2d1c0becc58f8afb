import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { Hub } from "../../src/domain/hub.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import type { Seen, Visitor } from "../support/visitor.ts";

/** Rows of the first table that shows a difference, as `field: before → after`. */
const differences = ({ $ }: Seen, caption: string) =>
  $("table.difference")
    .filter((_, table) => $(table).find("caption").text() === caption)
    .find("tbody tr")
    .map((_, row) => {
      const [before, after] = $(row)
        .find("td")
        .map((_, cell) => $(cell).text())
        .get();
      return `${$(row).find("th").text()}: ${before} → ${after}`;
    })
    .get();

describe("a request that is edited and sent back, in a browser", () => {
  let portal: TestApp;
  let hub: Hub;
  let teacher: Visitor;
  let governance: Visitor;
  beforeEach(async () => {
    portal = await startTestApp();
    hub = await portal.addHub();
    teacher = await portal.asTeacher();
    governance = await portal.asGovernance();
  });
  afterEach(() => portal.close());
  const hubNow = async () => (await portal.core.store.hubs.byId(hub.id)) ?? assert.fail("gone");

  test("the form is filled in, the review step shows what changes, and the hub's page shows that it did", async () => {
    const form = await teacher.get(`/hubs/${hub.id}/edit`);
    assert.equal(form.$("#name").val(), "Statistics I");
    assert.equal(form.$("#endDate").val(), "2027-03-31");
    const review = await teacher.press(form, "Continue", { participants: "40", endDate: "2027-04-30" });
    assert.equal(review.status, 200);
    assert.deepEqual(differences(review, "What changes"), [
      "End date: 31 March 2027 → 30 April 2027",
      "Number of participants: 25 → 40",
    ]);
    assert.equal((await hubNow()).version, 1, "a review changes nothing");
    const saved = await teacher.press(review, "Save request");
    assert.equal(saved.status, 303);
    const page = await teacher.follow(saved);
    assert.match(page.main, /Your request for Statistics I is changed/);
    assert.match(page.main, /Ada Lovelace edited the request/);
    assert.match(page.main, /Number of participants: 25 → 40/);
  });

  test("back from the review step everything that was typed is there, a fault keeps it too", async () => {
    const form = await teacher.get(`/hubs/${hub.id}/edit`);
    const review = await teacher.press(form, "Continue", { participants: "40", comment: "More\npeople" });
    const back = await teacher.press(review, "Change something");
    assert.equal(back.$("#participants").val(), "40");
    assert.equal(back.$("#comment").text().trim(), "More\npeople");
    const fault = await teacher.press(back, "Continue", { participants: "4000" });
    assert.equal(fault.status, 422);
    assert.equal(fault.$("#participants").val(), "4000");
    assert.equal(fault.$("#comment").text().trim(), "More\npeople");
    assert.match(fault.$("#participants-fault").text(), /from 1 to 500/);
  });

  test("governance that decides on what it saw before is shown what changed, and what it typed is kept", async () => {
    const old = await governance.get(`/hubs/${hub.id}/decision`);
    const review = await teacher.submit(`/hubs/${hub.id}/edit`, "Continue", { participants: "400" });
    await teacher.press(review, "Save request");
    const refused = await governance.press(old, "Accept");
    assert.equal(refused.status, 409);
    assert.match(refused.main, /changed while you looked at it/);
    assert.deepEqual(differences(refused, "What changed while you looked at it"), ["Number of participants: 25 → 400"]);
    assert.equal((await hubNow()).decision, "pending");
    const declined = await governance.press(old, "Decline", { reason: "Too many people" });
    assert.equal(declined.status, 409);
    assert.equal(declined.$("#reason").text().trim(), "Too many people");
    const now = await governance.press(declined, "Decline");
    assert.equal(now.status, 303);
    assert.equal((await hubNow()).decisionReason, "Too many people");
  });

  test("the second of two who decide is told what the first did, on a page that shows it", async () => {
    const other = await portal.asCoGovernance();
    const [first, second] = [
      await governance.get(`/hubs/${hub.id}/decision`),
      await other.get(`/hubs/${hub.id}/decision`),
    ];
    await governance.press(first, "Accept");
    const refused = await other.press(second, "Decline", { reason: "No" });
    assert.equal(refused.status, 409);
    assert.match(refused.main, /Grace Hopper has already accepted this request/);
    assert.equal(refused.$("button").filter((_, each) => refused.$(each).text() === "Accept").length, 0);
  });

  test("sent back, the teacher sees the question, answers by editing, and governance sees the answer", async () => {
    const empty = await governance.submit(`/hubs/${hub.id}/decision`, "Send back");
    assert.equal(empty.status, 422);
    assert.match(empty.$("#question-fault").text(), /Enter a question/);
    const sent = await governance.press(empty, "Send back", { question: "Really <25>?" });
    const list = await governance.follow(sent);
    assert.match(list.main, /Sent back, waiting for the teacher/);
    const page = await teacher.get(`/hubs/${hub.id}`);
    assert.match(page.main, /Question of Grace Hopper Really <25>\?/);
    assert.match((await teacher.get("/leadership")).main, /Sent back with a question/);
    const form = await teacher.get(`/hubs/${hub.id}/edit`);
    assert.equal((await teacher.press(form, "Continue")).status, 422, "neither changed nor answered");
    const review = await teacher.press(form, "Continue", { comment: "Yes, two groups." });
    await teacher.press(review, "Save request");
    const decision = await governance.get(`/hubs/${hub.id}/decision`);
    assert.match(decision.main, /Yes, two groups\./);
    assert.doesNotMatch(decision.main, /Sent back/);
    assert.doesNotMatch((await teacher.get(`/hubs/${hub.id}`)).$(".trouble").text(), /Question/);
  });

  test("an old tab, a second click and a decided request are answered in words and change nothing", async () => {
    const form = await teacher.get(`/hubs/${hub.id}/edit`);
    const review = await teacher.press(form, "Continue", { participants: "40" });
    await teacher.press(review, "Save request");
    const twice = await teacher.press(review, "Save request");
    assert.equal(twice.status, 422);
    assert.match(twice.main, /changed while you edited it/);
    const old = await teacher.press(form, "Continue", { participants: "50" });
    assert.equal(old.status, 422);
    assert.equal(old.$("#participants").val(), "50", "what was typed is kept");
    assert.equal((await hubNow()).version, 2);
    await governance.submit(`/hubs/${hub.id}/decision`, "Accept");
    const late = await teacher.press(review, "Save request");
    assert.equal(late.status, 409);
    assert.match(late.main, /Grace Hopper has already accepted/);
    assert.equal((await teacher.get(`/hubs/${hub.id}/edit`)).status, 409);
  });

  test("a slug that somebody took meanwhile is a fault at its field", async () => {
    const review = await teacher.submit(`/hubs/${hub.id}/edit`, "Continue", { slug: "stats" });
    await portal.addHub({ slug: "stats" });
    const refused = await teacher.press(review, "Save request");
    assert.equal(refused.status, 422);
    assert.match(refused.$("#slug-fault").text(), /taken/);
    assert.equal((await hubNow()).slug, hub.slug);
  });

  test("a custom image without a tag is warned about on the hub's page and on the decision page", async () => {
    const custom = { notebookType: "custom", customImage: "quay.io/jupyter/scipy-notebook" };
    const review = await teacher.submit(`/hubs/${hub.id}/edit`, "Continue", custom);
    assert.match(review.main, /has no tag/);
    await teacher.press(review, "Save request");
    assert.match((await teacher.get(`/hubs/${hub.id}`)).main, /has no tag/);
    assert.match((await governance.get(`/hubs/${hub.id}/decision`)).main, /has no tag/);
  });

  test("Request again opens the form filled in from the old hub", async () => {
    const old = await portal.addHub({ name: "Old course", slug: "old", decision: "accepted", deployment: "removed" });
    const page = await teacher.get(`/hubs/${old.id}`);
    const link = page.$("a").filter((_, each) => page.$(each).text() === "Request again");
    const form = await teacher.get(link.attr("href") ?? "");
    assert.deepEqual([form.$("#name").val(), form.$("#slug").val()], ["Old course", "old"]);
    const review = await teacher.press(form, "Continue");
    assert.equal((await teacher.press(review, "Submit request")).status, 303);
    const stranger = await portal.asOtherTeacher();
    assert.equal((await stranger.get(`/hubs/new?from=${old.id}`)).status, 404);
  });
});

describe("a change request, in a browser", () => {
  let portal: TestApp;
  let hub: Hub;
  let teacher: Visitor;
  let governance: Visitor;
  const start = async (updates: boolean, given: Partial<Hub>) => {
    portal = await startTestApp({ rules: { updates } });
    hub = await portal.addHub({ decision: "accepted", decidedBy: "governance", groupId: "group", ...given });
    teacher = await portal.asTeacher();
    governance = await portal.asGovernance();
  };
  const scheduled = { period: { start: "2026-12-01", end: "2027-03-31" } };
  const deployed = { deployment: "deployed", deployedAt: new Date("2026-11-24T09:00:00Z") } as const;
  afterEach(() => portal.close());
  const hubNow = async () => (await portal.core.store.hubs.byId(hub.id)) ?? assert.fail("gone");
  const propose = async (typed: Record<string, string>) => {
    const review = await teacher.submit(`/hubs/${hub.id}/change`, "Continue", typed);
    assert.equal(review.status, 200, review.main);
    return teacher.press(review, "Submit change request");
  };

  test("is proposed, listed with its age, decided on a page with the difference, and shown with its fate", async () => {
    await start(false, scheduled);
    const filed = await propose({ participants: "40", comment: "A second group" });
    const page = await teacher.follow(filed);
    assert.match(page.main, /Your change request is filed/);
    assert.match(page.main, /Waiting for governance/);
    portal.core.clock.advance(3 * 24 * 3_600_000);
    const list = await governance.get("/administration/requests");
    assert.match(list.main, /Change .*3 days/);
    const decision = await governance.follow(await governance.get(`/hubs/${hub.id}/decision`));
    assert.deepEqual(differences(decision, "What would change"), ["Number of participants: 25 → 40"]);
    assert.match(decision.main, /A second group/);
    assert.match(decision.main, /RAM\s*20 GiB/, "totals are those of the hub with the change");
    const accepted = await governance.press(decision, "Accept");
    assert.equal(accepted.status, 303);
    assert.match((await governance.follow(accepted)).main, /The change is accepted/);
    assert.match((await teacher.get(`/hubs/${hub.id}`)).main, /Grace Hopper accepted it on/);
    assert.equal((await hubNow()).usage.participants, 40);
  });

  test("replaced by a newer one, a decision on the older is refused and leads to the newer", async () => {
    await start(false, scheduled);
    await propose({ participants: "40" });
    const old = await governance.follow(await governance.get(`/hubs/${hub.id}/decision`));
    await propose({ participants: "50" });
    const refused = await governance.press(old, "Accept");
    assert.equal(refused.status, 409);
    assert.match(refused.main, /Ada Lovelace has replaced this change request by a newer one/);
    const link = refused.$("article a").filter((_, each) => refused.$(each).text().startsWith("Decide"));
    assert.match((await governance.get(link.attr("href") ?? "")).main, /50/);
    assert.equal((await hubNow()).usage.participants, 25);
  });

  test("when two of governance decide at the same moment, one is told what the other did, and one decision holds", async () => {
    await start(false, scheduled);
    await propose({ participants: "40" });
    const other = await portal.asCoGovernance();
    const page = await governance.follow(await governance.get(`/hubs/${hub.id}/decision`));
    const same = await other.follow(await other.get(`/hubs/${hub.id}/decision`));
    const seen = await Promise.all([
      governance.press(page, "Accept"),
      other.press(same, "Decline", { reason: "Too many" }),
    ]);
    assert.deepEqual(seen.map(({ status }) => status).sort(), [303, 409]);
    const late = seen.find(({ status }) => status === 409);
    assert.match(late?.main ?? "", /(Grace Hopper|Joan Clarke) has already (accepted|declined) this change request/);
    const [only] = await portal.core.store.changes.listOf(hub.id);
    assert.equal((await hubNow()).usage.participants, only?.change.status === "accepted" ? 40 : 25);
    const due = await portal.core.store.mails.due(portal.core.clock.now(), 100);
    assert.equal(due.filter(({ kind }) => kind === "change-accepted" || kind === "change-declined").length, 1);
  });

  test("a second click makes one, and an old tab does not replace what it has not seen", async () => {
    await start(false, scheduled);
    const form = await teacher.get(`/hubs/${hub.id}/change`);
    const review = await teacher.press(form, "Continue", { participants: "40" });
    assert.equal((await teacher.press(review, "Submit change request")).status, 303);
    assert.equal((await teacher.press(review, "Submit change request")).status, 303);
    const old = await teacher.press(form, "Continue", { participants: "50" });
    assert.equal(old.status, 422);
    assert.match(old.main, /another change was proposed/);
    assert.equal(old.$("#participants").val(), "50");
    assert.equal((await portal.core.store.changes.listOf(hub.id)).length, 1);
    const now = await teacher.press(old, "Continue");
    assert.equal((await teacher.press(now, "Submit change request")).status, 303);
    assert.equal((await portal.core.store.changes.listOf(hub.id)).length, 2);
  });

  test("the teacher withdraws it after a confirmation, and a decision comes too late", async () => {
    await start(false, scheduled);
    await propose({ participants: "40" });
    const old = await governance.follow(await governance.get(`/hubs/${hub.id}/decision`));
    const page = await teacher.get(`/hubs/${hub.id}`);
    const link = page.$("a").filter((_, each) => page.$(each).text() === "Withdraw change");
    const done = await teacher.submit(link.attr("href") ?? "", "Withdraw change request");
    assert.match((await teacher.follow(done)).main, /withdrawn/);
    assert.equal((await teacher.get(link.attr("href") ?? "")).status, 409);
    const refused = await governance.press(old, "Accept");
    assert.equal(refused.status, 409);
    assert.match(refused.main, /Ada Lovelace has withdrawn this change request/);
  });

  test("declining and asking need words, and what was typed is kept", async () => {
    await start(false, scheduled);
    await propose({ participants: "40" });
    const decision = await governance.follow(await governance.get(`/hubs/${hub.id}/decision`));
    const empty = await governance.press(decision, "Decline");
    assert.equal(empty.status, 422);
    assert.match(empty.$("#reason-fault").text(), /Enter a reason/);
    const long = await governance.press(decision, "Send back", { question: "a".repeat(1001) });
    assert.equal(long.status, 422);
    assert.equal(long.$("#question").text().trim().length, 1001);
    const sent = await governance.press(decision, "Send back", { question: "Why?" });
    assert.match((await governance.follow(sent)).main, /Sent back, waiting for the teacher/);
    const form = await teacher.get(`/hubs/${hub.id}/change`);
    assert.match(form.main, /Question of governance\s*Why\?/);
    assert.equal(form.$("#participants").val(), "40");
    const review = await teacher.press(form, "Continue", { comment: "A second group" });
    assert.equal((await teacher.press(review, "Submit change request")).status, 303);
    assert.doesNotMatch((await governance.get("/administration/requests")).main, /Sent back/);
  });

  test("fewer participants than are accepted is a fault at the field", async () => {
    await start(false, scheduled);
    for (const personId of ["student", "student2"]) {
      await portal.addParticipation({ hubId: hub.id, personId, status: "accepted", access: "granted" });
    }
    const fault = await teacher.submit(`/hubs/${hub.id}/change`, "Continue", { participants: "1" });
    assert.equal(fault.status, 422);
    assert.match(fault.$("#participants-fault").text(), /2 people are accepted already/);
  });

  test("without HUB_UPDATES a hub that runs says why it cannot be changed, and offers degradation with what is lost", async () => {
    await start(false, deployed);
    await portal.addParticipation({ hubId: hub.id, personId: "student", status: "accepted", access: "granted" });
    const page = await teacher.get(`/hubs/${hub.id}`);
    assert.match(page.main, /deployment of this hub has begun, so it can no longer be cancelled or changed/);
    assert.doesNotMatch(page.main, /Request change/);
    const refused = await teacher.get(`/hubs/${hub.id}/change`);
    assert.equal(refused.status, 409);
    const confirm = await teacher.get(`/hubs/${hub.id}/degradation`);
    assert.match(confirm.main, /1 accepted participant loses access/);
    assert.match(confirm.main, /erased on 1 December 2026/);
  });

  test("with HUB_UPDATES=on the pages say what applies when, and accepting wakes the reconciler", async () => {
    await start(true, deployed);
    const form = await teacher.get(`/hubs/${hub.id}/change`);
    assert.match(form.main, /running servers are not stopped/);
    const fault = await teacher.press(form, "Continue", { storageGib: "0.5", startDate: "2026-12-24" });
    assert.match(fault.$("#storageGib-fault").text(), /can only grow/);
    assert.match(fault.$("#startDate-fault").text(), /can no longer change/);
    const review = await teacher.press(form, "Continue", { ramGib: "1", endDate: "2027-04-30" });
    assert.match(review.main, /The end date changes at once/);
    assert.match(review.main, /For servers that start from then on: RAM per participant/);
    await teacher.press(review, "Submit change request");
    const decision = await governance.follow(await governance.get(`/hubs/${hub.id}/decision`));
    assert.match(decision.main, /When it takes effect/);
    assert.equal((await governance.press(decision, "Accept")).status, 303);
    assert.deepEqual(portal.core.woken, [hub.id]);
    const now = await hubNow();
    assert.deepEqual([now.period.end, now.usage.ramGib, now.specVersion], ["2027-04-30", 1, 1]);
  });

  test("what cannot be accepted any more says why and has no Accept button", async () => {
    await start(false, scheduled);
    await propose({ participants: "1" });
    for (const personId of ["student", "student2"]) {
      await portal.addParticipation({ hubId: hub.id, personId, status: "accepted", access: "granted" });
    }
    const decision = await governance.follow(await governance.get(`/hubs/${hub.id}/decision`));
    assert.match(decision.main, /cannot be accepted as things are/);
    assert.equal(decision.$("input[value=accepted]").length, 0);
  });
});
