import type { Knex } from "knex";
import type { HubEvent } from "../../domain/hub-event.ts";
import type { HubSecrets } from "../../ports/hub-backend.ts";
import type { HubEvents, Leases, Secrets, Store } from "../../ports/store.ts";
import { createAdmissionLists } from "./admission-lists.ts";
import { createChangeRequests } from "./change-requests.ts";
import { createHubFinder } from "./hub-finder.ts";
import { createHubIdentities } from "./hub-identities.ts";
import { createHubStaffBook } from "./hub-staff.ts";
import { createHubVersions } from "./hub-versions.ts";
import { createHubs } from "./hubs.ts";
import { createOpenRequests } from "./open-requests.ts";
import { createMails } from "./outbox.ts";
import { createParticipations } from "./participations.ts";
import { createPeople } from "./people.ts";
import { createPersonalDataBook } from "./personal-data.ts";
import { readApart } from "./read-apart.ts";
import { createReminders } from "./reminders.ts";
import { createReservations } from "./reservations.ts";
import type { Sealer } from "./seal.ts";
import { createSeats } from "./seats.ts";
import { createSignOuts } from "./sign-outs.ts";
import { createTermsOfUse } from "./terms-of-use.ts";

/**
 * The portal's memory in SQLite.
 * @param reading connections for what pages are made from; left out, everything goes by `knex`
 */
export function createStore(knex: Knex, sealer: Sealer, reading: Knex = knex): Store {
  const apart = <Adapter extends object>(create: (knex: Knex) => Adapter, methods: readonly (keyof Adapter)[]) =>
    readApart(create, knex, reading, methods);
  return {
    hubs: apart(createHubs, ["byId", "anyOf", "listOf", "overlapping"]),
    hubFinder: apart(createHubFinder, ["find", "count"]),
    staff: apart(createHubStaffBook, ["of", "listOf"]),
    identities: apart(createHubIdentities, ["of", "strangers"]),
    versions: createHubVersions(knex),
    changes: createChangeRequests(knex),
    openRequests: createOpenRequests(knex),
    participations: apart(createParticipations, ["counts", "listOfHub", "listOfPerson"]),
    seats: createSeats(knex),
    admissions: createAdmissionLists(knex),
    people: apart(createPeople, ["byId"]),
    signOuts: apart(createSignOuts, ["ends"]),
    events: apart(createEvents, ["ofHub"]),
    mails: createMails(knex),
    reminders: createReminders(knex),
    personalData: createPersonalDataBook(knex),
    reservations: createReservations(knex),
    secrets: createSecrets(knex, sealer),
    terms: createTermsOfUse(knex),
    leases: createLeases(knex),
    transaction: (work) => knex.transaction((inside) => work(createStore(inside, sealer))),
    async check() {
      await knex.raw("select 1").timeout(5000);
    },
  };
}

type EventRecord = Omit<HubEvent, "hubId" | "at" | "actorId" | "subjectId"> & {
  hub_id: string | null;
  at: number;
  actor_id: string | null;
  subject_id: string | null;
  actor_name: string | null;
  subject_name: string | null;
};

function createEvents(knex: Knex): HubEvents {
  return {
    async add({ hubId, at, actorId, subjectId, ...plain }) {
      const row = { ...plain, hub_id: hubId, at: at.getTime(), actor_id: actorId, subject_id: subjectId };
      await knex("hub_events").insert(row);
    },
    async ofHub(hubId, limit) {
      const rows: EventRecord[] = await knex("hub_events")
        .leftJoin({ actor: "people" }, "actor.id", "hub_events.actor_id")
        .leftJoin({ subject: "people" }, "subject.id", "hub_events.subject_id")
        .where("hub_events.hub_id", hubId)
        .orderBy("hub_events.id", "desc")
        .limit(limit)
        .select("hub_events.*", { actor_name: "actor.name", subject_name: "subject.name" });
      return rows.map((row) => ({
        hubId: row.hub_id,
        at: new Date(row.at),
        kind: row.kind,
        actorId: row.actor_id,
        subjectId: row.subject_id,
        from: row.from,
        to: row.to,
        reason: row.reason,
        actorName: row.actor_name,
        subjectName: row.subject_name,
      }));
    },
  };
}

function createSecrets(knex: Knex, sealer: Sealer): Secrets {
  const of = async (hubId: string): Promise<HubSecrets | null> => {
    const row: { sealed: string } | undefined = await knex("hub_secrets").where({ hub_id: hubId }).first();
    return row === undefined ? null : JSON.parse(sealer.open(row.sealed));
  };
  return {
    of,
    async keepFirst(hubId, secrets) {
      const row = { hub_id: hubId, sealed: sealer.seal(JSON.stringify(secrets)) };
      await knex("hub_secrets").insert(row).onConflict("hub_id").ignore();
      return (await of(hubId)) ?? secrets;
    },
    async forget(hubId) {
      await knex("hub_secrets").where({ hub_id: hubId }).delete();
    },
  };
}

function createLeases(knex: Knex): Leases {
  return {
    async take(name, holder, now, ttlMs, isDead) {
      const until = now.getTime() + ttlMs;
      const inserted: unknown[] = await knex("leases")
        .insert({ name, holder, until })
        .onConflict("name")
        .ignore()
        .returning("name");
      if (inserted.length > 0) return true;
      const found: { holder: string; until: number } | undefined = await knex("leases").where({ name }).first();
      if (found === undefined) return false;
      const free = found.holder === holder || found.until <= now.getTime() || isDead(found.holder);
      if (!free) return false;
      const taken = await knex("leases")
        .where({ name, holder: found.holder, until: found.until })
        .update({ holder, until });
      return taken === 1;
    },
    async release(name, holder) {
      await knex("leases").where({ name, holder }).delete();
    },
  };
}
