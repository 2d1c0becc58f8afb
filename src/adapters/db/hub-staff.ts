import type { Knex } from "knex";
import type { HubStaff, StaffRole } from "../../domain/hub-staff.ts";
import type { Access } from "../../domain/participation.ts";
import type { HubStaffBook } from "../../ports/hub-staff.ts";
import { columnOf, storable } from "./hub-rows.ts";
import { oneOf } from "./one-of.ts";
import { type PersonRecord, readPerson } from "./people.ts";

type StaffRecord = {
  hub_id: string;
  person_id: string;
  role: StaffRole;
  active: number;
  access: Access;
  added_by: string;
  added_at: number;
  staff_updated_at: number;
};

const readStaff = (row: StaffRecord): HubStaff => ({
  hubId: row.hub_id,
  personId: row.person_id,
  role: row.role,
  active: row.active !== 0,
  access: row.access,
  addedBy: row.added_by,
  addedAt: new Date(row.added_at),
  updatedAt: new Date(row.staff_updated_at),
});

// A column of its own name where people have one that is called the same.
const columns = (staff: Partial<HubStaff>) =>
  Object.fromEntries(
    Object.entries(staff).map(([field, value]) => [
      field === "updatedAt" ? "staff_updated_at" : columnOf(field),
      storable(value),
    ]),
  );

/** Who helps with which hub, in SQLite. */
export function createHubStaffBook(knex: Knex): HubStaffBook {
  return {
    async of(hubId, personId) {
      const row: StaffRecord | undefined = await knex("hub_staff")
        .where({ hub_id: hubId, person_id: personId })
        .first();
      return row === undefined ? null : readStaff(row);
    },
    async listOf(hubId) {
      const rows: { staff_active: number; [column: string]: unknown }[] = await knex("hub_staff")
        .join("people", "people.id", "hub_staff.person_id")
        .where({ hub_id: hubId, "hub_staff.active": 1 })
        .whereNotIn("person_id", knex("hubs").select("teacher_id").where({ id: hubId }))
        .orderBy("role")
        .orderBy("name")
        .select("people.*", "hub_id", "person_id", "role", "access", "added_by", "added_at", "staff_updated_at", {
          staff_active: "hub_staff.active",
        });
      return rows.map((row) => ({
        staff: readStaff({ ...row, active: row.staff_active } as unknown as StaffRecord),
        person: readPerson(row as unknown as PersonRecord),
      }));
    },
    async coTeachers(hubIds) {
      const rows: { hub_id: string; username: string }[] = await knex("hub_staff")
        .join("people", "people.id", "hub_staff.person_id")
        .where({ role: "teacher", "hub_staff.active": 1 })
        .whereRaw(...oneOf("hub_id", hubIds))
        .select("hub_id", "username");
      const found = new Map<string, string[]>();
      for (const { hub_id: id, username } of rows) found.set(id, [...(found.get(id) ?? []), username]);
      return found;
    },
    async keep(staff) {
      await knex("hub_staff").insert(columns(staff)).onConflict(["hub_id", "person_id"]).merge();
    },
    async change({ hubId, personId }, { active }, change) {
      const changed = await knex("hub_staff")
        .where({ hub_id: hubId, person_id: personId, active: active ? 1 : 0 })
        .update(columns(change));
      return changed === 1;
    },
    async unsettled(hubId) {
      const rows: StaffRecord[] = await knex("hub_staff")
        .where({ hub_id: hubId })
        .whereRaw("(active = 1) <> (access = 'granted')");
      return rows.map(readStaff);
    },
    async clearAccess(hubId) {
      await knex("hub_staff").where({ hub_id: hubId, access: "granted" }).update({ access: "none" });
    },
  };
}
