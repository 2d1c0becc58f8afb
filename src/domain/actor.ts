import type { StaffRole } from "./hub-staff.ts";
import type { Person, Roles } from "./person.ts";

/** The person who acts, with the portal-wide roles they have now. */
export type Actor = { person: Person; roles: Roles };

/** What the actor is to one hub. The owner is the teacher who requested it, or whom it was handed over to. */
export type Standing = { staff: "owner" | StaffRole | null; governance: boolean };

/** Leads the hub: its owner and its co-teachers. */
export function leads(standing: Standing): boolean {
  return standing.staff === "owner" || standing.staff === "teacher";
}

/** May look after participants and their servers: also tutors. */
export function isStaff(standing: Standing): boolean {
  return standing.staff !== null;
}

/** May see the hub's page. */
export function maySeeHub(standing: Standing): boolean {
  return isStaff(standing) || standing.governance;
}
