/** What can happen to a hub. The events of a hub are its timeline and the audit log; they are never changed. */
export const hubEventKinds = [
  "requested",
  "request-edited",
  "request-sent-back",
  "accepted",
  "declined",
  "cancelled",
  "change-requested",
  "change-superseded",
  "change-withdrawn",
  "change-sent-back",
  "change-accepted",
  "change-declined",
  "change-lapsed",
  "deploying",
  "deployed",
  "failed",
  "removing",
  "removed",
  "data-erased",
  "degradation-marked",
  "redeployment-triggered",
  "applications-closed",
  "applications-opened",
  "invitation-replaced",
  "admission-list-changed",
  "applied",
  "participant-accepted",
  "participant-admitted",
  "participant-rejected",
  "participant-withdrew",
  "participant-removed",
  "made-co-teacher",
  "made-tutor",
  "staff-removed",
  "staff-left",
  "handed-over",
  "account-ended",
  "member-put-back",
  "member-found",
  "member-gone",
  "member-taken-out",
  "server-started",
  "server-stopped",
  "servers-stopped",
  "server-visited",
  "admin-view-visited",
  "data-deletion-requested",
  "data-deleted",
  "terms-published",
  "terms-withdrawn",
  "terms-accepted",
  "retry-triggered",
  "teacher-granted",
  "teacher-taken",
  "role-found",
  "role-gone",
  "mail-retried",
] as const;
export type HubEventKind = (typeof hubEventKinds)[number];

export type HubEvent = {
  /** Null for what concerns people or the portal as a whole. */
  hubId: string | null;
  at: Date;
  kind: HubEventKind;
  /** Who did it; null for the portal itself. */
  actorId: string | null;
  /** Whom it concerns, when that is somebody else than the hub as a whole. */
  subjectId: string | null;
  from: string | null;
  to: string | null;
  reason: string | null;
};
