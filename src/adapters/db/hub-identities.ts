import type { Knex } from "knex";
import type { HubIdentities, HubIdentity, Stranger } from "../../ports/hub-identities.ts";
import { columnOf, storable } from "./hub-rows.ts";

type IdentityRecord = {
  hub_id: string;
  told: string | null;
  told_at: number | null;
  looked_at: number | null;
  next_look_at: number | null;
  trouble: string | null;
};

type StrangerRecord = { user_id: string; username: string; name: string; email: string; found_at: number };

const moment = (value: number | null | undefined) => (value == null ? null : new Date(value));

/** What is known of hubs in Authentik, in SQLite. */
export function createHubIdentities(knex: Knex): HubIdentities {
  return {
    async of(hubId): Promise<HubIdentity> {
      const row: IdentityRecord | undefined = await knex("hub_identities").where({ hub_id: hubId }).first();
      return {
        hubId,
        told: row?.told ?? null,
        toldAt: moment(row?.told_at),
        lookedAt: moment(row?.looked_at),
        nextLookAt: moment(row?.next_look_at),
        trouble: row?.trouble ?? null,
      };
    },
    async keep(hubId, change) {
      const columns = Object.entries(change).map(([field, value]) => [columnOf(field), storable(value)]);
      const row = { hub_id: hubId, ...Object.fromEntries(columns) };
      await knex("hub_identities").insert(row).onConflict("hub_id").merge();
    },
    async told() {
      const rows: { hub_id: string; told: string }[] = await knex("hub_identities")
        .whereNotNull("told")
        .whereNull("trouble")
        .select("hub_id", "told");
      return new Map(rows.map((row) => [row.hub_id, row.told]));
    },
    due: (now, limit) =>
      knex("hubs")
        .leftJoin("hub_identities", "hub_identities.hub_id", "hubs.id")
        .where({ decision: "accepted" })
        .whereNotIn("deployment", ["removing", "removed"])
        .whereNull("degrade_requested_at")
        .whereNotNull("group_id")
        .where((due) => due.whereNull("next_look_at").orWhere("next_look_at", "<=", now.getTime()))
        // In SQLite null comes before every number.
        .orderBy("next_look_at")
        .orderBy("hubs.id")
        .limit(limit)
        .pluck("hubs.id"),
    async expire(groupId) {
      const hub: { id: string } | undefined = await knex("hubs").where({ group_id: groupId }).first("id");
      if (hub === undefined) return null;
      await knex("hub_identities").where({ hub_id: hub.id }).update({ next_look_at: null });
      return hub.id;
    },
    async expireOfPerson(personId) {
      const ids: string[] = await knex("hubs")
        .whereNotNull("group_id")
        .where((theirs) =>
          theirs
            .where({ teacher_id: personId })
            .orWhereIn("id", knex("hub_staff").select("hub_id").where({ person_id: personId, active: 1 }))
            .orWhereIn(
              "id",
              knex("participations").select("hub_id").where({ person_id: personId, status: "accepted" }),
            ),
        )
        .pluck("id");
      await knex("hub_identities").whereIn("hub_id", ids).update({ next_look_at: null });
      return ids;
    },
    async strangers(hubId) {
      const rows: StrangerRecord[] = await knex("strangers")
        .where({ hub_id: hubId })
        .whereNotExists(
          knex("participations")
            .select("id")
            .whereRaw("hub_id = strangers.hub_id and person_id = strangers.user_id and status = 'accepted'"),
        )
        .orderBy("name")
        .orderBy("user_id");
      return rows.map((row): Stranger => {
        const { user_id: userId, found_at: foundAt, username, name, email } = row;
        return { userId, username, name, email, foundAt: new Date(foundAt) };
      });
    },
    async keepStrangers(hubId, strangers) {
      await knex.transaction(async (inside) => {
        await inside("strangers").where({ hub_id: hubId }).delete();
        for (const { userId, foundAt, username, name, email } of strangers) {
          const row = { hub_id: hubId, user_id: userId, username, name, email, found_at: foundAt.getTime() };
          await inside("strangers").insert(row);
        }
      });
    },
  };
}
