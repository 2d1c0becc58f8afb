import type { ExpectedUsage } from "./expected-usage.ts";
import { addDays, type CalendarDate, type UsagePeriod } from "./usage-period.ts";

/** What people decided. Written through a use case only. */
export const decisions = ["pending", "accepted", "declined", "cancelled"] as const;
export type Decision = (typeof decisions)[number];

/** What machines did. Written by the reconciler only. */
export const deployments = ["none", "deploying", "deployed", "removing", "removed", "failed"] as const;
export type Deployment = (typeof deployments)[number];

/**
 * The steps of deploying and removing, in order. The name is stored as the step that was under way, shown in plain
 * words, and named in a failure. Order of deploying: facts authentik §1 (an application without bindings is open to
 * everyone, so bindings come before the provider). Order of removing: facts authentik §1 (deleting the group first
 * would take the bindings with it and leave the application open).
 */
export const deploySteps = ["group", "application", "bindings", "provider", "attach", "hub", "health"] as const;
export const removeSteps = ["hub-off", "application-off", "provider-off", "group-off"] as const;
export type DeployStep = (typeof deploySteps)[number];
export type RemoveStep = (typeof removeSteps)[number];
export type Step = DeployStep | RemoveStep;

export type RemovalCause = "expiry" | "degraded" | "cancelled";

/** One JupyterHub for one course, from request to removal. */
export type Hub = {
  id: string;
  slug: string;
  name: string;
  description: string;
  period: UsagePeriod;
  /** Id of an entry of the notebook catalogue, or "custom". */
  notebookType: string;
  /** Full OCI reference, resolved from the catalogue when the request was made or changed. */
  image: string;
  /** Path that JupyterLab, RStudio … is opened at; starts with one slash. */
  defaultUrl: string;
  usage: ExpectedUsage;
  teacherId: string;
  /** Version of the terms of use that the teacher accepted with the request; null when there were none. */
  termsVersion: number | null;

  decision: Decision;
  decidedBy: string | null;
  decidedAt: Date | null;
  /** Why governance declined; the teacher reads it. */
  decisionReason: string | null;
  /** What governance wants to know before it decides; null when nothing is asked, or the teacher has answered. */
  question: string | null;
  askedBy: string | null;
  askedAt: Date | null;

  deployment: Deployment;
  step: Step | null;
  /** What is going on within the step, in plain words. */
  progress: string | null;
  failureReason: string | null;
  attempts: number;
  nextAttemptAt: Date | null;
  /** When the backend was last asked for the hub; the deadline for its health check counts from here. */
  deployStartedAt: Date | null;
  deployedAt: Date | null;
  removedAt: Date | null;
  removalCause: RemovalCause | null;

  degradeRequestedAt: Date | null;
  degradeRequestedBy: string | null;
  redeployRequestedAt: Date | null;
  /** Counts changes to what should run; raised when a change is accepted. */
  specVersion: number;
  /** The `specVersion` that was last deployed. When it lags behind, the reconciler rolls the change out. */
  appliedSpecVersion: number;

  /** Authentik group pk (uuid) once the group was seen; null before and after. */
  groupId: string | null;
  /** Random part of the invitation link. */
  invitationToken: string;
  applicationsOpen: boolean;

  /** Day on which home folders are erased; set at removal. */
  eraseDataAt: Date | null;
  dataErasedAt: Date | null;

  /** Counts changes by people; an act on an older version is refused. */
  version: number;
  createdAt: Date;
  updatedAt: Date;
};

/** Which decision may follow which. Any other change is refused. */
export const decisionTransitions: Record<Decision, readonly Decision[]> = {
  pending: ["accepted", "declined", "cancelled"],
  accepted: ["cancelled"],
  declined: [],
  cancelled: [],
};

/** Which deployment state may follow which. */
export const deploymentTransitions: Record<Deployment, readonly Deployment[]> = {
  none: ["deploying", "removing", "removed"],
  deploying: ["deployed", "failed", "removing"],
  deployed: ["deploying", "removing"],
  failed: ["deploying", "removing"],
  removing: ["removed", "failed"],
  removed: [],
};

/** Until deploying begins, a hub may be changed or cancelled (DESIGN: two truths about a hub). */
export function isBeforeDeployment(hub: Pick<Hub, "deployment">): boolean {
  return hub.deployment === "none";
}

/** Something was accepted that the deployment does not have yet. */
export function isBehind(hub: Pick<Hub, "specVersion" | "appliedSpecVersion">): boolean {
  return hub.specVersion > hub.appliedSpecVersion;
}

/** A hub that is neither declined, cancelled nor removed holds its slug. */
export function holdsSlug(hub: Pick<Hub, "decision" | "deployment">): boolean {
  return (hub.decision === "pending" || hub.decision === "accepted") && hub.deployment !== "removed";
}

/** What should exist now, in Authentik and on the cluster. */
export type Wanted = {
  group: boolean;
  hub: boolean;
  /** Why the hub goes away, when it does. */
  cause: RemovalCause | null;
};

export type WantedRules = {
  /** Today in the institution's time zone. */
  today: CalendarDate;
  /** Days before the start date on which deploying begins. */
  leadDays: number;
};

/**
 * What should exist for a hub: a pure function of what people decided, the usage period and the date.
 * Both dates of the usage period are inclusive. A removed hub is never brought back.
 */
export function wanted(
  hub: Pick<Hub, "decision" | "deployment" | "period" | "degradeRequestedAt">,
  rules: WantedRules,
): Wanted {
  if (hub.decision === "cancelled") return { group: false, hub: false, cause: "cancelled" };
  if (hub.decision !== "accepted" || hub.deployment === "removed") return { group: false, hub: false, cause: null };
  if (hub.degradeRequestedAt !== null) return { group: false, hub: false, cause: "degraded" };
  if (rules.today > hub.period.end) return { group: false, hub: false, cause: "expiry" };
  return { group: true, hub: rules.today >= addDays(hub.period.start, -rules.leadDays), cause: null };
}
