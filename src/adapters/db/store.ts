import type { Knex } from "knex";
import type { HubSecrets } from "../../ports/hub-backend.ts";
import type { Leases, Secrets, Store } from "../../ports/store.ts";
import { createAdmissionLists } from "./admission-lists.ts";
import { createAuditLog } from "./audit.ts";
import { createChangeRequests } from "./change-requests.ts";
import { createDigests } from "./digests.ts";
import { createDirectory } from "./directory.ts";
import { createEvents } from "./events.ts";
import { createHubFinder } from "./hub-finder.ts";
import { createHubIdentities } from "./hub-identities.ts";
import { createHubStaffBook } from "./hub-staff.ts";
import { createHubVersions } from "./hub-versions.ts";
import { createHubs } from "./hubs.ts";
import { oneOf } from "./one-of.ts";
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
import { createUnsentMails } from "./unsent-mails.ts";

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
    versions: apart(createHubVersions, ["listOf"]),
    changes: apart(createChangeRequests, ["byId", "openOf", "listOf"]),
    openRequests: apart(createOpenRequests, ["list", "count"]),
    participations: apart(createParticipations, ["counts", "listOfHub", "listOfPerson"]),
    seats: apart(createSeats, ["taken", "waiting"]),
    admissions: createAdmissionLists(knex),
    people: apart(createPeople, ["byId"]),
    directory: apart(createDirectory, ["search", "byId"]),
    signOuts: apart(createSignOuts, ["ends"]),
    events: apart(createEvents, ["ofHub", "pageOfHub"]),
    audit: apart(createAuditLog, ["list"]),
    mails: createMails(knex),
    digests: createDigests(knex),
    unsentMails: createUnsentMails(knex),
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

function createSecrets(knex: Knex, sealer: Sealer): Secrets {
  const of = async (hubId: string): Promise<HubSecrets | null> => {
    const row: { sealed: string } | undefined = await knex("hub_secrets").where({ hub_id: hubId }).first();
    return row === undefined ? null : JSON.parse(sealer.open(row.sealed));
  };
  return {
    of,
    async ofAll(hubIds) {
      const rows: { hub_id: string; sealed: string }[] = await knex("hub_secrets").whereRaw(...oneOf("hub_id", hubIds));
      return new Map(rows.map(({ hub_id: id, sealed }) => [id, JSON.parse(sealer.open(sealed))]));
    },
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
