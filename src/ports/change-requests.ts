import type { ChangeRequest, ChangeStatus } from "../domain/change-request.ts";

/** A change request with the names of the people in it. */
export type ChangeRow = { change: ChangeRequest; createdByName: string; closedByName: string | null };

/** Proposed changes to accepted hubs, with what became of them. */
export interface ChangeRequests {
  /** Adds an open one. Returns false, adding nothing, when the hub has an open one already. */
  add(change: ChangeRequest): Promise<boolean>;
  byId(id: string): Promise<ChangeRequest | null>;
  /** The one that waits for governance; null when none does. */
  openOf(hubId: string): Promise<ChangeRequest | null>;
  /** All of a hub, the newest first. */
  listOf(hubId: string): Promise<ChangeRow[]>;
  /** Changes one if everything expected still holds. Returns whether it did. */
  change(
    id: string,
    expected: { status: ChangeStatus; version?: number },
    change: Partial<Omit<ChangeRequest, "id" | "hubId" | "before" | "wish" | "createdBy" | "createdAt">>,
  ): Promise<boolean>;
}
