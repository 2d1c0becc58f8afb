import type { HubWish } from "./hub-request.ts";

/**
 * What became of a change request: `superseded` by a newer one of its teacher; `lapsed` when the hub got to where it
 * cannot be changed any more before governance decided.
 */
export const changeStatuses = ["open", "accepted", "declined", "superseded", "withdrawn", "lapsed"] as const;
export type ChangeStatus = (typeof changeStatuses)[number];

/** A proposed change to an accepted hub, decided by governance. The slug is never part of it. */
export type ChangeRequest = {
  id: string;
  hubId: string;
  /** Version of the hub that the teacher looked at. */
  baseVersion: number;
  /** What the hub was when the change was proposed, and what it would be. */
  before: HubWish;
  wish: HubWish;
  /** Why, in the teacher's words. */
  comment: string | null;
  status: ChangeStatus;
  /** What governance wants to know before it decides. */
  question: string | null;
  askedBy: string | null;
  askedAt: Date | null;
  /** Why it was declined, or lapsed. */
  reason: string | null;
  closedBy: string | null;
  closedAt: Date | null;
  createdBy: string;
  createdAt: Date;
  /** Counts what happens to it; a decision on an older version is refused. */
  version: number;
};

/** One version of a request, as it was before governance decided, or before a change was accepted. */
export type HubVersion = {
  hubId: string;
  /** The hub's version from which on this was asked for. */
  version: number;
  wish: HubWish;
  /** What the teacher wrote to governance with it. */
  comment: string | null;
  writtenBy: string;
  writtenAt: Date;
};
