/** One person's application to one hub. Written by people, through a use case. */
export const participationStatuses = ["applied", "accepted", "rejected", "withdrawn", "removed"] as const;
export type ParticipationStatus = (typeof participationStatuses)[number];

/**
 * What is known of the person's access in the outside world, written by whoever changed it there:
 * `none`: not in the hub's Authentik group and no session on the hub; `granted`: in the group.
 * Wanted access follows from the status; where both differ, the reconciler acts.
 */
export type Access = "none" | "granted";

export type Participation = {
  id: string;
  hubId: string;
  personId: string;
  status: ParticipationStatus;
  /** What the teacher wrote to the person with the last decision; null when nothing. */
  reason: string | null;
  decidedBy: string | null;
  decidedAt: Date | null;
  access: Access;
  appliedAt: Date;
  updatedAt: Date;
};

/** Which status may follow which, and who may bring it about. */
export const participationTransitions: Record<ParticipationStatus, readonly ParticipationStatus[]> = {
  applied: ["accepted", "rejected", "withdrawn"],
  accepted: ["removed", "withdrawn"],
  rejected: ["accepted", "applied"],
  withdrawn: ["applied"],
  removed: ["accepted", "applied"],
};

/**
 * Access that a status calls for.
 * @param active false when the person's account is deactivated or gone in Authentik; their seat is then free
 */
export function wantedAccess(status: ParticipationStatus, active = true): Access {
  return status === "accepted" && active ? "granted" : "none";
}

/** Whether access is what the status calls for; until then it is being set up or taken away. */
export function isSettled(participation: Pick<Participation, "status" | "access">, active = true): boolean {
  return participation.access === wantedAccess(participation.status, active);
}
