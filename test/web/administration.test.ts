import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { Unavailable } from "../../src/domain/errors.ts";
import { deliverMails } from "../../src/usecases/mails/deliver-mails.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import type { Visitor } from "../support/visitor.ts";

describe("administration", () => {
  let portal: TestApp;
  let governance: Visitor;
  beforeEach(async () => {
    portal = await startTestApp({ rules: { capacity: { ramGib: 20, cpus: 10 } } });
    governance = await portal.asGovernance();
  });
  afterEach(() => portal.close());

  const owe = async (personId = "teacher") => {
    const hub = await portal.addHub({ name: "Graphs" });
    const mail = { kind: "hub-failed", to: { personId }, hubId: hub.id, reason: null } as const;
    await portal.core.store.mails.add(mail, portal.core.clock.now());
  };
  const refuse = () => {
    portal.core.onCall = (call) => {
      if (call === "mailer.send") throw new Unavailable("The mail server refused the address.", { transient: false });
    };
  };

  test("the overview counts what it links to, tells the age of the oldest, and what is used of the capacity", async () => {
    const old = new Date(portal.core.clock.now().getTime() - 3 * 24 * 3_600_000);
    await portal.addHub({ createdAt: old });
    await portal.addHub();
    const up = { decision: "accepted", deployment: "deployed" } as const;
    await portal.addHub({ ...up, period: { start: "2026-11-01", end: "2026-12-01" } });
    await portal.addHub(up);
    await portal.addHub({ ...up, deployment: "failed", failureReason: "The cluster is full." });
    const { main, $ } = await governance.get("/administration");
    assert.match(main, /2 wait for a decision, the oldest for 3 days/);
    assert.match(main, /1 hub fails/);
    assert.match(main, /1 hub ends within 14 days/);
    assert.match(main, /2 hubs are open now/);
    // Three hubs of 25 participants with half a GiB and half a CPU.
    assert.match(main, /RAM 37.5 GiB of 20 GiB \(188 %\) more than there is/);
    assert.match(main, /Storage 75 GiB \(capacity not set\)/);
    for (const state of ["failed", "expiring", "deployed"]) {
      const link = $(`a[href*="state=${state}"]`).attr("href") ?? assert.fail(state);
      const listed = (await governance.get(link)).$("main tbody tr").length;
      assert.equal(listed, state === "deployed" ? 2 : 1, state);
    }
  });

  test("with nothing there, the overview has no oldest and no fault", async () => {
    const { main, text } = await governance.get("/administration");
    assert.match(main, /0 wait for a decision/);
    assert.doesNotMatch(main, /the oldest/);
    assert.doesNotMatch(text, /NaN|undefined|null/);
  });

  test("a mail that cannot be sent is listed with fault and attempts, and goes out when it is tried again", async () => {
    assert.match((await governance.get("/administration/mails")).main, /All mails are sent/);
    await owe();
    refuse();
    await deliverMails(portal.core);
    const seen = await governance.get("/administration/mails");
    assert.match(seen.main, /Hub failed.*Ada Lovelace.*Graphs.*refused the address.*1 attempt.*Given up/);
    assert.match((await governance.get("/administration")).main, /1 could not be sent, 1 given up/);
    await deliverMails(portal.core);
    portal.core.onCall = () => {};
    const done = await governance.press(seen, "Try again now: Hub failed to Ada Lovelace");
    assert.match((await governance.follow(done)).main, /1 mail is tried again now/);
    await deliverMails(portal.core);
    assert.equal(portal.core.sent.length, 1);
    assert.match((await governance.get("/administration/mails")).main, /All mails are sent/);
    const late = await governance.press(seen, "Try again now: Hub failed to Ada Lovelace");
    assert.equal(late.status, 409);
    assert.match((await governance.get("/administration/audit?kind=mail-retried")).main, /Grace Hopper had mails/);
  });

  test("all of them are tried again at once; those that were never tried are on their way anyway", async () => {
    await owe();
    await owe("teacher2");
    refuse();
    await deliverMails(portal.core);
    portal.core.onCall = () => {};
    await owe("student");
    const seen = await governance.get("/administration/mails");
    assert.equal(seen.$("main tbody tr").length, 3);
    assert.match(seen.main, /not tried yet/);
    const done = await governance.press(seen, "Try all again now");
    assert.match((await governance.follow(done)).main, /2 mails are tried again now/);
    assert.equal(await deliverMails(portal.core), 3);
  });
});
