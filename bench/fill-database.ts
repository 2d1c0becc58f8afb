import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Knex } from "knex";
import { connect, migrate } from "../src/adapters/db/connect.ts";
import { columnOf, storable, writeHub } from "../src/adapters/db/hub-rows.ts";
import type { Hub } from "../src/domain/hub.ts";
import type { HubEvent, HubEventKind } from "../src/domain/hub-event.ts";
import type { Participation, ParticipationStatus } from "../src/domain/participation.ts";
import { addDays, type CalendarDate } from "../src/domain/usage-period.ts";
import { makeHub, makeParticipation, makePerson } from "../test/support/make.ts";

export type Filling = {
  /** Folder of the database. */
  dataDir: string;
  hubs: number;
  participations: number;
  /** Ids of the people whose pages are loaded; they have as much as a busy person has, however large the portal is. */
  teacherId: string;
  studentId: string;
  /** All hubs are deployed, and so many more are accepted for later; left out, they are in all states. */
  allDeployed?: number;
};

/** What the measured people have. */
const teachersHubs = 30;
const studentsHubs = 30;
const participantsOfShown = 120;

const dayMs = 24 * 60 * 60 * 1000;
const names = ["Statistics", "Genetics", "Robotics", "Linguistics", "Optics", "Econometrics", "Algebra", "Ecology"];
const firstNames = ["Ada", "Bela", "Chidi", "Dana", "Emre", "Fatma", "Goran", "Hanna", "Ivo", "Jale", "Kim", "Lena"];
const lastNames = ["Abel", "Brandt", "Cho", "Diaz", "Ernst", "Fuchs", "Gerber", "Haddad", "Ito", "Jensen", "Kaya"];

/**
 * Fills a new database as years of use would: of ten hubs, four are over, three deployed, two accepted for later, and
 * one is waiting, declined or cancelled. The same every time, but for ids. Another portal holds the lease, so that the
 * one whose pages are loaded looks after no hub.
 * @returns id of the hub whose page is loaded: deployed, with participants and a history; and ids of those for later
 */
export async function fillDatabase(filling: Filling): Promise<{ hubId: string; scheduled: string[] }> {
  const knex = connect(join(filling.dataDir, "portal.sqlite"));
  try {
    await migrate(knex);
    // A database that is lost when the machine fails is simply filled again.
    await knex.raw("pragma synchronous = off");
    await knex.raw("pragma cache_size = -200000");
    const { teacherId, studentId } = filling;
    const people = makePeople(filling);
    await insert(knex, "people", people.map(columns));
    const hubs = Array.from({ length: filling.hubs }, (_, at) => {
      const mine =
        at % Math.floor(filling.hubs / teachersHubs) === 0 && at / (filling.hubs / teachersHubs) < teachersHubs;
      const teacher = people[2 + (at % Math.ceil(filling.hubs / 10))]?.id ?? teacherId;
      return makeOneHub(at, mine ? teacherId : teacher, filling.allDeployed === undefined ? null : "deployed");
    });
    const scheduled = Array.from({ length: filling.allDeployed ?? 0 }, (_, at) =>
      makeOneHub(filling.hubs + at, teacherId, "scheduled"),
    );
    await insert(
      knex,
      "hubs",
      [...hubs, ...scheduled].map((hub) => ({ ...writeHub(hub), submission_key: hub.id })),
    );
    // Their groups in Authentik were looked at a moment ago.
    const looked = { looked_at: Date.now(), next_look_at: Date.now() + dayMs };
    await insert(
      knex,
      "hub_identities",
      scheduled.map(({ id }) => ({ hub_id: id, ...looked })),
    );
    const shown = hubs.find((hub) => hub.teacherId === teacherId && hub.deployment === "deployed");
    if (shown === undefined) throw new Error("the teacher has no deployed hub");
    await addParticipations(knex, filling, { hubs, shown, people: people.slice(2).map(({ id }) => id), studentId });
    if (filling.allDeployed === undefined) {
      await knex("leases").insert({ name: "reconciler", holder: "elsewhere 1 bench", until: Date.now() + dayMs });
    }
    await knex.raw("pragma wal_checkpoint(truncate)");
    return { hubId: shown.id, scheduled: scheduled.map(({ id }) => id) };
  } finally {
    await knex.destroy();
  }
}

function makePeople({ hubs, teacherId, studentId }: Filling) {
  const checkedAt = new Date();
  const measured = [
    makePerson({ id: teacherId, username: "teacher", groups: ["portal-leaders"], checkedAt }),
    makePerson({ id: studentId, username: "student", checkedAt }),
  ];
  const others = Array.from({ length: hubs * 5 }, (_, at) => {
    const name = `${firstNames[at % firstNames.length]} ${lastNames[(at * 7) % lastNames.length]}`;
    const email = `${name.toLowerCase().replace(" ", ".")}.${at}@example.org`;
    return makePerson({ username: `person-${at}`, name, email, checkedAt });
  });
  return [...measured, ...others];
}

function makeOneHub(at: number, teacherId: string, only: "deployed" | "scheduled" | null): Hub {
  const now = new Date();
  const day = (offset: number): CalendarDate => addDays(now.toISOString().slice(0, 10), offset);
  // Spread by a multiplication, so that kinds of hubs do not go with teachers.
  const kind = only === null ? (at * 7 + Math.floor(at / 10)) % 10 : only === "deployed" ? 5 : 8;
  const ago = (days: number) => new Date(now.getTime() - days * dayMs);
  const base: Partial<Hub> = {
    id: randomUUID(),
    slug: `course-${at}`,
    name: `${names[at % names.length]} ${at}`,
    description: "Notebooks for the exercises of the lecture, with data sets and solutions.\n".repeat(1 + (at % 5)),
    usage: { participants: 150, ramGib: 0.5, cpus: 0.5, storageGib: 1, gpus: 0 },
    teacherId,
    createdAt: ago(800 - (at % 700)),
    updatedAt: ago(30),
  };
  const accepted = { decision: "accepted", decidedAt: ago(60), groupId: randomUUID() } as const;
  if (kind < 4) {
    const removed = { removedAt: ago(200), removalCause: "expiry", dataErasedAt: ago(190), groupId: null } as const;
    const period = { start: day(-380), end: day(-201) };
    return makeHub({ ...base, ...accepted, period, deployment: "removed", eraseDataAt: ago(193), ...removed });
  }
  if (kind < 7) {
    const deployed = { deployment: "deployed", deployStartedAt: ago(50), deployedAt: ago(50) } as const;
    return makeHub({ ...base, ...accepted, ...deployed, period: { start: day(-50), end: day(100 + (at % 50)) } });
  }
  const period = { start: day(90), end: day(250) };
  if (kind < 9) return makeHub({ ...base, ...accepted, period });
  const decision = (["pending", "declined", "cancelled"] as const)[at % 3] ?? "pending";
  // A cancelled one is removed before it ever was there.
  const over = decision === "cancelled" ? ({ deployment: "removed", dataErasedAt: ago(20) } as const) : {};
  return makeHub({ ...base, decision, period, ...over });
}

type Having = { hubs: readonly Hub[]; shown: Hub; people: readonly string[]; studentId: string };

async function addParticipations(knex: Knex, filling: Filling, { hubs, shown, people, studentId }: Having) {
  const withPeople = hubs.filter(({ decision }) => decision === "accepted");
  const students = new Set(
    Array.from({ length: studentsHubs }, (_, at) => withPeople[Math.floor((at * withPeople.length) / studentsHubs)]),
  );
  const average = filling.participations / withPeople.length;
  let rows: Participation[] = [];
  let left = filling.participations;
  for (const [at, hub] of withPeople.entries()) {
    // From a fifth of the average to nearly twice as many; the last one gets what is left.
    const usual = Math.round(average * (0.2 + (1.6 * ((at * 37) % 101)) / 100));
    const count = hub === shown ? participantsOfShown : at === withPeople.length - 1 ? left : Math.min(usual, left);
    left -= count;
    const begin = (at * 7919) % people.length;
    for (let n = 0; n < count; n++) {
      const personId = n === 0 && students.has(hub) ? studentId : people[(begin + n * 3) % people.length];
      if (personId !== undefined) rows.push(makeOneParticipation(hub, personId, n));
    }
    if (rows.length < 20_000 && at < withPeople.length - 1) continue;
    await insert(knex, "participations", rows.map(columns));
    await insert(knex, "hub_events", rows.flatMap(eventsOf).map(columns));
    rows = [];
  }
  await insert(knex, "hub_events", hubs.flatMap(ownEventsOf).map(columns));
}

function makeOneParticipation(hub: Hub, personId: string, n: number): Participation {
  const appliedAt = new Date(hub.createdAt.getTime() + (n + 1) * 60_000);
  const others: ParticipationStatus[] = ["rejected", "withdrawn", "removed"];
  const live = hub.deployment !== "removed";
  const status = n % 20 < 17 ? "accepted" : n % 20 === 17 && live ? "applied" : (others[n % 3] ?? "rejected");
  const access = status === "accepted" && live ? "granted" : "none";
  const decided =
    status === "applied" ? {} : { decidedBy: hub.teacherId, decidedAt: new Date(appliedAt.getTime() + 60_000) };
  return makeParticipation({ hubId: hub.id, personId, status, access, appliedAt, updatedAt: appliedAt, ...decided });
}

const noEvent = { actorId: null, subjectId: null, from: null, to: null, reason: null };

function eventsOf({ hubId, personId, status, appliedAt, decidedAt, decidedBy }: Participation): HubEvent[] {
  const applied: HubEvent = {
    ...noEvent,
    hubId,
    at: appliedAt,
    kind: "applied",
    actorId: personId,
    subjectId: personId,
  };
  if (status === "applied" || decidedAt === null) return [applied];
  const kind = status === "withdrawn" ? "participant-withdrew" : (`participant-${status}` as const);
  const change = { from: "applied", to: status, actorId: decidedBy, subjectId: personId };
  return [applied, { ...noEvent, hubId, at: decidedAt, kind, ...change }];
}

function ownEventsOf(hub: Hub): HubEvent[] {
  const kinds: HubEventKind[] = ["requested"];
  if (hub.decision !== "pending") kinds.push(hub.decision);
  if (hub.deployedAt !== null || hub.removalCause !== null) kinds.push("deploying", "deployed");
  if (hub.removalCause !== null) kinds.push("removing", "removed", "data-erased");
  return kinds.map((kind, at) => ({ ...noEvent, hubId: hub.id, at: new Date(hub.createdAt.getTime() + at), kind }));
}

/** A record's fields as columns. */
const columns = (record: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).map(([field, value]) => [columnOf(field), storable(value)]));

/** Many rows at once: SQLite reads them from one JSON text, which spares a binding for each value. */
async function insert(knex: Knex, table: string, rows: readonly Record<string, unknown>[]): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const names = Object.keys(first);
  const sql = `insert into ?? (${names.map(() => "??").join(", ")})
    select ${names.map((name) => `value ->> '$.${name}'`).join(", ")} from json_each(?)`;
  for (let at = 0; at < rows.length; at += 20_000) {
    await knex.raw(sql, [table, ...names, JSON.stringify(rows.slice(at, at + 20_000))]);
  }
}
