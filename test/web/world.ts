import type { Hub } from "../../src/domain/hub.ts";
import { wishOf } from "../../src/domain/hub-change.ts";
import { makeChange, makePerson } from "../support/make.ts";
import { people, type TestApp } from "../support/test-app.ts";

/** Text that would be markup, script or an address if a page forgot to escape it. */
export const hostile = `<img src=x onerror="alert('1')"><script>alert(2)</script> & "quoted" 'quoted'`;
const at = new Date("2026-11-24T09:00:00Z");
const base = { description: `${hostile}\n</textarea></dd><h1>Two</h1>`, groupId: "group" } as const;
const accepted = { ...base, decision: "accepted", decidedBy: "governance", decidedAt: at } as const;
const over = { start: "2026-11-01", end: "2026-11-20" };

/** A hub in each phase, with everything that its page can show. */
const hubs: Partial<Hub>[] = [
  { ...base, slug: "pending" },
  { ...base, slug: "sent-back", question: hostile, askedBy: "governance", askedAt: at },
  { ...base, slug: "declined", decision: "declined", decidedBy: "governance", decidedAt: at, decisionReason: hostile },
  { ...base, slug: "cancelled", decision: "cancelled" },
  { ...accepted, slug: "scheduled", period: { start: "2026-12-01", end: "2027-01-31" } },
  { ...accepted, slug: "scheduled-trouble", groupId: null, failureReason: hostile, step: "group", attempts: 2 },
  { ...accepted, slug: "deploying", deployment: "deploying", step: "hub", progress: hostile },
  { ...accepted, slug: "deployed", deployment: "deployed", deployedAt: at, usage: usageOf(40) },
  { ...accepted, slug: "closed", deployment: "deployed", deployedAt: at, applicationsOpen: false },
  {
    ...accepted,
    slug: "failed",
    deployment: "failed",
    step: "health",
    failureReason: hostile,
    attempts: 1,
    nextAttemptAt: at,
  },
  { ...accepted, slug: "removing", deployment: "removing", step: "application-off", period: over },
  {
    ...accepted,
    slug: "removed",
    deployment: "removed",
    removedAt: at,
    removalCause: "degraded",
    eraseDataAt: new Date("2026-12-01T11:00:00Z"),
  },
  {
    ...accepted,
    slug: "erased",
    deployment: "removed",
    removedAt: at,
    removalCause: "expiry",
    eraseDataAt: at,
    dataErasedAt: at,
  },
];

function usageOf(participants: number) {
  return { participants, ramGib: 0.5, cpus: 0.5, storageGib: 1, gpus: 1 };
}

/** Fills a portal with hubs in every phase, people in every status, staff, and lists of more than one page. */
export async function fillWorld(portal: TestApp): Promise<void> {
  const { store, clock, knex } = portal.core;
  const now = clock.now();
  const markdown = `# Terms\n\n${hostile}\n\n[link](javascript:alert(1)) <https://example.org/>`;
  await knex("terms").insert({ version: 1, markdown, valid_from: at.getTime() });
  await portal.as(hostilePerson);
  for (const id of ["tutor", "co-teacher"]) await portal.as(makePerson({ id, name: `${id} ${hostile}` }));
  const statuses = ["applied", "accepted", "rejected", "withdrawn", "removed"] as const;
  for (const [index, given] of hubs.entries()) {
    const hub = await portal.addHub({ teacherId: people.teacher.id, name: `${given.slug} ${hostile}`, ...given });
    const event = { hubId: hub.id, at, actorId: hostilePerson.id, from: null, to: null, reason: hostile };
    await store.events.add({ ...event, kind: "requested", subjectId: null });
    await store.events.add({ ...event, kind: "participant-accepted", subjectId: hostilePerson.id });
    await store.events.add({ ...event, kind: "removed", actorId: null, subjectId: null, reason: "expiry" });
    const status = statuses[index % statuses.length] ?? "applied";
    await portal.addParticipation({ hubId: hub.id, personId: hostilePerson.id, status, reason: hostile });
    await portal.addParticipation({ hubId: hub.id, personId: "student", status: "accepted", access: "granted" });
    const part = {
      hubId: hub.id,
      active: true,
      access: "granted",
      addedBy: "teacher",
      addedAt: now,
      updatedAt: now,
    } as const;
    await store.staff.keep({ ...part, personId: "tutor", role: "tutor" });
    await store.staff.keep({ ...part, personId: "co-teacher", role: "teacher" });
    await addHistory(portal, hub);
    if (given.slug !== "deployed") continue;
    for (let count = 0; count < 60; count += 1) {
      const person = makePerson();
      await store.people.keep(person);
      await portal.addParticipation({ hubId: hub.id, personId: person.id });
    }
  }
  // Enough for a second page of each list.
  for (let count = 0; count < 30; count += 1) {
    const hub = await portal.addHub({
      teacherId: people.teacher.id,
      name: `Course ${count}`,
      ...(count % 2 === 0 ? {} : accepted),
    });
    if (hub.decision === "accepted") await portal.addParticipation({ hubId: hub.id, personId: hostilePerson.id });
  }
}

/** Versions of a request, or change requests with every fate, each with all that a page can show of it. */
async function addHistory(portal: TestApp, hub: Hub): Promise<void> {
  const { versions, changes } = portal.core.store;
  const wish = wishOf(hub);
  const other = { ...wish, name: `Before ${hostile}`, description: hostile, notebookType: "custom", image: hostile };
  for (const [version, asked] of [other, wish].entries()) {
    const written = { comment: hostile, writtenBy: hostilePerson.id, writtenAt: at };
    await versions.keep({ hubId: hub.id, version, wish: asked, ...written });
  }
  const closed = { question: hostile, comment: hostile, reason: hostile, closedBy: hostilePerson.id, closedAt: at };
  if (hub.decision !== "accepted") return;
  for (const status of ["accepted", "declined", "superseded", "withdrawn", "lapsed"] as const) {
    await changes.add(makeChange(hub, { wish: other, createdBy: hostilePerson.id, ...closed, status }));
  }
  if (hub.deployment === "removed") return;
  await changes.add(makeChange(hub, { wish: other, comment: hostile, question: hostile }));
}

/** Takes part in every hub of the world, with every status. */
export const hostilePerson = makePerson({
  id: "hostile",
  username: "hostile",
  name: hostile,
  email: `x@example.org"><b>`,
});
