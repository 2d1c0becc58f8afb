import type { ChangeRequest } from "../../src/domain/change-request.ts";
import { doubtful, good, wrong } from "../../src/domain/finding.ts";
import type { Hub } from "../../src/domain/hub.ts";
import { wishOf } from "../../src/domain/hub-change.ts";
import type { HubEventKind } from "../../src/domain/hub-event.ts";
import type { MailKind } from "../../src/domain/mail.ts";
import type { ParticipationStatus } from "../../src/domain/participation.ts";
import type { Person } from "../../src/domain/person.ts";
import { dayMs, hourMs } from "./clock.ts";
import { makeChange, makePerson } from "./make.ts";
import type { TestApp } from "./test-app.ts";

/** What a portal looks like in the middle of a semester. */
export type University = {
  /** By its slug. */
  hub(slug: string): Hub;
  /** The change request of a hub that was made last. */
  change(slug: string): ChangeRequest;
  /** Id of somebody's participation in a hub. */
  participation(slug: string, personId: string): string;
  /** An address with slugs and names where it has ids. */
  readable(path: string): string;
  tutor: Person;
  coTeacher: Person;
};

const firstNames =
  "Ayşe Björn Chiara Dmytro Emilia Finn Gül Hannah İbrahim Jonas Katharina Léon Maximilian Nguyễn Olga";
const lastNames = "Albrecht Bäcker Cordes Dreßler Eickhoff Freiherr-von-Stetten Großmann Hoffmann Ivanova Jäger Krüger";
const description = `Übungen zur Vorlesung. Bitte bringen Sie Ihren eigenen Laptop mit.

Week 1–3: descriptive statistics, plots, the first notebook
Week 4–9: regression, with the data of the Allgemeine Bevölkerungsumfrage (https://www.example.org/data/allbus/2024/sehr-lange-adresse-ohne-jede-trennung-damit-man-sieht-was-passiert.csv)
Week 10: exam`;
const terms = `# Terms of use

The hubs are there for courses. Whoever uses them

- keeps to the **rules of the computing centre**,
- keeps no personal data of others in them,
- saves what is to last elsewhere: home folders are erased after the course.

## Questions

Ask [the service desk](https://example.org/).`;

/** Names that a course has: short, long, and with all kinds of letters. */
export function nameOf(index: number): string {
  const [first, last] = [firstNames.split(" "), lastNames.split(" ")];
  return `${first[index % first.length]} ${last[(index * 7 + Math.floor(index / first.length)) % last.length]}`;
}

/** Fills a portal with hubs in every phase, and with everything that their pages can show of a real course. */
export async function fillUniversity(portal: TestApp): Promise<University> {
  const { store, clock, identity, servers } = portal.core;
  const now = clock.now();
  const ago = (days: number, hours = 0) => new Date(now.getTime() - days * dayMs - hours * hourMs);
  const hubs = new Map<string, Hub>();
  const changes = new Map<string, ChangeRequest>();
  const participations = new Map<string, string>();
  const tutor = makePerson({ id: "tutor", username: "tbrandt", name: "Tobias Brandt" });
  const coTeacher = makePerson({ id: "co-teacher", username: "mgarcia", name: "María García Márquez" });
  for (const person of [tutor, coTeacher]) await portal.as(person);

  const addHub = async (slug: string, name: string, given: Partial<Hub> = {}) => {
    const hub = await portal.addHub({ slug, name, description, createdAt: ago(30), updatedAt: ago(3), ...given });
    hubs.set(slug, hub);
    await tell(hub, "requested", ago(30), hub.teacherId);
    return hub;
  };
  const tell = (hub: Hub | null, kind: HubEventKind, at: Date, actorId: string | null, more: object = {}) =>
    store.events.add({
      hubId: hub?.id ?? null,
      at,
      kind,
      actorId,
      subjectId: null,
      from: null,
      to: null,
      reason: null,
      ...more,
    });
  const takePart = async (hub: Hub, personId: string, status: ParticipationStatus, days: number, reason?: string) => {
    const decided = status === "applied" ? {} : { decidedBy: hub.teacherId, decidedAt: ago(days - 1) };
    const access = status === "accepted" ? "granted" : "none";
    const given = { hubId: hub.id, personId, status, access, appliedAt: ago(days), reason: reason ?? null } as const;
    participations.set(`${hub.slug} ${personId}`, (await portal.addParticipation({ ...given, ...decided })).id);
    await tell(hub, "applied", ago(days), personId, { subjectId: personId });
    if (status === "accepted")
      await tell(hub, "participant-accepted", ago(days - 1), hub.teacherId, { subjectId: personId });
  };
  const accepted = { decision: "accepted", decidedBy: "governance", decidedAt: ago(20), groupId: "group" } as const;
  const deployed = { ...accepted, deployment: "deployed", deployedAt: ago(10) } as const;
  const usage = (participants: number) => ({ participants, ramGib: 1, cpus: 0.5, storageGib: 2, gpus: 0 });
  const winter = { start: "2026-11-14", end: "2027-03-31" };
  const coming = { start: "2027-04-01", end: "2027-09-30" };

  // One that waits, one with a question, one edited, and many more for governance.
  await addHub("waits", "Einführung in die Computerlinguistik", { period: coming, createdAt: ago(5) });
  const asked = { question: "Do you really need 4 GiB for each of them?\nThe cluster is full in May.", period: coming };
  await addHub("sent-back", "Quantenmechanik II", { ...asked, askedBy: "governance", askedAt: ago(1), version: 2 });
  const edited = await addHub("edited", "Data Science for Social Scientists", { version: 2, createdAt: ago(9) });
  const first = { ...wishOf(edited), description: "Exercises.", usage: usage(20) };
  const wrote = { writtenBy: "teacher", writtenAt: ago(9) };
  await store.versions.keep({ hubId: edited.id, version: 1, wish: first, comment: null, ...wrote });
  const why = { comment: "Forty more people have signed up than last year.", writtenAt: ago(2) };
  await store.versions.keep({ hubId: edited.id, version: 2, wish: wishOf(edited), ...wrote, ...why });
  await tell(edited, "request-edited", ago(2), "teacher", { reason: why.comment });
  for (let count = 1; count <= 40; count += 1) {
    const person = makePerson({ id: `lecturer-${count % 9}`, name: nameOf(count % 9), groups: ["portal-leaders"] });
    await store.people.keep({ ...person, checkedAt: now });
    await addHub(`course-${count}`, `Seminar ${count}: Methoden der empirischen Sozialforschung`, {
      teacherId: person.id,
      period: coming,
      usage: usage(10 + count),
      createdAt: ago(count / 3),
    });
  }
  const refused = { decision: "declined", decidedBy: "governance", decidedAt: ago(4) } as const;
  const declined = await addHub("declined", "Graphentheorie", {
    ...refused,
    decisionReason: "The GPU nodes are booked until July. Please ask again for the summer, without GPUs.",
  });
  await tell(declined, "declined", ago(4), "governance", { reason: declined.decisionReason });
  await addHub("cancelled", "Numerik gewöhnlicher Differentialgleichungen", { decision: "cancelled" });

  // Accepted, to be deployed; with a change request that waits, and others that were closed.
  const scheduled = await addHub("scheduled", "Statistik I (Sommersemester 2027)", { ...accepted, period: coming });
  await tell(scheduled, "accepted", ago(20), "governance");
  const note = { comment: "We have moved to the larger lecture hall." };
  const closed = { closedBy: "governance", closedAt: ago(6), createdAt: ago(8) };
  const reason = "The cluster cannot hold 500 people in May.";
  const wish = { ...wishOf(scheduled), usage: usage(500) };
  await store.changes.add(makeChange(scheduled, { status: "declined", reason, wish, ...closed }));
  const longer = { ...wishOf(scheduled), name: "Statistik I und II", usage: usage(60), description: "Exercises." };
  const open = makeChange(scheduled, { ...note, wish: longer, createdAt: ago(2) });
  await store.changes.add(open);
  changes.set(scheduled.slug, open);
  await tell(scheduled, "change-requested", ago(2), "teacher", { reason: note.comment });
  await takePart(scheduled, "student", "applied", 2);

  // The course of this winter: full, with a waiting list, staff, servers, and somebody put in by hand.
  const course = await addHub("statistik", "Statistik für Psychologinnen und Psychologen: Übungen", {
    ...deployed,
    period: winter,
    usage: usage(100),
  });
  await tell(course, "accepted", ago(20), "governance");
  await tell(course, "deploying", ago(10, 1), null);
  await tell(course, "deployed", ago(10), null);
  for (let count = 0; count < 120; count += 1) {
    const username = `s${String(count + 1).padStart(4, "0")}`;
    const person = makePerson({ id: `course-${username}`, username, name: nameOf(count) });
    await store.people.keep({ ...person, checkedAt: now });
    await takePart(course, person.id, count < 99 ? "accepted" : "applied", 9 - count / 20);
  }
  await takePart(course, "student", "accepted", 9);
  await takePart(course, "student2", "rejected", 9, "You are not in this course: it is for the second year.");
  const part = { active: true, access: "granted", addedBy: "teacher", addedAt: ago(8), updatedAt: ago(8) } as const;
  for (const slug of ["statistik", "scheduled", "edited"]) {
    const hubId = hubs.get(slug)?.id ?? "";
    await store.staff.keep({ ...part, hubId, personId: tutor.id, role: "tutor" });
    await store.staff.keep({ ...part, hubId, personId: coTeacher.id, role: "teacher" });
  }
  await tell(course, "made-tutor", ago(8), "teacher", { subjectId: tutor.id });
  const foundAt = ago(1);
  await store.identities.keepStrangers(course.id, [
    { userId: "lea", username: "lvogt", name: "Lea Vogt", email: "lea.vogt@example.org", foundAt },
  ]);
  await store.admissions.replace(course.id, ["@psych.example.org", "max.born@example.org"], "teacher", ago(8));
  for (const [index, username] of ["student", "s0004", "s0017", "s0033", "alumnus"].entries()) {
    const state = index === 3 ? { ready: false, pending: "starting" as const } : { ready: true, pending: null };
    servers.set(username, { username, startedAt: ago(0, index + 1), lastActivity: ago(0, index), ...state });
  }

  // The other phases.
  await addHub("deploying", "Maschinelles Lernen", {
    ...accepted,
    deployment: "deploying",
    step: "hub",
    deployStartedAt: now,
  });
  const trouble = "The cluster has no room for the hub's pod: 0/3 nodes are available, 3 Insufficient memory.";
  const fails = { failureReason: trouble, attempts: 3, nextAttemptAt: new Date(now.getTime() + hourMs) };
  const failed = await addHub("failed", "Bildverarbeitung", {
    ...deployed,
    deployment: "failed",
    step: "health",
    ...fails,
  });
  await tell(failed, "failed", ago(0, 1), null, { reason: trouble });
  const over = { start: "2026-10-01", end: "2026-11-20" };
  await addHub("removing", "Sommerschule Python", {
    ...deployed,
    deployment: "removing",
    step: "hub-off",
    period: over,
  });
  const gone = { ...deployed, deployment: "removed", removedAt: ago(3), removalCause: "expiry", period: over } as const;
  const removed = await addHub("removed", "R for Ecologists", {
    ...gone,
    eraseDataAt: new Date(now.getTime() + 4 * dayMs),
  });
  await takePart(removed, "student", "accepted", 20);
  await addHub("erased", "Blockkurs LaTeX und Jupyter", { ...gone, eraseDataAt: ago(1), dataErasedAt: ago(1) });
  const word = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbe";
  const closes = { ...deployed, applicationsOpen: false, period: { start: "2026-11-14", end: "2026-11-30" } };
  const narrow = await addHub("a-slug-that-is-as-long-as-a-slug-can-be-x", word.slice(0, 63), closes);
  await takePart(narrow, "student", "applied", 4);

  // What belongs to the portal as a whole.
  const published = { markdown: terms, publishedAt: ago(40), publishedBy: "governance" };
  await store.terms.publish({ ...published, validFrom: ago(39) });
  await store.terms.publish({ ...published, validFrom: new Date(now.getTime() + 10 * dayMs) });
  await store.terms.saveDraft({ markdown: terms, savedBy: "governance", savedAt: ago(1) }, 0);
  await store.terms.accept({ personId: "student", version: 1, at: ago(20) });
  await store.terms.accept({ personId: "teacher", version: 1, at: ago(20) });
  await tell(null, "terms-published", ago(40), "governance");
  const mails: [MailKind, string | "governance"][] = [
    ["hub-failed", "teacher"],
    ["request-filed", "governance"],
    ["participation-accepted", "student"],
  ];
  for (const [kind, to] of mails) {
    const recipient = to === "governance" ? to : { personId: to };
    await store.mails.add({ kind, to: recipient, hubId: failed.id, reason: null }, ago(1));
  }
  const [givenUp, retried] = await store.mails.due(now, 2);
  if (givenUp) await store.mails.markFailed(givenUp.id, "550 5.1.1 The mail server refused the address.", null);
  if (retried) {
    await store.mails.markFailed(retried.id, "The mail server does not answer.", new Date(now.getTime() + hourMs));
  }
  portal.core.checks = [
    {
      name: "Authentik",
      examine: async () => [good("Authentik answers, version 2026.8.1."), good("The token is good.")],
    },
    {
      name: "Cluster for hubs",
      examine: async () => [
        wrong("No ingress class is there.", "Install an ingress controller, or name its class in INGRESS_CLASS."),
        doubtful("The default storage class keeps nothing.", "Name another in HUB_STORAGE_CLASS."),
      ],
    },
  ];
  const newcomer = makePerson({ id: "newcomer", username: "newcomer", name: "Franziska Neumann" });
  identity.users.set(newcomer.id, newcomer);

  const found = <T>(all: Map<string, T>, key: string): T => {
    const one = all.get(key);
    if (one === undefined) throw new Error(`nothing has the name ${key}`);
    return one;
  };
  const names = [
    ...[...hubs].flatMap(([slug, hub]) => [
      [hub.id, slug],
      [hub.invitationToken, slug],
    ]),
    ...[...changes.values()].map(({ id }) => [id, "change"]),
    ...[...participations].map(([name, id]) => [id, name.replace(/.* /, "")]),
  ] as [string, string][];
  return {
    readable: (path) => names.reduce((text, [id, name]) => text.replaceAll(id, name), path),
    hub: (slug) => found(hubs, slug),
    change: (slug) => found(changes, slug),
    participation: (slug, personId) => found(participations, `${slug} ${personId}`),
    tutor,
    coTeacher,
  };
}
