import type { Hub } from "../../domain/hub.ts";
import type { HubChange } from "../../ports/store.ts";

/** A row of `hubs`. */
export type HubRecord = {
  id: string;
  slug: string;
  name: string;
  description: string;
  start_date: string;
  end_date: string;
  notebook_type: string;
  image: string;
  default_url: string;
  participants: number;
  ram_gib: number;
  cpus: number;
  storage_gib: number;
  gpus: number;
  teacher_id: string;
  terms_version: number | null;
  decision: Hub["decision"];
  decided_by: string | null;
  decided_at: number | null;
  decision_reason: string | null;
  question: string | null;
  asked_by: string | null;
  asked_at: number | null;
  deployment: Hub["deployment"];
  step: Hub["step"];
  progress: string | null;
  failure_reason: string | null;
  attempts: number;
  next_attempt_at: number | null;
  deploy_started_at: number | null;
  deployed_at: number | null;
  removed_at: number | null;
  removal_cause: Hub["removalCause"];
  degrade_requested_at: number | null;
  degrade_requested_by: string | null;
  redeploy_requested_at: number | null;
  spec_version: number;
  applied_spec_version: number;
  group_id: string | null;
  invitation_token: string;
  applications_open: number;
  erase_data_at: number | null;
  data_erased_at: number | null;
  version: number;
  created_at: number;
  updated_at: number;
};

const moment = (value: number | null) => (value === null ? null : new Date(value));

/** Reads a row. */
export function readHub(row: HubRecord): Hub {
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    description: row.description,
    period: { start: row.start_date, end: row.end_date },
    notebookType: row.notebook_type,
    image: row.image,
    defaultUrl: row.default_url,
    usage: {
      participants: row.participants,
      ramGib: row.ram_gib,
      cpus: row.cpus,
      storageGib: row.storage_gib,
      gpus: row.gpus,
    },
    teacherId: row.teacher_id,
    termsVersion: row.terms_version,
    decision: row.decision,
    decidedBy: row.decided_by,
    decidedAt: moment(row.decided_at),
    decisionReason: row.decision_reason,
    question: row.question,
    askedBy: row.asked_by,
    askedAt: moment(row.asked_at),
    deployment: row.deployment,
    step: row.step,
    progress: row.progress,
    failureReason: row.failure_reason,
    attempts: row.attempts,
    nextAttemptAt: moment(row.next_attempt_at),
    deployStartedAt: moment(row.deploy_started_at),
    deployedAt: moment(row.deployed_at),
    removedAt: moment(row.removed_at),
    removalCause: row.removal_cause,
    degradeRequestedAt: moment(row.degrade_requested_at),
    degradeRequestedBy: row.degrade_requested_by,
    redeployRequestedAt: moment(row.redeploy_requested_at),
    specVersion: row.spec_version,
    appliedSpecVersion: row.applied_spec_version,
    groupId: row.group_id,
    invitationToken: row.invitation_token,
    applicationsOpen: row.applications_open !== 0,
    eraseDataAt: moment(row.erase_data_at),
    dataErasedAt: moment(row.data_erased_at),
    version: row.version,
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
  };
}

/** Writes the given fields, and no others, as columns. */
export function writeHub(hub: HubChange & Partial<Hub>): Record<string, unknown> {
  const { period, usage, ...plain } = hub;
  const columns: Record<string, unknown> = {};
  if (period !== undefined) Object.assign(columns, { start_date: period.start, end_date: period.end });
  if (usage !== undefined) {
    const { participants, ramGib, cpus, storageGib, gpus } = usage;
    Object.assign(columns, { participants, ram_gib: ramGib, cpus, storage_gib: storageGib, gpus });
  }
  for (const [key, value] of Object.entries(plain)) columns[columnOf(key)] = storable(value);
  return columns;
}

/** The column of a field: `decidedAt` is `decided_at`. */
export function columnOf(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A field's value as SQLite holds it. */
export function storable(value: unknown): unknown {
  if (value instanceof Date) return value.getTime();
  if (typeof value === "boolean") return value ? 1 : 0;
  if (Array.isArray(value)) return JSON.stringify(value);
  return value;
}
