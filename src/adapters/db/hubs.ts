import type { Knex } from "knex";
import { addDays } from "../../domain/usage-period.ts";
import type { HubExpectation, HubRow, Hubs, PageAsk } from "../../ports/store.ts";
import { columnOf, type HubRecord, readHub, storable, writeHub } from "./hub-rows.ts";
import { readPage } from "./pages.ts";

/** A row of `hubs` with what lists show beside it. */
export type ListRecord = HubRecord & { teacher_name: string; applied: number; accepted: number };

/** Reads a row of a list. */
export const readRow = (row: ListRecord): HubRow => ({
  hub: readHub(row),
  teacherName: row.teacher_name,
  applied: row.applied,
  accepted: row.accepted,
});

/** All hubs with what lists show beside them, to be narrowed and sorted. */
export function hubList(knex: Knex): Knex.QueryBuilder {
  const count = (status: string) =>
    knex("participations").count("*").where({ status }).whereRaw("hub_id = hubs.id").as(status);
  // As `seats.taken` counts: without accounts that have ended, and without staff.
  const seats = () =>
    count("accepted")
      .whereRaw("person_id not in (select id from people where active = 0)")
      .whereRaw("person_id not in (select person_id from hub_staff where hub_id = hubs.id and active = 1)")
      .whereRaw("person_id <> hubs.teacher_id");
  return knex("hubs")
    .join("people", "people.id", "hubs.teacher_id")
    .select("hubs.*", { teacher_name: "people.name" }, count("applied"), seats());
}

/** The hubs, in SQLite. */
export function createHubs(knex: Knex): Hubs {
  const one = async (query: Knex.QueryBuilder) => {
    const row: HubRecord | undefined = await query.first();
    return row === undefined ? null : readHub(row);
  };
  const list = () => hubList(knex);
  const page = (filter: (query: Knex.QueryBuilder) => Knex.QueryBuilder, order: [string, string], ask: PageAsk) =>
    readPage<ListRecord, HubRow>(
      filter(list())
        .orderBy(...order)
        .orderBy("hubs.id"),
      filter(knex("hubs")),
      ask,
      readRow,
    );

  return {
    async add(hub, submissionKey) {
      const row = { ...writeHub(hub), submission_key: submissionKey };
      // Without a target, the clause covers both unique rules; which one it was is asked afterwards.
      const inserted: unknown[] = await knex("hubs").insert(row).onConflict().ignore().returning("id");
      if (inserted.length > 0) return "added";
      const repeated = await knex("hubs")
        .where({ teacher_id: hub.teacherId, submission_key: submissionKey })
        .first("id");
      return repeated === undefined ? "slug-taken" : "repeated";
    },
    byId: (id) => one(knex<HubRecord>("hubs").where({ id })),
    byInvitation: (token) => one(knex("hubs").where({ invitation_token: token })),
    bySubmission: (teacherId, submissionKey) =>
      one(knex("hubs").where({ teacher_id: teacherId, submission_key: submissionKey })),
    async slugIsHeld(slug) {
      const held = await knex("hubs")
        .where({ slug })
        .whereIn("decision", ["pending", "accepted"])
        .whereNot("deployment", "removed")
        .first("id");
      return held !== undefined;
    },
    async change(id, expected, change) {
      const changed = await expecting(knex("hubs").where({ id }), expected).update(writeHub(change));
      return changed === 1;
    },
    async anyOf(personId) {
      return (await idsOfStaff(knex, personId).first()) !== undefined;
    },

    listOf: (personId, ask) =>
      page((query) => query.whereIn("hubs.id", idsOfStaff(knex, personId)), ["hubs.created_at", "desc"], ask),
    async overlapping(period, exceptId, ask) {
      const matching = () =>
        knex("hubs")
          .where({ decision: "accepted" })
          .whereNot("deployment", "removed")
          .where("start_date", "<=", period.end)
          .where("end_date", ">=", period.start)
          .whereNot({ id: exceptId });
      // First which ones; people are counted only for those.
      const ids = matching().select("id").orderBy("start_date").orderBy("id");
      const page = await readPage<{ id: string }, string>(ids, matching(), ask, (row) => row.id);
      const rows: ListRecord[] = await list()
        .whereIn("hubs.id", page.items)
        .orderBy("hubs.start_date")
        .orderBy("hubs.id");
      return { ...page, items: rows.map(readRow) };
    },

    async idsToReconcile(now, today, leadDays) {
      const dueDate = addDays(today, leadDays);
      const rows: { id: string }[] = await knex("hubs")
        .select("id")
        .where((any) =>
          any
            .where((live) =>
              live
                .whereIn("decision", ["accepted", "cancelled"])
                .whereNot("deployment", "removed")
                .where((due) => due.whereNull("next_attempt_at").orWhere("next_attempt_at", "<=", now.getTime()))
                .where((work) =>
                  work
                    .where("decision", "cancelled")
                    .orWhereIn("deployment", ["deploying", "removing", "failed"])
                    .orWhereNotNull("degrade_requested_at")
                    .orWhere("end_date", "<", today)
                    .orWhereNull("group_id")
                    .orWhere((start) => start.where("deployment", "none").where("start_date", "<=", dueDate))
                    .orWhere((again) =>
                      again
                        .where("deployment", "deployed")
                        .whereRaw("redeploy_requested_at > coalesce(deploy_started_at, 0)"),
                    )
                    .orWhere((changed) =>
                      changed.where("deployment", "deployed").whereRaw("spec_version > applied_spec_version"),
                    )
                    .orWhereExists(
                      knex("participations")
                        .select("id")
                        .whereRaw("hub_id = hubs.id and (status = 'accepted') <> (access = 'granted')")
                        // An account that has ended needs no access.
                        .whereRaw(
                          "not (status = 'accepted' and person_id in (select id from people where active = 0))",
                        ),
                    )
                    .orWhereIn(
                      "id",
                      // From the few accounts that have ended, by their index: otherwise all participations are read.
                      knex("people")
                        .joinRaw("cross join participations on participations.person_id = people.id")
                        .whereRaw("active = 0 and status = 'accepted' and access = 'granted'")
                        .select("hub_id"),
                    )
                    .orWhereExists(
                      knex("hub_staff")
                        .select("hub_id")
                        .whereRaw("hub_id = hubs.id and (active = 1) <> (access = 'granted')"),
                    ),
                ),
            )
            .orWhere((over) =>
              over
                .where("deployment", "removed")
                .whereNull("data_erased_at")
                .where("erase_data_at", "<=", now.getTime())
                .where((due) => due.whereNull("next_attempt_at").orWhere("next_attempt_at", "<=", now.getTime())),
            ),
        )
        .orderBy("start_date");
      return rows.map((row) => row.id);
    },
    async openAndEndingBetween(first, last) {
      const rows: HubRecord[] = await knex("hubs")
        .where({ decision: "accepted", deployment: "deployed" })
        .whereNull("degrade_requested_at")
        .whereBetween("end_date", [first, last])
        .orderBy("end_date");
      return rows.map(readHub);
    },
    async deployed() {
      const rows: HubRecord[] = await knex("hubs")
        .where({ decision: "accepted", deployment: "deployed" })
        .whereNull("degrade_requested_at");
      return rows.map(readHub);
    },
    notErased: () =>
      knex("hubs").select("id", "slug").whereIn("decision", ["accepted", "cancelled"]).whereNull("data_erased_at"),
  };
}

/** Ids of the hubs that a person owns or is on the staff of. */
function idsOfStaff(knex: Knex, personId: string): Knex.QueryBuilder {
  return knex("hubs")
    .select("id")
    .where({ teacher_id: personId })
    .union(knex("hub_staff").select("hub_id").where({ person_id: personId, active: 1 }));
}

function expecting(query: Knex.QueryBuilder, expected: HubExpectation): Knex.QueryBuilder {
  const { deployment, ...plain } = expected;
  if (deployment !== undefined) query.whereIn("deployment", typeof deployment === "string" ? [deployment] : deployment);
  for (const [field, value] of Object.entries(plain)) {
    if (value === null) query.whereNull(columnOf(field));
    else query.where({ [columnOf(field)]: storable(value) });
  }
  return query;
}
