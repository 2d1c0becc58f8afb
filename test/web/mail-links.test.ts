import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Hub } from "../../src/domain/hub.ts";
import { type MailKind, mailKinds } from "../../src/domain/mail.ts";
import { languages } from "../../src/domain/person.ts";
import { writeMail } from "../../src/usecases/mails/write-mail.ts";
import { makeChange, makePerson } from "../support/make.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

const at = new Date("2026-11-24T09:00:00Z");
const pending: Partial<Hub> = {};
const declined: Partial<Hub> = { decision: "declined", decidedBy: "governance", decidedAt: at };
const cancelled: Partial<Hub> = { decision: "cancelled", deployment: "removed", removedAt: at };
const scheduled: Partial<Hub> = { decision: "accepted", period: { start: "2026-12-01", end: "2027-03-31" } };
const deployed: Partial<Hub> = { decision: "accepted", deployment: "deployed", deployedAt: at };
const failed: Partial<Hub> = { ...deployed, deployment: "failed", step: "hub", failureReason: "The cluster is full." };
const removed: Partial<Hub> = { ...deployed, deployment: "removed", removedAt: at, eraseDataAt: at };

type Reader = "governance" | "teacher" | "co-teacher" | "tutor" | "former" | "participant";
const teachers: Reader[] = ["teacher", "co-teacher"];

/** Who reads each mail, and what the hub is like then. */
const readers: Record<MailKind, [hub: Partial<Hub>, who: Reader[]]> = {
  "request-filed": [pending, ["governance"]],
  "request-edited": [pending, ["governance"]],
  "request-sent-back": [{ question: "Why?", askedBy: "governance", askedAt: at }, teachers],
  "request-accepted": [scheduled, teachers],
  "request-declined": [declined, teachers],
  "change-requested": [scheduled, ["governance"]],
  "change-edited": [scheduled, ["governance"]],
  "change-sent-back": [scheduled, teachers],
  "change-accepted": [scheduled, teachers],
  "change-declined": [scheduled, teachers],
  "change-lapsed": [deployed, teachers],
  "hub-cancelled": [cancelled, teachers],
  "hub-deployed": [deployed, teachers],
  "hub-failed": [failed, ["governance", ...teachers]],
  "hub-redeployed": [deployed, ["governance"]],
  "hub-degradation-marked": [{ ...deployed, degradeRequestedAt: at }, teachers],
  "hub-ends-soon": [deployed, teachers],
  "hub-removed": [removed, teachers],
  "new-applications": [scheduled, teachers],
  "participation-accepted": [scheduled, ["participant"]],
  "participation-rejected": [scheduled, ["participant"]],
  "participation-removed": [deployed, ["participant"]],
  "participation-cancelled": [cancelled, ["participant"]],
  "hub-open": [deployed, ["participant"]],
  "participation-ends-soon": [deployed, ["participant"]],
  "hub-over": [removed, ["participant"]],
  "staff-co-teacher": [scheduled, ["co-teacher"]],
  "staff-tutor": [scheduled, ["tutor"]],
  "staff-removed": [scheduled, ["former"]],
  "hub-handed-over": [scheduled, ["teacher"]],
  "hub-handed-on": [scheduled, ["former"]],
};

let portal: TestApp;
before(async () => {
  portal = await startTestApp({ env: { HUB_UPDATES: "on" }, rules: { updates: true } });
});
after(() => portal.close());

const visitorOf = (who: Reader) =>
  who === "teacher"
    ? portal.asTeacher()
    : who === "governance"
      ? portal.asGovernance()
      : portal.as(makePerson({ id: who, username: who }));

for (const kind of mailKinds) {
  const [given, who] = readers[kind];
  test(`the link in ${kind} opens for ${who.join(" and ")}, and the page is about the hub`, async () => {
    const hub = await portal.addHub({ name: `Hub of ${kind}`, ...given });
    for (const reader of ["co-teacher", "tutor", "participant", "former"] as const) await visitorOf(reader);
    for (const [personId, role, active] of [
      ["co-teacher", "teacher", true],
      ["tutor", "tutor", true],
      ["former", "teacher", false],
    ] as const) {
      const staff = { hubId: hub.id, personId, role, active, access: "none" } as const;
      await portal.core.store.staff.keep({ ...staff, addedBy: "teacher", addedAt: at, updatedAt: at });
    }
    await portal.addParticipation({ hubId: hub.id, personId: "participant", status: "accepted", access: "granted" });
    if (kind.startsWith("change-")) await portal.core.store.changes.add(makeChange(hub));
    for (const reader of who) {
      for (const language of languages) {
        const mail = { kind, to: { personId: reader }, hubId: hub.id, reason: null };
        const { text } = writeMail(portal.core.rules, { mail, hub, name: "Ada", language });
        const [link = ""] = text.match(/http:\/\/portal\.example\.org\/\S+/) ?? [];
        const visitor = await visitorOf(reader);
        let seen = await visitor.get(new URL(link).pathname);
        if (seen.status === 303) seen = await visitor.follow(seen);
        assert.equal(seen.status, 200, `${link}: ${seen.main}`);
        // Who left the staff has no page about the hub any more; theirs lists what they take part in.
        if (reader !== "former") assert.ok(seen.main.includes(hub.name), `${link}: ${seen.main}`);
      }
    }
  });
}
