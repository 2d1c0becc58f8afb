import type { Access } from "./participation.ts";

/**
 * Who helps with a hub beside the teacher who requested it. A `teacher` may do what that teacher may, but for handing
 * the hub over; a `tutor` looks after participants and their servers only.
 */
export const staffRoles = ["teacher", "tutor"] as const;
export type StaffRole = (typeof staffRoles)[number];

/** One person's part in the staff of one hub. */
export type HubStaff = {
  hubId: string;
  personId: string;
  role: StaffRole;
  /** False once the person was taken off; the row stays until their access has ended, and for the record. */
  active: boolean;
  /** What is known of the person's membership in the hub's group; the reconciler makes it follow `active`. */
  access: Access;
  addedBy: string;
  addedAt: Date;
  updatedAt: Date;
};
