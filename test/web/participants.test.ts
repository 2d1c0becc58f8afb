import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { parse } from "csv-parse/sync";
import type { Hub } from "../../src/domain/hub.ts";
import type { Participation } from "../../src/domain/participation.ts";
import { makePerson } from "../support/make.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import type { Seen, Visitor } from "../support/visitor.ts";

const usage = (participants: number) => ({ participants, ramGib: 0.5, cpus: 0.5, storageGib: 1, gpus: 0 });
const minutes = (count: number) => new Date(Date.UTC(2026, 10, 24, 9, count));

describe("the participants of a hub", () => {
  let portal: TestApp;
  let hub: Hub;
  let teacher: Visitor;
  let list: string;
  beforeEach(async () => {
    portal = await startTestApp();
    hub = await portal.addHub({ decision: "accepted", slug: "graphs", name: "Graphs", usage: usage(3) });
    teacher = await portal.asTeacher();
    list = `/hubs/${hub.id}/participants`;
  });
  afterEach(() => portal.close());

  /** Somebody whose application is the n-th of the hub, named "Person n" with leading zeros. */
  const add = async (n: number, given: Partial<Participation> = {}, person: Parameters<typeof makePerson>[0] = {}) => {
    const name = `Person ${String(n).padStart(3, "0")}`;
    const known = makePerson({ username: `p${n}`, name, ...person });
    await portal.core.store.people.keep(known);
    return portal.addParticipation({ hubId: hub.id, personId: known.id, appliedAt: minutes(n), ...given });
  };
  const addMany = async (count: number, given: Partial<Participation> = {}) => {
    const added: Participation[] = [];
    for (let n = 1; n <= count; n++) added.push(await add(n, given));
    return added;
  };
  const ids = (participations: readonly Participation[]) => participations.map(({ id }) => id);
  const statusOf = async ({ id }: Participation) => (await portal.core.store.participations.byId(id))?.status;
  const rows = ({ $ }: Seen) => $("tbody th[scope=row]").map((_, row) => $(row).text().split("p")[0]).length;
  const owed = async () => (await portal.core.store.mails.due(portal.core.clock.now(), 1000)).map((mail) => mail.kind);
  const choose = async (path: string, button: string, people: readonly Participation[], fields = {}) =>
    teacher.press(await teacher.get(path), button, { selected: ids(people), ...fields });

  test("are paged, searched by name or address, and filtered by status with counts", async () => {
    await addMany(60);
    await add(61, { status: "rejected" }, { name: "Zora_Neale", email: "zora@example.org" });
    const first = await teacher.get(list);
    assert.equal(rows(first), 50);
    assert.match(first.main, /61 people, page 1 of 2/);
    assert.match(first.$("select[name=status]").text(), /Waiting \(60\)[\s\S]*Rejected \(1\)/);
    assert.equal(rows(await teacher.get(`${list}?page=2`)), 11);
    assert.match((await teacher.get(`${list}?text=ZORA@`)).main, /1 person found.*Zora_Neale/);
    assert.match((await teacher.get(`${list}?text=a_N`)).main, /1 person found/);
    assert.match((await teacher.get(`${list}?text=nobody`)).main, /Nobody fits/);
    assert.equal(rows(await teacher.get(`${list}?status=rejected`)), 1);
    const hubPage = await teacher.get(`/hubs/${hub.id}`);
    assert.equal(rows(hubPage), 5);
    assert.match(hubPage.main, /All 61 participants/);
  });

  test("beyond the seats they wait in order of application, as the teacher and they themselves see", async () => {
    await add(1, { status: "accepted", access: "granted" });
    const others = [await add(2), await add(3), await add(4)];
    const late = await portal.addParticipation({ hubId: hub.id, personId: "student", appliedAt: minutes(9) });
    assert.match((await teacher.get(list)).main, /1 of 3 seats taken, 4 waiting, of them 2 on the waiting list/);
    assert.match((await teacher.get(list)).main, /Emmy Noetherstudent@example\.org Waiting waiting list, place 2/);
    const student = await portal.asStudent();
    assert.match((await student.get("/participation")).main, /More people have applied than there are seats.*place 2/);
    await choose(list, "Accept selected", others.slice(0, 2));
    assert.match(
      (await student.get("/participation")).main,
      /All seats are taken; you are on the waiting list, place 2/,
    );
    assert.match((await student.get(`/invitations/${hub.invitationToken}`)).main, /waiting list, place 2/);
    assert.equal(await statusOf(late), "applied");
  });

  test("when a selection exceeds the seats, those who applied first are accepted and the others are named", async () => {
    const people = await addMany(5);
    const seen = await choose(list, "Accept selected", people.toReversed());
    assert.equal(seen.status, 303);
    const then = await teacher.follow(seen);
    assert.match(then.main, /3 people are accepted: Person 001, Person 002, Person 003\./);
    assert.match(then.main, /All seats are taken now, so these keep waiting: Person 004, Person 005\./);
    assert.deepEqual(await Promise.all(people.map(statusOf)), [
      "accepted",
      "accepted",
      "accepted",
      "applied",
      "applied",
    ]);
    assert.deepEqual(await owed(), Array(3).fill("participation-accepted"));
    assert.deepEqual(portal.core.woken, [hub.id]);
  });

  test("when all seats are taken, accepting is refused with the way out, and the selection is kept", async () => {
    await addMany(3, { status: "accepted" });
    const waiting = await add(9);
    const before = await owed();
    const selected = await choose(list, "Accept selected", [waiting]);
    assert.equal(selected.status, 409);
    assert.match(selected.main, /All 3 seats are taken\. Remove somebody, or ask governance for more seats/);
    assert.equal(selected.$("input[name=selected]:checked").val(), waiting.id);
    const wayOut = selected.$("main a").filter((_, link) => selected.$(link).text() === "Request a change");
    assert.equal((await teacher.get(wayOut.attr("href") ?? "")).status, 200);
    assert.equal((await teacher.press(await teacher.get(list), "Accept Person 009")).status, 409);
    assert.equal((await teacher.press(await teacher.get(`/hubs/${hub.id}`), "Accept Person 009")).status, 409);
    assert.equal(await statusOf(waiting), "applied");
    assert.deepEqual(await owed(), before);
  });

  test("of a mixed selection, what cannot be done is told by name and reason", async () => {
    const [applied, rejected] = [await add(1), await add(2, { status: "rejected" })];
    const [withdrawn, accepted] = [await add(3, { status: "withdrawn" }), await add(4, { status: "accepted" })];
    const all = [applied, rejected, withdrawn, accepted];
    const then = await teacher.follow(await choose(list, "Accept selected", all, { reason: "not for acceptance" }));
    assert.match(then.main, /2 people are accepted: Person 001, Person 002\./);
    assert.match(then.main, /because they are accepted: Person 004\..*because they have withdrawn: Person 003\./);
    const again = await choose(list, "Accept selected", all);
    assert.equal(again.status, 409, "a second click");
    const reasons = (await portal.core.store.events.ofHub(hub.id, 10)).map((event) => event.reason);
    assert.deepEqual(reasons, [null, null]);
  });

  test("rejecting a selection sends the reason to each of them", async () => {
    const people = await addMany(2);
    const seen = await choose(list, "Reject selected", people, { reason: "Only for the second year." });
    assert.match((await teacher.follow(seen)).main, /2 people are rejected/);
    const mails = await portal.core.store.mails.due(portal.core.clock.now(), 10);
    assert.deepEqual(
      mails.map((mail) => [mail.kind, mail.reason]),
      people.map(() => ["participation-rejected", "Only for the second year."]),
    );
  });

  test("nobody selected, or too long a reason, is told beside the field, and what was typed is kept", async () => {
    const people = await addMany(2);
    const none = await choose(`${list}?text=Person`, "Reject selected", [], { reason: "Full." });
    assert.equal(none.status, 422);
    assert.match(none.$("#selection-fault").text(), /Select at least one person/);
    assert.equal(none.$("textarea[name=reason]").text().trim(), "Full.");
    assert.equal(none.$("input[name=text]").val(), "Person");
    const long = await choose(list, "Reject selected", people, { reason: "x".repeat(1001) });
    assert.equal(long.status, 422);
    assert.match(long.$("#reason-fault").text(), /at most 1,000/);
    assert.equal(long.$("input[name=selected]:checked").length, 2);
    assert.deepEqual(await Promise.all(people.map(statusOf)), ["applied", "applied"]);
  });

  test("removing a selection first names everybody, and is done from there, with a reason", async () => {
    const people = await addMany(2, { status: "accepted", access: "granted" });
    const waiting = await add(3);
    const asked = await choose(list, "Remove selected", [...people, waiting]);
    assert.equal(asked.status, 200);
    assert.deepEqual(
      asked
        .$("ul.names li")
        .toArray()
        .map((each) => asked.$(each).text()),
      ["Person 001", "Person 002"],
    );
    assert.equal(await statusOf(people[0] as Participation), "accepted");
    const long = await teacher.press(asked, "Remove 2 people", { reason: "x".repeat(1001) });
    assert.equal(long.status, 422);
    const done = await teacher.press(long, "Remove 2 people", { reason: "The course is over." });
    assert.match((await teacher.follow(done)).main, /2 people are removed: Person 001, Person 002\./);
    assert.deepEqual(await owed(), ["participation-removed", "participation-removed"]);
    assert.equal((await teacher.press(asked, "Remove 2 people")).status, 422, "an old page");
    assert.match((await choose(list, "Remove selected", [waiting])).main, /only they can be removed/);
  });

  test("a rejected and a removed person can be accepted again", async () => {
    const people = [await add(1, { status: "rejected" }), await add(2, { status: "removed" })];
    await choose(list, "Accept selected", people);
    assert.deepEqual(await Promise.all(people.map(statusOf)), ["accepted", "accepted"]);
  });

  test("everybody who waits is accepted at once, also those on other pages, but never those of other statuses", async () => {
    await portal.core.store.hubs.change(hub.id, {}, { usage: usage(100) });
    await addMany(60);
    const rejected = await add(61, { status: "rejected" });
    assert.equal((await teacher.get(list)).$("input[name=all]").length, 0);
    const forged = await teacher.post(`${list}/selection`, { decision: "accepted", all: "yes" });
    assert.equal(forged.status, 422);
    const seen = await choose(`${list}?status=applied`, "Accept selected", [], { all: "yes" });
    assert.match((await teacher.follow(seen)).main, /60 people are accepted: Person 001.* and 50 more\./);
    assert.equal(await portal.core.store.participations.count(hub.id, "accepted"), 60);
    assert.equal(await statusOf(rejected), "rejected");
  });

  test("somebody of another hub among the selected makes nothing happen at all", async () => {
    const other = await portal.addHub({ decision: "accepted" });
    const foreign = await portal.addParticipation({ hubId: other.id, personId: "student" });
    const own = await add(1);
    const seen = await teacher.post(`${list}/selection`, { decision: "accepted", selected: ids([own, foreign]) });
    assert.equal(seen.status, 404);
    assert.equal((await teacher.post(`${list}/selection`, { decision: "accepted", selected: "nonsense" })).status, 404);
    assert.deepEqual([await statusOf(own), await statusOf(foreign)], ["applied", "applied"]);
  });

  test("when the last seat is given by a selection and a single click at once, one person gets it", async () => {
    await portal.core.store.hubs.change(hub.id, {}, { usage: usage(1) });
    const [one, two, three] = await addMany(3);
    const single = `${list}/${three?.id}/decision`;
    // The session's token is made with its first page.
    await teacher.get(list);
    const answers = await Promise.all([
      teacher.post(`${list}/selection`, {
        decision: "accepted",
        selected: [one?.id ?? "", two?.id ?? ""],
      }),
      teacher.post(single, { decision: "accepted" }),
    ]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [303, 409]);
    assert.equal(await portal.core.store.participations.count(hub.id, "accepted"), 1);
  });

  test("accounts that have ended and the hub's own staff take no seat", async () => {
    await portal.core.store.hubs.change(hub.id, {}, { usage: usage(1) });
    await add(1, { status: "accepted" }, { active: false });
    const helper = await add(2, { status: "accepted" });
    const at = portal.core.clock.now();
    const part = {
      role: "tutor",
      active: true,
      access: "none",
      addedBy: "teacher",
      addedAt: at,
      updatedAt: at,
    } as const;
    await portal.core.store.staff.keep({ hubId: hub.id, personId: helper.personId, ...part });
    const student = await add(3);
    assert.match((await teacher.get(list)).main, /0 of 1 seat taken/);
    await choose(list, "Accept selected", [student]);
    assert.equal(await statusOf(student), "accepted");
  });

  test("a hub that is over shows its participants, and nothing can be done to them", async () => {
    const person = await add(1);
    await portal.core.store.hubs.change(hub.id, {}, { period: { start: "2026-10-01", end: "2026-11-01" } });
    const seen = await teacher.get(list);
    assert.match(seen.main, /Person 001/);
    assert.equal(seen.$("input[name=selected], button[name=decision]").length, 0);
    const late = await teacher.post(`${list}/selection`, { decision: "accepted", selected: person.id });
    assert.equal(late.status, 409);
    assert.match(late.main, /over or going away/);
  });

  test("the file has all who fit the filter, and names do not run as formulas", async () => {
    await addMany(60);
    await add(61, { status: "rejected", reason: '=HYPERLINK("http://evil")' }, { name: "@SUM(A1)", email: "" });
    const seen = await teacher.get(`${list}.csv`);
    assert.match(seen.headers["content-type"] ?? "", /text\/csv/);
    assert.match(seen.headers["content-disposition"] ?? "", /graphs-participants\.csv/);
    assert.equal(parse(seen.text, { bom: true }).length, 62);
    const [head, row] = parse((await teacher.get(`${list}.csv?status=rejected`)).text, { bom: true }) as string[][];
    assert.equal(head?.[0], "Name");
    assert.deepEqual(row?.slice(0, 4), ["'@SUM(A1)", "p61", "", "Rejected"]);
    assert.equal(row?.at(-1), `'=HYPERLINK("http://evil")`);
  });
});
