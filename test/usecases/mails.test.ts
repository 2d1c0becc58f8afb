import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { Unavailable } from "../../src/domain/errors.ts";
import type { Hub } from "../../src/domain/hub.ts";
import { mailKinds } from "../../src/domain/mail.ts";
import { languages } from "../../src/domain/person.ts";
import { deliverMails } from "../../src/usecases/mails/deliver-mails.ts";
import { remindOfEnd } from "../../src/usecases/mails/remind-of-end.ts";
import { writeMail } from "../../src/usecases/mails/write-mail.ts";
import { requestAccess } from "../../src/usecases/participants/request-access.ts";
import { createFakeCore, type FakeCore, testRules } from "../fakes/core.ts";
import { makeHub, makeParticipation, makePerson } from "../support/make.ts";

describe("mails", () => {
  let core: FakeCore;
  beforeEach(async () => {
    core = await createFakeCore();
    for (const id of ["teacher", "co-teacher", "student", "student2"]) {
      await core.store.people.keep(makePerson({ id, username: id }));
    }
  });
  afterEach(() => core.close());

  const add = async (given: Partial<Hub>) => {
    const hub = makeHub({ decision: "accepted", deployment: "deployed", ...given });
    await core.store.hubs.add(hub, hub.id);
    return hub;
  };
  const owed = async () =>
    (await core.store.mails.due(core.clock.now(), 100)).map(
      ({ kind, to }) => `${kind} ${to === "governance" ? to : to.personId}`,
    );

  describe("each kind, in each language", () => {
    for (const kind of mailKinds) {
      test(`${kind} names the hub, says what comes next and has a link`, () => {
        const hub = makeHub({ name: 'Stats <I> & "more"', eraseDataAt: new Date("2027-04-08T00:00:00Z") });
        const about = { hub, mail: { kind, to: { personId: "p" }, hubId: hub.id, reason: "Because\nof <this>." } };
        const written = languages.map((language) => writeMail(testRules, { ...about, name: "Ada", language }));
        for (const mail of written) {
          assert.match(mail.subject, /^[^\n]{5,120}$/);
          assert.ok(mail.subject.includes(hub.name));
          assert.ok(mail.text.includes(hub.name) && mail.text.includes("Because\nof <this>."));
          assert.match(mail.text, /https:\/\/portal\.example\.org\/(hubs\/[0-9a-f-]{36}(\/\w+)?|participation)\n/);
          assert.doesNotMatch(mail.text + mail.html, /undefined|null|NaN|\[object/);
          assert.ok(mail.html.includes("Stats &lt;I&gt; &amp; &quot;more&quot;") && !mail.html.includes("<this>"));
          assert.match(mail.text, /help@example\.org/);
        }
        assert.notEqual(written[0]?.text, written[1]?.text);
        assert.match(written[1]?.html ?? "", /lang="de"/);
      });
    }

    test("when home folders are erased with the hub, no mail promises that they are kept", () => {
      for (const kind of ["hub-removed", "hub-over"] as const) {
        for (const language of languages) {
          const hub = makeHub({ eraseDataAt: new Date("2027-04-01T00:00:00Z") });
          const mail = { kind, to: "governance", hubId: hub.id, reason: null } as const;
          const { text } = writeMail({ ...testRules, retentionDays: 0 }, { mail, hub, name: "Ada", language });
          assert.doesNotMatch(text, /2027|kept|aufbewahrt/);
        }
      }
    });
  });

  describe("reminders of the end", () => {
    const start = "2026-10-01";
    const end = "2026-12-24";
    const decidedAt = new Date("2026-09-01T10:00:00Z");
    const remindOn = async (date: string) => {
      core.clock.set(`${date}T08:00:00Z`);
      const before = (await owed()).length;
      await remindOfEnd(core);
      return (await owed()).slice(before);
    };
    const addWithPeople = async (given: Partial<Hub> = {}) => {
      const hub = await add({ period: { start, end }, decidedAt, ...given });
      const at = core.clock.now();
      await core.store.staff.keep({
        ...{ hubId: hub.id, personId: "co-teacher", role: "teacher", active: true, access: "granted" },
        ...{ addedBy: "teacher", addedAt: at, updatedAt: at },
      });
      const personId = "student";
      await core.store.participations.add(makeParticipation({ hubId: hub.id, personId, status: "accepted" }));
      await core.store.participations.add(makeParticipation({ hubId: hub.id, personId: "student2" }));
      return hub;
    };

    test("are written 30, 7 and 1 days before, once, to teachers; to accepted participants 7 and 1 days before", async () => {
      await addWithPeople();
      const toTeachers = ["hub-ends-soon teacher", "hub-ends-soon co-teacher"];
      const toAll = [...toTeachers, "participation-ends-soon student"];
      assert.deepEqual(await remindOn("2026-11-23"), []);
      assert.deepEqual(await remindOn("2026-11-24"), toTeachers);
      assert.deepEqual(await remindOn("2026-11-24"), []);
      assert.deepEqual(await remindOn("2026-11-25"), []);
      assert.deepEqual(await remindOn("2026-12-17"), toAll);
      assert.deepEqual(await remindOn("2026-12-18"), []);
      assert.deepEqual(await remindOn("2026-12-23"), toAll);
      assert.deepEqual(await remindOn("2026-12-24"), []);
      assert.deepEqual(await remindOn("2026-12-25"), []);
    });

    test("that were missed while the portal was down are not all made up for: only the tightest", async () => {
      await addWithPeople();
      assert.equal((await remindOn("2026-12-19")).length, 3);
      assert.equal((await remindOn("2026-12-20")).length, 0);
    });

    test("do not begin a short course, or one that was accepted late", async () => {
      await addWithPeople({ period: { start: "2026-12-15", end } });
      assert.deepEqual(await remindOn("2026-12-15"), []);
      assert.equal((await remindOn("2026-12-17")).length, 3);
      await add({ slug: "late", period: { start, end: "2026-12-20" }, decidedAt: new Date("2026-12-18T08:00:00Z") });
      assert.deepEqual(await remindOn("2026-12-18"), []);
      assert.deepEqual(await remindOn("2026-12-19"), ["hub-ends-soon teacher"]);
    });

    test("come again when the end date was moved, and not for a hub that is going away or not open", async () => {
      const hub = await addWithPeople();
      await remindOn("2026-12-17");
      await core.store.hubs.change(hub.id, {}, { period: { start, end: "2027-01-10" } });
      assert.equal((await remindOn("2026-12-18")).length, 2, "30 days before the new end have begun");
      assert.equal((await remindOn("2027-01-03")).length, 3);
      await core.store.hubs.change(hub.id, {}, { degradeRequestedAt: core.clock.now() });
      assert.deepEqual(await remindOn("2027-01-09"), []);
      await core.store.hubs.change(hub.id, {}, { degradeRequestedAt: null, deployment: "failed" });
      assert.deepEqual(await remindOn("2027-01-09"), []);
    });

    test("lead teachers to ask for more time where that is possible", () => {
      const hub = makeHub();
      const mail = { kind: "hub-ends-soon", to: { personId: "teacher" }, hubId: hub.id, reason: null } as const;
      const text = (updates: boolean) =>
        writeMail({ ...testRules, updates }, { mail, hub, name: "Ada", language: "en" }).text;
      assert.match(text(true), /ask governance for more time[\s\S]*\/change\n/);
      assert.doesNotMatch(text(false), /\/change/);
    });
  });

  describe("about new applications", () => {
    let hub: Hub;
    beforeEach(async () => {
      hub = await add({});
    });
    const apply = async (id: string) => {
      const person = makePerson({ id, username: id });
      await core.store.people.keep(person);
      const actor = { person, roles: { teacher: false, governance: false } };
      await requestAccess(core, actor, { token: hub.invitationToken, acceptedTerms: null });
    };
    const hour = 3_600_000;
    /** What goes out after so many hours. */
    const sentAfter = async (hours: number) => {
      core.clock.advance(hours * hour);
      core.sent.length = 0;
      await deliverMails(core);
      return core.sent.map(({ mail }) => /\d+ (person is|people are) waiting/.exec(mail.text)?.[0]);
    };

    test("are sent at once for the first, and a day later for those who came meanwhile", async () => {
      await apply("student");
      assert.deepEqual(await sentAfter(0.1), ["1 person is waiting"]);
      core.clock.advance(hour);
      await apply("student2");
      await apply("student3");
      assert.deepEqual(await sentAfter(1), []);
      assert.deepEqual(await sentAfter(22), ["3 people are waiting"]);
      assert.deepEqual(await sentAfter(30), []);
      await apply("student4");
      assert.deepEqual(await sentAfter(0), ["4 people are waiting"]);
    });

    test("tell everybody who applied before they were written, and nothing more a day later", async () => {
      await apply("student");
      core.clock.advance(10_000);
      await apply("student2");
      assert.deepEqual(await sentAfter(0.1), ["2 people are waiting"]);
      assert.deepEqual(await sentAfter(24), []);
    });

    test("do not lose who applies while one is on its way", async () => {
      await apply("student");
      core.clock.advance(10_000);
      const { send } = core.mailer;
      core.mailer.send = async (to, mail) => {
        core.mailer.send = send;
        core.clock.advance(1000);
        await apply("student2");
        await send(to, mail);
      };
      assert.deepEqual(await sentAfter(0), ["1 person is waiting"]);
      assert.deepEqual(await sentAfter(25), ["2 people are waiting"]);
    });

    test("are not sent when all were decided meanwhile, or the hub is over", async () => {
      await apply("student");
      await sentAfter(0.1);
      await apply("student2");
      const { id } = (await core.store.participations.of(hub.id, "student2")) ?? assert.fail("no application");
      await core.store.participations.change(id, { status: "applied" }, { status: "accepted" });
      assert.deepEqual(await sentAfter(25), []);
      await apply("student3");
      await core.store.hubs.change(hub.id, {}, { degradeRequestedAt: core.clock.now() });
      assert.deepEqual(await sentAfter(0), []);
    });

    test("are not sent to somebody who does not teach the hub any more", async () => {
      await apply("student");
      await sentAfter(0.1);
      await apply("student2");
      await core.store.hubs.change(hub.id, {}, { teacherId: "co-teacher" });
      assert.deepEqual(await sentAfter(25), []);
    });

    test("that wait for their day are not listed as unsent", async () => {
      await apply("student");
      await sentAfter(0.1);
      await apply("student2");
      assert.equal((await core.store.unsentMails.list({ page: 1, size: 10 })).total, 0);
      assert.equal((await core.store.unsentMails.count()).unsent, 0);
    });
  });

  describe("to governance", () => {
    const govern = (id: string, given: { active?: boolean; email?: string } = {}) =>
      core.identity.users.set(id, {
        ...{ id, username: id, name: id, email: `${id}@example.org`, active: true, groups: ["portal-admins"] },
        ...given,
      });
    const file = async () => {
      const hub = await add({ decision: "pending", deployment: "none" });
      await core.store.mails.add(
        { kind: "request-filed", to: "governance", hubId: hub.id, reason: null },
        core.clock.now(),
      );
    };

    test("when the mail server refuses one member's address, the others get theirs once", async () => {
      govern("grace");
      govern("refused");
      govern("gone", { active: false });
      govern("mute", { email: "" });
      await file();
      const { send } = core.mailer;
      core.mailer.send = async (to, mail) => {
        if (to.email.startsWith("refused")) throw new Unavailable("The mail server did not take the mail.");
        await send(to, mail);
      };
      assert.equal(await deliverMails(core), 1);
      core.clock.advance(60_000);
      assert.equal(await deliverMails(core), 0);
      assert.deepEqual(
        core.sent.map(({ to }) => to),
        ["grace@example.org"],
      );
    });

    test("who had their data deleted here gets none, and is not known anew by it", async () => {
      govern("grace");
      govern("left");
      await core.store.people.keep(makePerson({ id: "left", username: "left" }));
      await core.store.personalData.requestErasure("left", core.clock.now());
      await core.store.personalData.erase("left", core.clock.now());
      await file();
      await deliverMails(core);
      assert.deepEqual(
        core.sent.map(({ to }) => to),
        ["grace@example.org"],
      );
      assert.equal((await core.store.people.byId("left"))?.name, "Deleted person");
    });

    test("when Authentik is away, they wait until it tells who governs", async () => {
      govern("grace");
      await file();
      core.onCall = (call) => {
        if (call === "identity.membersOfNamedGroup") throw new Unavailable("Authentik does not answer.");
      };
      assert.equal(await deliverMails(core), 0);
      core.onCall = () => {};
      core.clock.advance(60_000);
      assert.equal(await deliverMails(core), 1);
    });

    test("when an address for governance is set, they go there and to nobody else", async () => {
      const rules = { ...core.rules, governanceEmail: "jhaas-team@example.org" };
      govern("grace");
      await file();
      assert.equal(await deliverMails({ ...core, rules }), 1);
      assert.deepEqual(
        core.sent.map(({ to }) => to),
        ["jhaas-team@example.org"],
      );
    });
  });
});
