import type { Knex } from "knex";
import { type Participation, type ParticipationStatus, participationStatuses } from "../../domain/participation.ts";
import type { ParticipantRow, ParticipationRow, Participations } from "../../ports/store.ts";
import { columnOf, type HubRecord, readHub, storable } from "./hub-rows.ts";
import { containing, readPage } from "./pages.ts";
import { type PersonRecord, readPerson } from "./people.ts";

type ParticipationRecord = {
  id: string;
  hub_id: string;
  person_id: string;
  status: ParticipationStatus;
  reason: string | null;
  decided_by: string | null;
  decided_at: number | null;
  access: Participation["access"];
  applied_at: number;
  updated_at: number;
};

function readParticipation(row: ParticipationRecord): Participation {
  return {
    id: row.id,
    hubId: row.hub_id,
    personId: row.person_id,
    status: row.status,
    reason: row.reason,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at === null ? null : new Date(row.decided_at),
    access: row.access,
    appliedAt: new Date(row.applied_at),
    updatedAt: new Date(row.updated_at),
  };
}

const columns = (participation: Partial<Participation>) =>
  Object.fromEntries(Object.entries(participation).map(([field, value]) => [columnOf(field), storable(value)]));

/** Columns of a participation beside those of another table, without names that meet. */
const besideColumns = [
  ...["id", "hub_id", "person_id", "status", "reason", "decided_by", "decided_at"],
  ...["access", "applied_at", "updated_at"],
];
const beside = Object.fromEntries(besideColumns.map((column) => [`p_${column}`, `participations.${column}`]));

function readBeside(row: Record<string, unknown>): Participation {
  return readParticipation(
    Object.fromEntries(besideColumns.map((column) => [column, row[`p_${column}`]])) as ParticipationRecord,
  );
}

const readParticipant = (row: PersonRecord & Record<string, unknown>): ParticipantRow => ({
  participation: readBeside(row),
  person: readPerson(row),
});

/** Who asked for access to which hub, in SQLite. */
export function createParticipations(knex: Knex): Participations {
  const one = async (query: Knex.QueryBuilder) => {
    const row: ParticipationRecord | undefined = await query.first();
    return row === undefined ? null : readParticipation(row);
  };
  const withPeople = () =>
    knex("participations").join("people", "people.id", "participations.person_id").select("people.*", beside);
  return {
    async add(participation) {
      const inserted: unknown[] = await knex("participations")
        .insert(columns(participation))
        .onConflict()
        .ignore()
        .returning("id");
      return inserted.length > 0;
    },
    byId: (id) => one(knex("participations").where({ id })),
    of: (hubId, personId) => one(knex("participations").where({ hub_id: hubId, person_id: personId })),
    async listById(hubId, ids) {
      const rows: (PersonRecord & Record<string, unknown>)[] = await withPeople()
        .where({ hub_id: hubId })
        .whereIn("participations.id", [...ids])
        .orderBy("participations.applied_at")
        .orderBy("participations.id");
      return rows.map(readParticipant);
    },
    async change(id, expected, change) {
      const statuses = typeof expected.status === "string" ? [expected.status] : [...expected.status];
      const changed = await knex("participations").where({ id }).whereIn("status", statuses).update(columns(change));
      return changed === 1;
    },
    async count(hubId, status) {
      const rows: { total: number }[] = await knex("participations")
        .where({ hub_id: hubId, status })
        .count({ total: "*" });
      return rows[0]?.total ?? 0;
    },
    async counts(hubId) {
      const rows: { status: ParticipationStatus; total: number }[] = await knex("participations")
        .where({ hub_id: hubId })
        .groupBy("status")
        .select("status")
        .count({ total: "*" });
      const none = Object.fromEntries(participationStatuses.map((status) => [status, 0]));
      return { ...none, ...Object.fromEntries(rows.map((row) => [row.status, row.total])) } as Record<
        ParticipationStatus,
        number
      >;
    },
    listOfHub(hubId, { status, text }, ask) {
      const filter = (query: Knex.QueryBuilder) => {
        query.where("participations.hub_id", hubId);
        if (status !== null) query.where("participations.status", status);
        if (text.trim() === "") return query;
        const like = containing(text.trim());
        return query.whereIn(
          "participations.person_id",
          knex("people")
            .select("id")
            .whereRaw("name like ? escape '\\'", [like])
            .orWhereRaw("username like ? escape '\\'", [like])
            .orWhereRaw("email like ? escape '\\'", [like]),
        );
      };
      const list = filter(withPeople())
        .orderByRaw("participations.status <> 'applied'")
        .orderBy("participations.applied_at")
        .orderBy("participations.id");
      return readPage<PersonRecord & Record<string, unknown>, ParticipantRow>(
        list,
        filter(knex("participations")),
        ask,
        readParticipant,
      );
    },
    listOfPerson(personId, ask) {
      const mine = () => knex("participations").where("participations.person_id", personId);
      const list = mine()
        .join("hubs", "hubs.id", "participations.hub_id")
        .join("people", "people.id", "hubs.teacher_id")
        .select("hubs.*", beside, { teacher_name: "people.name", teacher_email: "people.email" })
        .orderBy("participations.applied_at", "desc")
        .orderBy("participations.id");
      return readPage<
        HubRecord & Record<string, unknown> & { teacher_name: string; teacher_email: string },
        ParticipationRow
      >(list, mine(), ask, (row) => ({
        participation: readBeside(row),
        hub: readHub(row),
        teacherName: row.teacher_name,
        teacherEmail: row.teacher_email,
      }));
    },
    async unsettled(hubId) {
      const rows: (ParticipationRecord & { active: number })[] = await knex("participations")
        .join("people", "people.id", "participations.person_id")
        .where({ hub_id: hubId })
        .whereRaw("(status = 'accepted' and active = 1) <> (access = 'granted')")
        .orderBy("updated_at")
        .select("participations.*", "active");
      return rows.map((row) => ({ ...readParticipation(row), active: row.active !== 0 }));
    },
    peopleOf: (hubId, status) => knex("participations").where({ hub_id: hubId, status }).pluck("person_id"),
    async clearAccess(hubId) {
      await knex("participations").where({ hub_id: hubId, access: "granted" }).update({ access: "none" });
    },
  };
}
