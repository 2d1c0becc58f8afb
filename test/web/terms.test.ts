import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { dayMs } from "../support/clock.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { requestForm as everyField } from "./permission-matrix.ts";

// This provider has no graphics cards, so the page has no field for them.
const { gpus: _none, ...requestForm } = everyField;

describe("terms of use", () => {
  let portal: TestApp;
  beforeEach(async () => {
    portal = await startTestApp();
  });
  afterEach(() => portal.close());

  const save = async (markdown: string) =>
    (await portal.asGovernance()).submit("/administration/terms/draft", "Save draft", { markdown });
  const publish = async (markdown: string, validFrom?: string) => {
    await save(markdown);
    const governance = await portal.asGovernance();
    const done = await governance.submit(
      "/administration/terms/publication",
      "Publish",
      validFrom ? { validFrom } : {},
    );
    assert.equal(done.status, 303, done.main);
  };
  const eventKinds = async () => (await portal.core.knex("hub_events").orderBy("id").pluck("kind")) as string[];

  test("when none is published, everybody reads that, and nothing is asked", async () => {
    assert.match((await portal.signedOut().get("/terms")).main, /has not published/);
    const form = await (await portal.asTeacher()).get("/hubs/new");
    assert.equal(form.$("#terms").length, 0);
  });

  test("a draft is seen by governance only, and becomes version 1 when it is published", async () => {
    const saved = await save("# Rules\n\nBe *kind*.");
    assert.equal(saved.location, "/administration/terms/draft");
    assert.match((await portal.signedOut().get("/terms")).main, /has not published/);
    await publish("# Rules\n\nBe *kind*.");
    const page = await portal.signedOut().get("/terms");
    assert.match(page.main, /Version 1, valid from 24 November 2026/);
    assert.equal(page.$(".rendered h2").text(), "Rules");
    assert.equal(page.$("h1").length, 1);
    assert.equal(page.$(".rendered em").text(), "kind");
    assert.deepEqual(await eventKinds(), ["terms-published"]);
    const draft = await (await portal.asGovernance()).get("/administration/terms/draft");
    assert.match(draft.$("textarea").text(), /# Rules/, "the next draft begins with what holds");
  });

  test("when the text holds markup, scripts or pictures, they are shown as text and run nothing", async () => {
    await publish(
      '<script>alert(1)</script> <b>x</b> [a](javascript:alert(1)) ![p](https://elsewhere.example.org/p.png "t")',
    );
    const page = await portal.signedOut().get("/terms");
    assert.equal(page.$(".rendered script, .rendered b, .rendered img, .rendered a[href^=javascript]").length, 0);
    assert.match(page.main, /<script>alert\(1\)<\/script>/);
  });

  test("when the draft is empty or too long, it says so, keeps what was typed and saves nothing", async () => {
    for (const [markdown, message] of [
      ["  ", /Enter the text/],
      ["x".repeat(50_001), /at most 50,000 characters; it has 50,001/],
    ] as const) {
      const seen = await save(markdown);
      assert.equal(seen.status, 422);
      assert.match(seen.$("#markdown-fault").text(), message);
      assert.equal(seen.$("textarea").text().trim(), markdown.trim());
    }
    assert.equal(await portal.core.store.terms.draft(), null);
  });

  test("when two people save from the same text, the second sees both and replaces knowingly", async () => {
    await save("first");
    const [one, two] = [await portal.asGovernance(), await portal.asCoGovernance()];
    const [pageOfOne, pageOfTwo] = [
      await one.get("/administration/terms/draft"),
      await two.get("/administration/terms/draft"),
    ];
    await two.press(pageOfTwo, "Save draft", { markdown: "of two" });
    const refused = await one.press(pageOfOne, "Save draft", { markdown: "of one" });
    assert.equal(refused.status, 422);
    assert.match(refused.main, /Joan Clarke saved another text meanwhile/);
    assert.match(refused.$("[aria-labelledby=other]").text(), /of two/);
    assert.equal((await portal.core.store.terms.draft())?.markdown, "of two");
    assert.equal((await one.press(refused, "Save draft")).status, 303);
    assert.equal((await portal.core.store.terms.draft())?.markdown, "of one");
  });

  test("when the date is not good, it says so; when the draft changed meanwhile, nothing is published", async () => {
    await save("text");
    const governance = await portal.asGovernance();
    const page = await governance.get("/administration/terms/publication");
    for (const validFrom of ["", "2026-11-23", "2026-02-30"]) {
      const seen = await governance.press(page, "Publish", { validFrom });
      assert.equal(seen.status, 422);
      assert.equal(seen.$("#validFrom").val(), validFrom);
    }
    await save("other text");
    assert.equal((await governance.press(page, "Publish")).status, 409);
    assert.equal(await portal.core.store.terms.valid(portal.core.clock.now()), null);
  });

  test("a coming version does not hold before its day, can be withdrawn until then, and not afterwards", async () => {
    await publish("old");
    await publish("new", "2026-12-01");
    await publish("never", "2026-12-05");
    const governance = await portal.asGovernance();
    assert.equal(
      (await governance.submit("/administration/terms/3/withdrawal", "Withdraw version 3")).location,
      "/administration/terms",
    );
    assert.equal((await portal.signedOut().get("/terms/3")).status, 404);
    assert.match((await portal.signedOut().get("/terms")).main, /Version 1/);
    assert.match((await portal.signedOut().get("/terms/2")).main, /not valid yet/);
    portal.core.clock.set("2026-11-30T22:59:00Z");
    assert.match((await portal.signedOut().get("/terms")).main, /Version 1/);
    portal.core.clock.set("2026-11-30T23:00:00Z");
    assert.match((await portal.signedOut().get("/terms")).main, /Version 2/, "from midnight in Berlin");
    assert.match((await portal.signedOut().get("/terms/1")).main, /an earlier version/);
    assert.equal((await governance.post("/administration/terms/2/withdrawal")).status, 409);
    assert.equal((await portal.signedOut().get("/terms/99")).status, 404);
    assert.equal((await portal.signedOut().get("/terms/x")).status, 404);
  });

  test("a teacher accepts with the next request, once for each version, and who and when is stored", async () => {
    await publish("rules");
    const teacher = await portal.asTeacher();
    const refused = await teacher.submit("/hubs/new", "Continue", requestForm);
    assert.equal(refused.status, 422);
    assert.match(refused.$("#terms-fault").text(), /Accept the terms of use/);
    const review = await teacher.submit("/hubs/new", "Continue", { ...requestForm, terms: "1" });
    assert.equal(review.status, 200);
    assert.deepEqual(await portal.core.store.terms.acceptedBy("teacher"), [], "not before it is submitted");
    assert.equal((await teacher.press(review, "Submit request")).status, 303);
    const at = portal.core.clock.now();
    assert.deepEqual(await portal.core.store.terms.acceptedBy("teacher"), [{ personId: "teacher", version: 1, at }]);
    assert.equal((await teacher.get("/hubs/new")).$("#terms").length, 0, "asked once");
    await publish("new rules");
    assert.equal((await teacher.get("/hubs/new")).$("#terms").val(), "2");
    const list = await (await portal.asGovernance()).get("/administration/terms/1/acceptances");
    assert.match(list.main, /Ada Lovelace/);
    assert.deepEqual(
      (await eventKinds()).filter((kind) => kind.startsWith("terms-")),
      ["terms-published", "terms-accepted", "terms-published"],
    );
  });

  test("when the terms change between form and submission, they are shown anew and nothing is filed", async () => {
    await publish("rules");
    const teacher = await portal.asTeacher();
    const review = await teacher.submit("/hubs/new", "Continue", { ...requestForm, terms: "1" });
    portal.core.clock.advance(dayMs);
    await publish("new rules");
    const refused = await teacher.press(review, "Submit request");
    assert.equal(refused.status, 422);
    assert.match(refused.main, /The terms of use have changed/);
    assert.equal((await portal.core.knex("hubs").select("id")).length, 0);
  });

  test("a participant accepts with the application, and applies to the next hub without being asked again", async () => {
    await publish("rules");
    const [hub, next] = [
      await portal.addHub({ decision: "accepted" }),
      await portal.addHub({ decision: "accepted", slug: "next" }),
    ];
    const student = await portal.asStudent();
    const page = await student.get(`/invitations/${hub.invitationToken}`);
    const refused = await student.press(page, "Request access");
    assert.equal(refused.status, 422);
    assert.match(refused.$("#terms-fault").text(), /Accept the terms of use/);
    assert.equal(await portal.core.store.participations.of(hub.id, "student"), null);
    assert.equal((await student.press(page, "Request access", { terms: "1" })).status, 303);
    assert.equal((await portal.core.store.terms.acceptedBy("student")).length, 1);
    assert.equal((await student.submit(`/invitations/${next.invitationToken}`, "Request access")).status, 303);
  });
});
