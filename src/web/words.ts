import type { ChangeRequest, ChangeStatus } from "../domain/change-request.ts";
import type { DeployStep, Hub, RemovalCause, RemoveStep } from "../domain/hub.ts";
import type { HubEventKind } from "../domain/hub-event.ts";
import type { HubPhase } from "../domain/hub-phase.ts";
import type { StaffRole } from "../domain/hub-staff.ts";
import type { MailKind } from "../domain/mail.ts";
import type { ParticipationStatus } from "../domain/participation.ts";

/** A status as a tag: the word, its colour, and whether it is moving. */
export type TagWords = { label: string; tone: "good" | "busy" | "wait" | "bad" | "calm"; moving?: boolean };

export const phaseWords: Record<HubPhase, TagWords> = {
  pending: { label: "Waiting for governance", tone: "wait" },
  declined: { label: "Declined", tone: "bad" },
  cancelled: { label: "Cancelled", tone: "calm" },
  scheduled: { label: "Accepted", tone: "busy" },
  deploying: { label: "Deploying", tone: "busy", moving: true },
  deployed: { label: "Deployed", tone: "good" },
  failed: { label: "Failed", tone: "bad" },
  removing: { label: "Being taken down", tone: "busy", moving: true },
  removed: { label: "Removed", tone: "calm" },
};

export const sentBackWords: TagWords = { label: "Sent back with a question", tone: "wait" };

/** The tag of a hub: its phase, or that the teacher has to answer first. */
export function hubTag(phase: HubPhase, hub: Pick<Hub, "question">): TagWords {
  return phase === "pending" && hub.question !== null ? sentBackWords : phaseWords[phase];
}

const changeWords: Record<ChangeStatus, TagWords> = {
  open: { label: "Waiting for governance", tone: "wait" },
  accepted: { label: "Accepted", tone: "good" },
  declined: { label: "Declined", tone: "bad" },
  superseded: { label: "Replaced by a newer one", tone: "calm" },
  withdrawn: { label: "Withdrawn", tone: "calm" },
  lapsed: { label: "Lapsed", tone: "calm" },
};

/** The tag of a change request. */
export function changeTag(change: Pick<ChangeRequest, "status" | "question">): TagWords {
  return change.status === "open" && change.question !== null ? sentBackWords : changeWords[change.status];
}

/** What became of a change request, as the beginning of a sentence that a date ends. */
export function changeFate(change: Pick<ChangeRequest, "status">, who: string): string {
  const fates: Record<ChangeStatus, string> = {
    open: "It waits",
    accepted: `${who} accepted it`,
    declined: `${who} declined it`,
    superseded: `${who} replaced it by a newer one`,
    withdrawn: `${who} withdrew it`,
    lapsed: "It lapsed",
  };
  return fates[change.status];
}

export const participationWords: Record<ParticipationStatus, TagWords> = {
  applied: { label: "Waiting", tone: "wait" },
  accepted: { label: "Accepted", tone: "good" },
  rejected: { label: "Rejected", tone: "bad" },
  withdrawn: { label: "Withdrawn", tone: "calm" },
  removed: { label: "Removed", tone: "calm" },
};

/** What somebody on the staff of a hub is called. */
export const staffWords: Record<"owner" | StaffRole, string> = {
  owner: "Teacher",
  teacher: "Co-teacher",
  tutor: "Tutor",
};

/** What is done in each step, for people who wait for it. */
export const deployStepWords: Record<DeployStep, string> = {
  group: "Group of the hub in Authentik",
  application: "Application in Authentik",
  bindings: "Who may use it",
  provider: "Sign-in for the hub",
  attach: "Sign-in switched on",
  hub: "JupyterHub ordered",
  health: "JupyterHub answers",
};

export const removeStepWords: Record<RemoveStep, string> = {
  "hub-off": "JupyterHub stopped",
  "application-off": "Application in Authentik removed",
  "provider-off": "Sign-in for the hub removed",
  "group-off": "Group of the hub removed",
};

export const causeWords: Record<RemovalCause, string> = {
  expiry: "its usage period is over",
  degraded: "it was marked for degradation",
  cancelled: "it was cancelled",
};

type Told = { actor: string; subject: string };

/** What happened, as a sentence of the timeline. */
export const eventWords: Record<HubEventKind, (told: Told) => string> = {
  requested: ({ actor }) => `${actor} requested the hub.`,
  "request-edited": ({ actor }) => `${actor} edited the request.`,
  "request-sent-back": ({ actor }) => `${actor} sent the request back with a question.`,
  accepted: ({ actor }) => `${actor} accepted the request.`,
  declined: ({ actor }) => `${actor} declined the request.`,
  cancelled: ({ actor }) => `${actor} cancelled the hub.`,
  "change-requested": ({ actor }) => `${actor} requested a change.`,
  "change-superseded": ({ actor }) => `${actor} replaced the change request that waited.`,
  "change-withdrawn": ({ actor }) => `${actor} withdrew the change request.`,
  "change-sent-back": ({ actor }) => `${actor} sent the change request back with a question.`,
  "change-accepted": ({ actor }) => `${actor} accepted the change request.`,
  "change-declined": ({ actor }) => `${actor} declined the change request.`,
  "change-lapsed": () => "The change request lapsed.",
  deploying: () => "Deployment began.",
  deployed: () => "The hub is deployed.",
  failed: () => "A step failed; the portal tries again.",
  removing: () => "The hub began to be taken down.",
  removed: () => "The hub was removed.",
  "data-erased": () => "Home folders were erased.",
  "degradation-marked": ({ actor }) => `${actor} marked the hub for degradation.`,
  "redeployment-triggered": ({ actor }) => `${actor} triggered a redeployment.`,
  "applications-closed": ({ actor }) => `${actor} closed applications.`,
  "applications-opened": ({ actor }) => `${actor} opened applications.`,
  "invitation-replaced": ({ actor }) => `${actor} replaced the invitation link.`,
  "admission-list-changed": ({ actor }) => `${actor} changed the admission list.`,
  applied: ({ subject }) => `${subject} requested access.`,
  "participant-accepted": ({ actor, subject }) => `${actor} accepted ${subject}.`,
  "participant-admitted": ({ subject }) => `${subject} was accepted by the admission list.`,
  "participant-rejected": ({ actor, subject }) => `${actor} rejected ${subject}.`,
  "participant-withdrew": ({ subject }) => `${subject} withdrew.`,
  "participant-removed": ({ actor, subject }) => `${actor} removed ${subject}.`,
  // Who hands a hub over may stay.
  "made-co-teacher": ({ actor, subject }) =>
    actor === subject ? `${subject} stays as co-teacher.` : `${actor} made ${subject} co-teacher.`,
  "made-tutor": ({ actor, subject }) => `${actor} made ${subject} tutor.`,
  "staff-removed": ({ actor, subject }) => `${actor} took ${subject} off the staff.`,
  "staff-left": ({ subject }) => `${subject} left the staff.`,
  "handed-over": ({ actor, subject }) => `${actor} handed the hub over to ${subject}.`,
  "account-ended": ({ subject }) => `The account of ${subject} is deactivated or gone in Authentik. The seat is free.`,
  "member-put-back": ({ subject }) =>
    `${subject} was missing from the hub's group in Authentik, and was put back into it.`,
  "member-found": () => "Somebody was put into the hub's group in Authentik by hand.",
  "member-gone": () => "Somebody who was put into the hub's group by hand is no longer in it.",
  "member-taken-out": () => "The portal took out of the hub's group whom somebody had put there by hand.",
  "server-started": ({ actor, subject }) => `${actor} started the server of ${subject}.`,
  "server-stopped": ({ actor, subject }) => `${actor} stopped the server of ${subject}.`,
  "servers-stopped": ({ actor }) => `${actor} stopped all servers.`,
  "server-visited": ({ actor, subject }) => `${actor} opened the server of ${subject}.`,
  "admin-view-visited": ({ actor }) => `${actor} opened the admin view of the JupyterHub.`,
  "data-deletion-requested": ({ subject }) => `${subject} asked for their data here to be deleted.`,
  "data-deleted": () => "The data of a person was deleted, as they had asked.",
  "terms-published": ({ actor }) => `${actor} published terms of use.`,
  "terms-withdrawn": ({ actor }) => `${actor} withdrew terms of use before they were valid.`,
  "terms-accepted": ({ subject }) => `${subject} accepted the terms of use.`,
  "retry-triggered": ({ actor }) => `${actor} had the step that failed tried again at once.`,
  "teacher-granted": ({ actor, subject }) => `${actor} made ${subject} a teacher.`,
  "teacher-taken": ({ actor, subject }) => `${actor} took the teacher role from ${subject}.`,
  "role-found": ({ subject }) => `${subject} was given a role in Authentik.`,
  "role-gone": ({ subject }) => `${subject} lost a role in Authentik.`,
  "mail-retried": ({ actor }) => `${actor} had mails that were not sent tried again.`,
};

/** Reasons that the portal itself writes as one word are shown as a sentence; those of people as they are. */
export function reasonWords(reason: string): string {
  return reason in causeWords ? `Because ${causeWords[reason as RemovalCause]}.` : reason;
}

/** What happened, as a sentence with names. */
export function eventSentence(event: {
  kind: HubEventKind;
  actorName: string | null;
  subjectName: string | null;
}): string {
  return eventWords[event.kind]({ actor: event.actorName ?? "The portal", subject: event.subjectName ?? "Somebody" });
}

/** The name of a kind of event or mail in a list: "Participant accepted". */
export function labelOf(kind: HubEventKind | MailKind): string {
  const words = kind.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
