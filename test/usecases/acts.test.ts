import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { Actor } from "../../src/domain/actor.ts";
import { Conflict, Forbidden, Invalid, NotFound } from "../../src/domain/errors.ts";
import type { Hub } from "../../src/domain/hub.ts";
import { blankHubForm, type HubForm } from "../../src/domain/hub-request.ts";
import type { Person } from "../../src/domain/person.ts";
import { formRules } from "../../src/usecases/core.ts";
import { cancelHub } from "../../src/usecases/hubs/cancel-hub.ts";
import { degradeHub } from "../../src/usecases/hubs/degrade-hub.ts";
import { openHub } from "../../src/usecases/hubs/open-hub.ts";
import { redeployHub } from "../../src/usecases/hubs/redeploy-hub.ts";
import { replaceInvitation, setApplications } from "../../src/usecases/hubs/set-applications.ts";
import { showHub } from "../../src/usecases/hubs/show-hub.ts";
import { deliverMails } from "../../src/usecases/mails/deliver-mails.ts";
import { decideParticipation } from "../../src/usecases/participants/decide-participation.ts";
import { requestAccess } from "../../src/usecases/participants/request-access.ts";
import { showInvitation } from "../../src/usecases/participants/show-invitation.ts";
import { withdrawParticipation } from "../../src/usecases/participants/withdraw-participation.ts";
import { currentActor } from "../../src/usecases/people/current-actor.ts";
import { keepIdentityUser } from "../../src/usecases/people/keep-identity-user.ts";
import { signInPerson } from "../../src/usecases/people/sign-in-person.ts";
import { decideHub } from "../../src/usecases/requests/decide-hub.ts";
import { requestHub } from "../../src/usecases/requests/request-hub.ts";
import { showRequest } from "../../src/usecases/requests/review-requests.ts";
import { createFakeCore, type FakeCore } from "../fakes/core.ts";
import { makeHub, makePerson } from "../support/make.ts";

const actorOf = (person: Person): Actor => ({
  person,
  roles: { teacher: person.groups.includes("portal-leaders"), governance: person.groups.includes("portal-admins") },
});
const teacher = actorOf(makePerson({ id: "teacher", groups: ["portal-leaders"] }));
const otherTeacher = actorOf(makePerson({ id: "teacher2", groups: ["portal-leaders"] }));
const governance = actorOf(makePerson({ id: "governance", name: "Grace Hopper", groups: ["portal-admins"] }));
const student = actorOf(makePerson({ id: "student" }));
const student2 = actorOf(makePerson({ id: "student2" }));
const page = { page: 1, size: 20 };

describe("the acts of people", () => {
  let core: FakeCore;
  beforeEach(async () => {
    core = await createFakeCore();
    for (const { person } of [teacher, otherTeacher, governance, student, student2])
      await core.store.people.keep(person);
  });
  afterEach(() => core.close());

  const form = (given: Partial<HubForm> = {}): HubForm => ({
    ...blankHubForm(formRules(core)),
    name: "Statistics I",
    slug: "stats",
    ...given,
  });
  const file = (actor = teacher, given: Partial<HubForm> = {}, submissionKey = "key") =>
    requestHub(core, actor, { form: form(given), acceptedTerms: null, submissionKey });
  const add = async (given: Partial<Hub> = {}) => {
    const hub = makeHub(given);
    await core.store.hubs.add(hub, hub.id);
    return hub;
  };
  const addAccepted = (given: Partial<Hub> = {}) => add({ decision: "accepted", ...given });
  const hubNow = async (id: string) => (await core.store.hubs.byId(id)) ?? assert.fail("gone");
  const kinds = async (id: string) => (await core.store.events.ofHub(id, 50)).map((event) => event.kind).reverse();
  const apply = async (hub: Hub, actor: Actor) => {
    await requestAccess(core, actor, { token: hub.invitationToken, acceptedTerms: null });
    return (await core.store.participations.of(hub.id, actor.person.id)) ?? assert.fail("no application");
  };
  const decide = (hub: Hub, participationId: string, decision: "accepted" | "rejected" | "removed", actor = teacher) =>
    decideParticipation(core, actor, { hubId: hub.id, participationId, decision, reason: "" });

  describe("requesting a hub", () => {
    test("a double click makes one hub, and governance is told once", async () => {
      const [first, second] = await Promise.all([file(), file()]);
      assert.equal(first.id, second.id);
      const due = await core.store.mails.due(core.clock.now(), 10);
      assert.deepEqual(
        due.map((mail) => [mail.kind, mail.to]),
        [["request-filed", "governance"]],
      );
    });

    test("when two take a slug at the same moment, one gets the error at the field", async () => {
      const outcomes = await Promise.allSettled([file(teacher), file(otherTeacher, {}, "other")]);
      assert.deepEqual(outcomes.map((outcome) => outcome.status).sort(), ["fulfilled", "rejected"]);
      const refused = outcomes.find((outcome) => outcome.status === "rejected");
      assert.ok(refused?.reason instanceof Invalid);
      assert.deepEqual(
        refused.reason.faults.map((fault) => fault.field),
        ["slug"],
      );
    });

    test("only teachers may", async () => {
      await assert.rejects(file(student), Forbidden);
      await assert.rejects(file(governance), Forbidden);
    });
  });

  describe("deciding a request", () => {
    const accept = (hub: Hub, actor = governance) =>
      decideHub(core, actor, { hubId: hub.id, version: hub.version, decision: "accepted", reason: "" });

    test("accepting wakes the reconciler and tells the teacher; a second decision says who was quicker", async () => {
      const hub = await file();
      await accept(hub);
      assert.deepEqual(core.woken, [hub.id]);
      assert.deepEqual(await kinds(hub.id), ["requested", "accepted"]);
      await assert.rejects(accept(hub), (error) => error instanceof Conflict && /Grace Hopper/.test(error.sentence));
    });

    test("declining needs a reason, which the teacher sees", async () => {
      const hub = await file();
      const decline = (reason: string) =>
        decideHub(core, governance, { hubId: hub.id, version: 1, decision: "declined", reason });
      await assert.rejects(decline("  "), Invalid);
      assert.equal((await hubNow(hub.id)).decision, "pending");
      await decline("No room in spring");
      assert.equal(
        (await showHub(core, teacher, { hubId: hub.id, status: null, text: "", ask: page })).hub.decisionReason,
        "No room in spring",
      );
    });

    test("a request that changed since it was read is not decided", async () => {
      const hub = await file();
      await core.store.hubs.change(hub.id, {}, { version: 2 });
      await assert.rejects(accept(hub), Conflict);
      assert.equal((await hubNow(hub.id)).decision, "pending");
    });

    test("teachers may not, and others do not learn that the hub exists", async () => {
      const hub = await file();
      await assert.rejects(accept(hub, teacher), Forbidden);
      await assert.rejects(accept(hub, otherTeacher), NotFound);
      await assert.rejects(accept(hub, student), NotFound);
    });

    test("the page adds up what overlapping hubs reserve", async () => {
      const hub = await add({ usage: { participants: 10, ramGib: 0.5, cpus: 1, storageGib: 1, gpus: 0 } });
      await addAccepted({ usage: { participants: 4, ramGib: 1, cpus: 0.5, storageGib: 2, gpus: 0 } });
      await addAccepted({ period: { start: "2028-01-01", end: "2028-02-01" } });
      const view = await showRequest(core, governance, { hubId: hub.id });
      assert.equal(view.overlapping.total, 1);
      assert.deepEqual(view.load.peak.together, { ramGib: 9, cpus: 12, storageGib: 18, gpus: 0 });
    });
  });

  describe("going away", () => {
    test("a request or a scheduled hub can be cancelled; applicants are told", async () => {
      const hub = await addAccepted({ period: { start: "2027-04-01", end: "2027-05-01" } });
      await apply(hub, student);
      await cancelHub(core, teacher, { hubId: hub.id, reason: "" });
      assert.equal((await hubNow(hub.id)).decision, "cancelled");
      const due = await core.store.mails.due(core.clock.now(), 10);
      assert.ok(
        due.some(
          (mail) =>
            mail.kind === "participation-cancelled" && mail.to !== "governance" && mail.to.personId === "student",
        ),
      );
      await assert.rejects(cancelHub(core, teacher, { hubId: hub.id, reason: "" }), Conflict);
    });

    test("once deployment has begun it can only be marked for degradation, once", async () => {
      const hub = await addAccepted({ deployment: "deploying" });
      await assert.rejects(cancelHub(core, teacher, { hubId: hub.id, reason: "" }), Conflict);
      await degradeHub(core, teacher, { hubId: hub.id, reason: "" });
      await assert.rejects(degradeHub(core, teacher, { hubId: hub.id, reason: "" }), Conflict);
      const waiting = await addAccepted();
      await assert.rejects(degradeHub(core, teacher, { hubId: waiting.id, reason: "" }), Conflict);
    });

    test("others may neither cancel, degrade nor redeploy, and the teacher may not redeploy", async () => {
      const hub = await addAccepted({ deployment: "deployed" });
      for (const actor of [otherTeacher, student]) {
        await assert.rejects(cancelHub(core, actor, { hubId: hub.id, reason: "" }), NotFound);
        await assert.rejects(degradeHub(core, actor, { hubId: hub.id, reason: "" }), NotFound);
        await assert.rejects(redeployHub(core, actor, { hubId: hub.id, version: hub.version }), NotFound);
      }
      await assert.rejects(redeployHub(core, teacher, { hubId: hub.id, version: hub.version }), Forbidden);
      await redeployHub(core, governance, { hubId: hub.id, version: hub.version });
      assert.deepEqual(core.woken, [hub.id]);
    });
  });

  describe("taking part", () => {
    test("an application waits, asking again changes nothing, the teacher is told once a day", async () => {
      const hub = await addAccepted();
      await apply(hub, student);
      await apply(hub, student);
      await apply(hub, student2);
      assert.deepEqual(await kinds(hub.id), ["applied", "applied"]);
      const due = await core.store.mails.due(core.clock.now(), 10);
      assert.equal(due.filter((mail) => mail.kind === "new-applications").length, 1);
    });

    test("nobody applies through a wrong, closed or replaced link, or to a hub that is not accepted or over", async () => {
      const pending = await add();
      await assert.rejects(apply(pending, student), NotFound);
      await assert.rejects(requestAccess(core, student, { token: "nonsense", acceptedTerms: null }), NotFound);
      const hub = await addAccepted();
      await setApplications(core, teacher, { hubId: hub.id, open: false });
      await assert.rejects(apply(hub, student), /closed/);
      await setApplications(core, teacher, { hubId: hub.id, open: true });
      await replaceInvitation(core, teacher, { hubId: hub.id, version: hub.version });
      await assert.rejects(apply(hub, student), NotFound);
      const over = await addAccepted({ period: { start: "2026-01-01", end: "2026-11-23" } });
      await assert.rejects(apply(over, student), /over/);
      assert.equal((await showInvitation(core, student, { token: over.invitationToken })).may.requestAccess, false);
    });

    test("accepting beyond the seats is refused, also when two accept at the same moment", async () => {
      const hub = await addAccepted({ usage: { participants: 1, ramGib: 0.5, cpus: 0.5, storageGib: 1, gpus: 0 } });
      const [one, two] = [await apply(hub, student), await apply(hub, student2)];
      const outcomes = await Promise.allSettled([decide(hub, one.id, "accepted"), decide(hub, two.id, "accepted")]);
      assert.deepEqual(outcomes.map((outcome) => outcome.status).sort(), ["fulfilled", "rejected"]);
      assert.equal(await core.store.participations.count(hub.id, "accepted"), 1);
    });

    test("a rejected person can be accepted, a removed one applies again, a waiting one withdraws", async () => {
      const hub = await addAccepted();
      const { id } = await apply(hub, student);
      await decide(hub, id, "rejected");
      await decide(hub, id, "accepted");
      await assert.rejects(decide(hub, id, "rejected"), Conflict);
      await decide(hub, id, "removed");
      assert.equal((await apply(hub, student)).status, "applied");
      await withdrawParticipation(core, student, { participationId: id });
      await assert.rejects(withdrawParticipation(core, student, { participationId: id }), Conflict);
      await assert.rejects(withdrawParticipation(core, student2, { participationId: id }), NotFound);
    });

    test("only the hub's teacher decides, and only about the hub's own people", async () => {
      const hub = await addAccepted();
      const other = await addAccepted();
      const { id } = await apply(hub, student);
      await assert.rejects(decide(hub, id, "accepted", governance), Forbidden);
      await assert.rejects(decide(hub, id, "accepted", otherTeacher), NotFound);
      await assert.rejects(decide(hub, id, "accepted", student), NotFound);
      await assert.rejects(decide(other, id, "accepted"), NotFound);
      await assert.rejects(setApplications(core, governance, { hubId: hub.id, open: false }), Forbidden);
      await assert.rejects(replaceInvitation(core, otherTeacher, { hubId: hub.id, version: hub.version }), NotFound);
    });

    test("a hub opens for accepted people whose access is set up, for its teacher and for governance", async () => {
      const hub = await addAccepted({ deployment: "deployed" });
      const open = (actor: Actor) => openHub(core, actor, { hubId: hub.id });
      const { id } = await apply(hub, student);
      await assert.rejects(open(student), NotFound);
      await decide(hub, id, "accepted");
      await assert.rejects(open(student), /being set up/);
      await core.store.participations.change(id, { status: "accepted" }, { access: "granted" });
      for (const actor of [student, teacher, governance]) {
        assert.equal(await open(actor), `https://${hub.slug}.hubs.example.org/`);
      }
      await assert.rejects(open(otherTeacher), NotFound);
      const waiting = await addAccepted();
      await assert.rejects(openHub(core, teacher, { hubId: waiting.id }), Conflict);
    });
  });

  describe("who is signed in", () => {
    test("roles are read again after five minutes, and a deactivated account is out", async () => {
      const user = { id: "student", username: "student", name: "S", email: "s@example.org", active: true };
      core.identity.users.set("student", { ...user, groups: ["portal-leaders"] });
      core.clock.set("2026-11-24T09:05:00Z");
      assert.equal((await currentActor(core, "student"))?.roles.teacher, false);
      core.clock.advance(1);
      const seen = await currentActor(core, "student");
      assert.deepEqual([seen?.roles.teacher, seen?.tabs.leadership], [true, true]);
      core.identity.users.set("student", { ...user, groups: [], active: false });
      core.clock.advance(5 * 60_000 + 1);
      assert.equal(await currentActor(core, "student"), null);
    });

    test("mails are in the browser's language from the first sign-in on, also for who was known before, and as chosen later", async () => {
      const claims = { sub: "max", username: "max", name: "Max Born", email: "max@example.org", groups: [] };
      const user = { ...claims, id: "max", active: true };
      await keepIdentityUser(core, core.store, user);
      assert.equal((await signInPerson(core, claims, "de")).language, "de");
      assert.equal((await signInPerson(core, claims, "en")).language, "de");
      await core.store.people.change("max", { language: "en" });
      assert.equal((await signInPerson(core, claims, "de")).language, "en");
    });

    test("while Authentik is down, signed-in people keep working and it is not asked at every page", async () => {
      let calls = 0;
      core.clock.set("2026-11-24T10:00:00Z");
      core.onCall = async () => {
        calls++;
        const { Unavailable } = await import("../../src/domain/errors.ts");
        throw new Unavailable("Authentik does not answer.");
      };
      for (let visit = 0; visit < 3; visit++) assert.equal((await currentActor(core, "teacher"))?.roles.teacher, true);
      assert.equal(calls, 1);
    });
  });

  describe("delivering mails", () => {
    test("governance gets each mail in person, with link and reason, and markup in names stays text", async () => {
      core.identity.users.set("g", {
        ...{ id: "g", username: "g", name: "Grace", email: "grace@example.org", active: true },
        groups: ["portal-admins"],
      });
      const hub = await file(teacher, { name: "<b>Stats</b> & more" });
      assert.equal(await deliverMails(core), 1);
      assert.equal(await deliverMails(core), 0);
      const [first] = core.sent;
      assert.equal(first?.to, "grace@example.org");
      assert.match(first?.mail.text ?? "", new RegExp(`https://portal.example.org/hubs/${hub.id}/decision`));
      assert.match(first?.mail.html ?? "", /&lt;b&gt;Stats/);
    });

    test("when the mail server is down, mails wait and are sent later", async () => {
      const { Unavailable } = await import("../../src/domain/errors.ts");
      const hub = await add();
      await core.store.mails.add(
        { kind: "hub-deployed", to: { personId: "teacher" }, hubId: hub.id, reason: null },
        core.clock.now(),
      );
      core.onCall = () => {
        throw new Unavailable("The mail server did not take the mail.");
      };
      assert.equal(await deliverMails(core), 0);
      core.onCall = () => {};
      assert.equal(await deliverMails(core), 0, "not before its next attempt");
      core.clock.advance(60_000);
      assert.equal(await deliverMails(core), 1);
    });

    test("a mail is written in the language of who reads it", async () => {
      const hub = await add();
      await core.store.people.change("teacher", { language: "de" });
      await core.store.mails.add(
        { kind: "hub-deployed", to: { personId: "teacher" }, hubId: hub.id, reason: null },
        core.clock.now(),
      );
      await deliverMails(core);
      assert.match(core.sent[0]?.mail.text ?? "", /31\. März 2027/);
    });
  });
});
