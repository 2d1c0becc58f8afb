import { randomUUID } from "node:crypto";
import type { ChangeRequest } from "../../src/domain/change-request.ts";
import type { Hub } from "../../src/domain/hub.ts";
import { wishOf } from "../../src/domain/hub-change.ts";
import type { Participation } from "../../src/domain/participation.ts";
import type { Person } from "../../src/domain/person.ts";

/** A person with everything filled in; what matters to a test is given. */
export function makePerson(given: Partial<Person> = {}): Person {
  const id = given.id ?? randomUUID();
  const username = given.username ?? `user-${id.slice(0, 8)}`;
  return {
    id,
    username,
    name: `Person ${username}`,
    email: `${username}@example.org`,
    groups: [],
    active: true,
    checkedAt: new Date("2026-11-24T09:00:00Z"),
    language: "en",
    ...given,
  };
}

/** A pending hub with everything filled in. */
export function makeHub(given: Partial<Hub> = {}): Hub {
  const id = given.id ?? randomUUID();
  const at = new Date("2026-11-24T09:00:00Z");
  return {
    id,
    slug: `hub-${id.slice(0, 8)}`,
    name: "Statistics I",
    description: "Exercises for the lecture.",
    period: { start: "2026-11-24", end: "2027-03-31" },
    notebookType: "minimal",
    image: "quay.io/jupyter/minimal-notebook:2026-07-28",
    defaultUrl: "/lab",
    usage: { participants: 25, ramGib: 0.5, cpus: 0.5, storageGib: 1, gpus: 0 },
    teacherId: "teacher",
    termsVersion: null,
    decision: "pending",
    decidedBy: null,
    decidedAt: null,
    decisionReason: null,
    question: null,
    askedBy: null,
    askedAt: null,
    deployment: "none",
    step: null,
    progress: null,
    failureReason: null,
    attempts: 0,
    nextAttemptAt: null,
    deployStartedAt: null,
    deployedAt: null,
    removedAt: null,
    removalCause: null,
    degradeRequestedAt: null,
    degradeRequestedBy: null,
    redeployRequestedAt: null,
    specVersion: 0,
    appliedSpecVersion: 0,
    groupId: null,
    invitationToken: randomUUID(),
    applicationsOpen: true,
    eraseDataAt: null,
    dataErasedAt: null,
    version: 1,
    createdAt: at,
    updatedAt: at,
    ...given,
  };
}

/** An application that waits. */
export function makeParticipation(given: Partial<Participation> & { hubId: string; personId: string }): Participation {
  const at = new Date("2026-11-24T09:00:00Z");
  return {
    id: randomUUID(),
    status: "applied",
    reason: null,
    decidedBy: null,
    decidedAt: null,
    access: "none",
    appliedAt: at,
    updatedAt: at,
    ...given,
  };
}

/** A change request that waits: twice the participants. */
export function makeChange(hub: Hub, given: Partial<ChangeRequest> = {}): ChangeRequest {
  const before = wishOf(hub);
  return {
    id: randomUUID(),
    hubId: hub.id,
    baseVersion: hub.version,
    before,
    wish: { ...before, usage: { ...before.usage, participants: 2 * before.usage.participants } },
    comment: null,
    status: "open",
    question: null,
    askedBy: null,
    askedAt: null,
    reason: null,
    closedBy: null,
    closedAt: null,
    createdBy: hub.teacherId,
    createdAt: new Date("2026-11-24T10:00:00Z"),
    version: 1,
    ...given,
  };
}
