import type { ChangeRequest, HubVersion } from "../domain/change-request.ts";
import type { Hub } from "../domain/hub.ts";
import type { HubEvent } from "../domain/hub-event.ts";
import type { MailKind } from "../domain/mail.ts";
import type { Participation } from "../domain/participation.ts";
import type { Person } from "../domain/person.ts";
import type { TermsAcceptance } from "../domain/terms.ts";

type OfHub = { hubId: string; hubName: string };

/** Everything that the portal holds of one person. */
export type PersonalData = {
  person: Person;
  /** When the portal first heard of the person, and when they last used it. */
  knownSince: Date;
  lastSeenAt: Date | null;
  participations: (OfHub & Pick<Participation, "status" | "reason" | "appliedAt" | "decidedAt" | "updatedAt">)[];
  hubs: (OfHub & { role: "owner" | "teacher" | "tutor"; since: Date; active: boolean })[];
  /** Hubs whose admission list has the person's address. */
  admissionLists: { hubName: string; addedAt: Date }[];
  /** What the person asked for in requests, and proposed as changes, the newest first. */
  requests: (OfHub & Pick<HubVersion, "wish" | "comment" | "writtenAt">)[];
  changeRequests: (OfHub & Pick<ChangeRequest, "wish" | "comment" | "status" | "question" | "reason" | "createdAt">)[];
  /** Hubs in whose group in Authentik the person was found without a reason that the portal knows. */
  foundInGroups: { hubName: string; foundAt: Date }[];
  acceptedTerms: TermsAcceptance[];
  /** What the person did, and what others did that concerns them, the newest first. */
  events: (Pick<HubEvent, "at" | "kind" | "from" | "to" | "reason"> & {
    hubName: string | null;
    actorName: string | null;
    subjectName: string | null;
  })[];
  mails: (OfHub & { kind: MailKind; reason: string | null; createdAt: Date; sentAt: Date | null })[];
};

/** What is kept of people beyond single acts, and its end. */
export interface PersonalDataBook {
  /** Null for somebody who is unknown or whose data is erased. */
  collect(personId: string): Promise<PersonalData | null>;
  /** Hubs that a person owns and that are not over: pending, or accepted and not removed. */
  liveHubsOf(personId: string): Promise<Hub[]>;
  /** Notes that the data is to be erased. */
  requestErasure(personId: string, at: Date): Promise<void>;
  /** The person is back. */
  cancelErasure(personId: string): Promise<void>;
  /** Ids of those whose data is to be erased and who have no access to anything any more. */
  erasable(): Promise<string[]>;
  /** Replaces what says who the person was. What they did stays, as done by a deleted person. */
  erase(personId: string, at: Date): Promise<void>;
}
