import type { Knex } from "knex";
import type { HubEventKind } from "../../domain/hub-event.ts";
import type { StaffRole } from "../../domain/hub-staff.ts";
import type { MailKind } from "../../domain/mail.ts";
import type { ParticipationStatus } from "../../domain/participation.ts";
import type { PersonalData, PersonalDataBook } from "../../ports/personal-data.ts";
import { type ChangeRecord, readChange } from "./change-requests.ts";
import { type HubRecord, readHub } from "./hub-rows.ts";
import { type PersonRecord, readPerson } from "./people.ts";

type OfHub = { hub_id: string; hub_name: string };

type SeenColumns = { known_since: number; last_seen_at: number | null };

const moment = (value: number | null) => (value === null ? null : new Date(value));

/** What is kept of people, in SQLite. */
export function createPersonalDataBook(knex: Knex): PersonalDataBook {
  const withHub = (table: string) =>
    knex(table).join("hubs", "hubs.id", `${table}.hub_id`).select(`${table}.*`, { hub_name: "hubs.name" });

  /** As entries of admission lists hold addresses. */
  const addressOf = (personId: string) => knex("people").select(knex.raw("lower(email)")).where({ id: personId });

  const participationsOf = async (personId: string): Promise<PersonalData["participations"]> => {
    type Row = OfHub & {
      status: ParticipationStatus;
      reason: string | null;
      applied_at: number;
      decided_at: number | null;
      updated_at: number;
    };
    const rows: Row[] = await withHub("participations")
      .where("participations.person_id", personId)
      .orderBy("applied_at");
    return rows.map((row) => ({
      hubId: row.hub_id,
      hubName: row.hub_name,
      status: row.status,
      reason: row.reason,
      appliedAt: new Date(row.applied_at),
      decidedAt: moment(row.decided_at),
      updatedAt: new Date(row.updated_at),
    }));
  };

  const hubsOf = async (personId: string): Promise<PersonalData["hubs"]> => {
    const owned: HubRecord[] = await knex("hubs").where({ teacher_id: personId }).orderBy("created_at");
    type Row = OfHub & { role: StaffRole; active: number; added_at: number };
    const staffed: Row[] = await withHub("hub_staff")
      .where("hub_staff.person_id", personId)
      // The part that an owner has in the staff says nothing more.
      .whereNot("hubs.teacher_id", personId)
      .orderBy("added_at");
    return [
      ...owned.map((row) => {
        const of = { hubId: row.id, hubName: row.name };
        return { ...of, role: "owner" as const, since: new Date(row.created_at), active: true };
      }),
      ...staffed.map((row) => {
        const of = { hubId: row.hub_id, hubName: row.hub_name };
        return { ...of, role: row.role, since: new Date(row.added_at), active: row.active !== 0 };
      }),
    ];
  };

  const admissionListsOf = async (personId: string): Promise<PersonalData["admissionLists"]> => {
    const rows: (OfHub & { added_at: number })[] = await withHub("admission_entries")
      .whereIn("entry", addressOf(personId))
      .orderBy("added_at");
    return rows.map((row) => ({ hubName: row.hub_name, addedAt: new Date(row.added_at) }));
  };

  const foundInGroups = async (personId: string): Promise<PersonalData["foundInGroups"]> => {
    const rows: (OfHub & { found_at: number })[] = await withHub("strangers")
      .where({ user_id: personId })
      .orderBy("found_at");
    return rows.map((row) => ({ hubName: row.hub_name, foundAt: new Date(row.found_at) }));
  };

  const eventsOf = async (personId: string): Promise<PersonalData["events"]> => {
    type Row = {
      at: number;
      kind: HubEventKind;
      from: string | null;
      to: string | null;
      reason: string | null;
      hub_name: string | null;
      actor_name: string | null;
      subject_name: string | null;
    };
    // Two searches by index; a condition with "or" would read the whole log.
    const ids = knex("hub_events")
      .select("id")
      .where({ actor_id: personId })
      .union(knex("hub_events").select("id").where({ subject_id: personId }));
    const rows: Row[] = await knex("hub_events")
      .leftJoin("hubs", "hubs.id", "hub_events.hub_id")
      .leftJoin({ actor: "people" }, "actor.id", "hub_events.actor_id")
      .leftJoin({ subject: "people" }, "subject.id", "hub_events.subject_id")
      .whereIn("hub_events.id", ids)
      .orderBy("hub_events.id", "desc")
      .select("at", "kind", "from", "to", "reason", {
        hub_name: "hubs.name",
        actor_name: "actor.name",
        subject_name: "subject.name",
      });
    return rows.map(({ at, kind, from, to, reason, ...names }) => ({
      ...{ at: new Date(at), kind, from, to, reason },
      ...{ hubName: names.hub_name, actorName: names.actor_name, subjectName: names.subject_name },
    }));
  };

  const requestsOf = async (personId: string): Promise<PersonalData["requests"]> => {
    type Row = OfHub & { wish: string; comment: string | null; written_at: number };
    const rows: Row[] = await withHub("hub_versions").where({ written_by: personId }).orderBy("written_at", "desc");
    return rows.map((row) => ({
      hubId: row.hub_id,
      hubName: row.hub_name,
      wish: JSON.parse(row.wish),
      comment: row.comment,
      writtenAt: new Date(row.written_at),
    }));
  };

  const changeRequestsOf = async (personId: string): Promise<PersonalData["changeRequests"]> => {
    const rows: (ChangeRecord & OfHub)[] = await withHub("change_requests")
      .where({ created_by: personId })
      .orderBy("change_requests.created_at", "desc");
    return rows.map((row) => {
      const { wish, comment, status, question, reason, createdAt } = readChange(row);
      return { hubId: row.hub_id, hubName: row.hub_name, wish, comment, status, question, reason, createdAt };
    });
  };

  const mailsOf = async (personId: string): Promise<PersonalData["mails"]> => {
    type Row = OfHub & { kind: MailKind; reason: string | null; created_at: number; sent_at: number | null };
    const rows: Row[] = await withHub("mails").where("mails.person_id", personId).orderBy("mails.created_at");
    return rows.map((row) => ({
      hubId: row.hub_id,
      hubName: row.hub_name,
      kind: row.kind,
      reason: row.reason,
      createdAt: new Date(row.created_at),
      sentAt: moment(row.sent_at),
    }));
  };

  return {
    async collect(personId) {
      const row: (PersonRecord & SeenColumns & { erased_at: number | null }) | undefined = await knex("people")
        .where({ id: personId })
        .first();
      if (row === undefined || row.erased_at !== null) return null;
      const accepted: { version: number; accepted_at: number }[] = await knex("terms_acceptances")
        .where({ person_id: personId })
        .orderBy("version");
      return {
        person: readPerson(row),
        knownSince: new Date(row.known_since),
        lastSeenAt: moment(row.last_seen_at),
        participations: await participationsOf(personId),
        hubs: await hubsOf(personId),
        admissionLists: await admissionListsOf(personId),
        requests: await requestsOf(personId),
        changeRequests: await changeRequestsOf(personId),
        foundInGroups: await foundInGroups(personId),
        acceptedTerms: accepted.map((each) => ({ personId, version: each.version, at: new Date(each.accepted_at) })),
        events: await eventsOf(personId),
        mails: await mailsOf(personId),
      };
    },
    async liveHubsOf(personId) {
      const rows: HubRecord[] = await knex("hubs")
        .where({ teacher_id: personId })
        .whereIn("decision", ["pending", "accepted"])
        .whereNot("deployment", "removed")
        .orderBy("name");
      return rows.map(readHub);
    },
    async requestErasure(personId, at) {
      await knex("people").where({ id: personId }).update({ erase_requested_at: at.getTime() });
    },
    async cancelErasure(personId) {
      await knex("people").where({ id: personId }).update({ erase_requested_at: null, erased_at: null });
    },
    async erasable() {
      const ids: string[] = await knex("people")
        .whereNotNull("erase_requested_at")
        .whereNull("erased_at")
        .whereNotExists(
          knex("participations").select("id").whereRaw("person_id = people.id").where({ access: "granted" }),
        )
        .whereNotExists(
          knex("hub_staff").select("hub_id").whereRaw("person_id = people.id").where({ access: "granted" }),
        )
        .pluck("id");
      return ids;
    },
    async erase(personId, at) {
      await knex("admission_entries").whereIn("entry", addressOf(personId)).delete();
      await knex("strangers").where({ user_id: personId }).delete();
      await knex("people")
        .where({ id: personId })
        .whereNotNull("erase_requested_at")
        .update({
          username: `deleted-${personId.slice(0, 8)}`,
          name: "Deleted person",
          email: "",
          groups: "[]",
          active: 0,
          last_seen_at: null,
          language: "en",
          erased_at: at.getTime(),
        });
      // What teachers wrote to the person.
      await knex("participations").where({ person_id: personId }).update({ reason: null });
    },
  };
}
