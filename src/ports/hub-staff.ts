import type { HubStaff } from "../domain/hub-staff.ts";
import type { Person } from "../domain/person.ts";

/**
 * Who helps with which hub. The hub's owner is kept with the hub itself; a part that the owner has here, since the hub
 * was handed over to them, only says whether they are in the hub's group.
 */
export interface HubStaffBook {
  /** The person's part in the hub's staff, also one that has ended; null when there never was one. */
  of(hubId: string, personId: string): Promise<HubStaff | null>;
  /** The active ones without the owner, teachers first, then by name. */
  listOf(hubId: string): Promise<{ staff: HubStaff; person: Person }[]>;
  /** Usernames of the active co-teachers of many hubs, by hub; a hub without any is left out. */
  coTeachers(hubIds: readonly string[]): Promise<Map<string, string[]>>;
  /** Adds or replaces by hub and person. */
  keep(staff: HubStaff): Promise<void>;
  /** Changes a part if it is still active or not as expected. Returns whether it did. */
  change(
    key: Pick<HubStaff, "hubId" | "personId">,
    expected: Pick<HubStaff, "active">,
    change: Partial<Omit<HubStaff, "hubId" | "personId">>,
  ): Promise<boolean>;
  /** Those whose membership in the hub's group is not what it should be. */
  unsettled(hubId: string): Promise<HubStaff[]>;
  /** Nobody has access any more: the group is gone. */
  clearAccess(hubId: string): Promise<void>;
}
