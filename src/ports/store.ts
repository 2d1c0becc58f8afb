import type { Decision, Deployment, Hub } from "../domain/hub.ts";
import type { HubEvent } from "../domain/hub-event.ts";
import type { OwedMail } from "../domain/mail.ts";
import type { Participation, ParticipationStatus } from "../domain/participation.ts";
import type { Person } from "../domain/person.ts";
import type { CalendarDate, UsagePeriod } from "../domain/usage-period.ts";
import type { AdmissionLists } from "./admission-lists.ts";
import type { AuditLog } from "./audit.ts";
import type { ChangeRequests } from "./change-requests.ts";
import type { Digests } from "./digests.ts";
import type { Directory } from "./directory.ts";
import type { HubSecrets } from "./hub-backend.ts";
import type { HubIdentities } from "./hub-identities.ts";
import type { HubFinder } from "./hub-search.ts";
import type { HubStaffBook } from "./hub-staff.ts";
import type { HubVersions } from "./hub-versions.ts";
import type { OpenRequests } from "./open-requests.ts";
import type { PersonalDataBook } from "./personal-data.ts";
import type { Reminders } from "./reminders.ts";
import type { Reservations } from "./reservations.ts";
import type { Seats } from "./seats.ts";
import type { SignOuts } from "./sign-outs.ts";
import type { TermsOfUse } from "./terms-of-use.ts";
import type { UnsentMails } from "./unsent-mails.ts";

/** A page of a list. `total` counts the whole list. */
export type Page<T> = { items: T[]; total: number; page: number; pages: number };
/** Which page, from 1, and how many items it holds. */
export type PageAsk = { page: number; size: number };

/** What must still hold for a change to happen; compared in the same statement that changes. */
export type HubExpectation = Partial<
  Pick<Hub, "version" | "teacherId" | "degradeRequestedAt" | "nextAttemptAt" | "applicationsOpen" | "invitationToken">
> & {
  decision?: Decision;
  deployment?: Deployment | readonly Deployment[];
};

export type HubChange = Partial<Omit<Hub, "id" | "createdAt">>;

/** A hub in a list, with what lists show beside it. */
export type HubRow = { hub: Hub; teacherName: string; applied: number; accepted: number };

export interface Hubs {
  /**
   * Adds a hub.
   * @param submissionKey made with the form, so that the same form sent twice makes one hub
   * @returns `slug-taken` when another hub holds the slug; `repeated` when this form was already taken in
   */
  add(hub: Hub, submissionKey: string): Promise<"added" | "slug-taken" | "repeated">;
  byId(id: string): Promise<Hub | null>;
  byInvitation(token: string): Promise<Hub | null>;
  bySubmission(teacherId: string, submissionKey: string): Promise<Hub | null>;
  /** Whether a hub that is not declined, cancelled or removed holds the slug. */
  slugIsHeld(slug: string): Promise<boolean>;
  /** Changes a hub if everything expected still holds. Returns whether it did. */
  change(id: string, expected: HubExpectation, change: HubChange): Promise<boolean>;
  /** Whether the person owns a hub or is on the staff of one. */
  anyOf(personId: string): Promise<boolean>;

  /** Hubs that a person owns or is on the staff of, the newest first. */
  listOf(personId: string, ask: PageAsk): Promise<Page<HubRow>>;
  /** Accepted hubs, not removed, whose period shares a day with this one, by start date. */
  overlapping(period: UsagePeriod, exceptId: string, ask: PageAsk): Promise<Page<HubRow>>;

  /** Ids of all hubs for which the reconciler may have something to do now. */
  idsToReconcile(now: Date, today: CalendarDate, leadDays: number): Promise<string[]>;
  /** Hubs that are up, are to stay, and whose end date is one of these or between them. */
  openAndEndingBetween(first: CalendarDate, last: CalendarDate): Promise<Hub[]>;
  /** Hubs that should be up and were last seen up. */
  deployed(): Promise<Hub[]>;
  /** Hubs of which something may be left where hubs run. */
  notErased(): Promise<{ id: string; slug: string }[]>;
}

/** A participation in the list that the teacher sees. */
export type ParticipantRow = { participation: Participation; person: Person };
/** Which participants; `text` is part of a name, username or e-mail address, empty for all. */
export type ParticipantFilter = { status: ParticipationStatus | null; text: string };
/** A participation in the list that the participant sees. */
export type ParticipationRow = { participation: Participation; hub: Hub; teacherName: string; teacherEmail: string };

export interface Participations {
  add(participation: Participation): Promise<boolean>;
  byId(id: string): Promise<Participation | null>;
  of(hubId: string, personId: string): Promise<Participation | null>;
  /** Those of the hub that have one of these ids, in order of application. */
  listById(hubId: string, ids: readonly string[]): Promise<ParticipantRow[]>;
  /** Changes a participation if it still has one of these statuses. Returns whether it did. */
  change(
    id: string,
    expected: { status: ParticipationStatus | readonly ParticipationStatus[] },
    change: Partial<Omit<Participation, "id" | "hubId" | "personId">>,
  ): Promise<boolean>;
  count(hubId: string, status: ParticipationStatus): Promise<number>;
  counts(hubId: string): Promise<Record<ParticipationStatus, number>>;
  /** Who takes part or wants to; waiting ones first, then by application. */
  listOfHub(hubId: string, filter: ParticipantFilter, ask: PageAsk): Promise<Page<ParticipantRow>>;
  listOfPerson(personId: string, ask: PageAsk): Promise<Page<ParticipationRow>>;
  /** Those whose access differs from what their status and their account call for. */
  unsettled(hubId: string): Promise<(Participation & { active: boolean })[]>;
  /** Ids of people with this status. */
  peopleOf(hubId: string, status: ParticipationStatus): Promise<string[]>;
  /** Nobody has access any more: the group is gone. */
  clearAccess(hubId: string): Promise<void>;
}

export interface People {
  byId(id: string): Promise<Person | null>;
  /** Those that are known, in no order. */
  byIds(ids: readonly string[]): Promise<Person[]>;
  /** Adds or replaces by id; the language of a known person stays unless given. */
  keep(person: Person): Promise<void>;
  change(id: string, change: Partial<Omit<Person, "id">>): Promise<void>;
  /** Groups and activity of everybody are to be read again before they count. */
  expireAll(): Promise<void>;
}

/** An event with the names of the people in it; null where there is nobody. */
export type TimelineEvent = HubEvent & { actorName: string | null; subjectName: string | null };

export interface HubEvents {
  add(event: HubEvent): Promise<void>;
  /** The newest first. */
  ofHub(hubId: string, limit: number): Promise<TimelineEvent[]>;
  /** The same, a page of all of them. */
  pageOfHub(hubId: string, ask: PageAsk): Promise<Page<TimelineEvent>>;
}

export type StoredMail = OwedMail & { id: number; attempts: number; createdAt: Date };

export interface Mails {
  add(mail: OwedMail, now: Date): Promise<void>;
  /** Adds a mail unless one of this kind to this recipient about this hub was added in the last 24 hours. */
  addOnceADay(mail: OwedMail, now: Date): Promise<void>;
  /** Unsent mails whose next attempt is due, oldest first. */
  due(now: Date, limit: number): Promise<StoredMail[]>;
  /** @param at when it was written */
  markSent(id: number, at: Date): Promise<void>;
  /** `next` null: given up; it stays in the list of unsent mails. */
  markFailed(id: number, reason: string, next: Date | null): Promise<void>;
}

export interface Secrets {
  /** The hub's secrets, decrypted. */
  of(hubId: string): Promise<HubSecrets | null>;
  /** Those of many hubs, decrypted, by hub; a hub without any is left out. */
  ofAll(hubIds: readonly string[]): Promise<Map<string, HubSecrets>>;
  /** Keeps the secrets unless there are some already; returns those that are kept. */
  keepFirst(hubId: string, secrets: HubSecrets): Promise<HubSecrets>;
  forget(hubId: string): Promise<void>;
}

/** Who may act alone for a while, across processes. */
export interface Leases {
  /**
   * Takes or prolongs a lease.
   * @param isDead whether the process that holds it is known to be gone; then it is taken over at once
   * @returns whether the caller holds it now
   */
  take(name: string, holder: string, now: Date, ttlMs: number, isDead: (holder: string) => boolean): Promise<boolean>;
  release(name: string, holder: string): Promise<void>;
}

/** The portal's own memory. Every method is one statement or one transaction. */
export interface Store {
  hubs: Hubs;
  hubFinder: HubFinder;
  staff: HubStaffBook;
  /** What is known of hubs in Authentik. */
  identities: HubIdentities;
  versions: HubVersions;
  changes: ChangeRequests;
  openRequests: OpenRequests;
  participations: Participations;
  seats: Seats;
  admissions: AdmissionLists;
  people: People;
  directory: Directory;
  signOuts: SignOuts;
  events: HubEvents;
  audit: AuditLog;
  mails: Mails;
  digests: Digests;
  unsentMails: UnsentMails;
  reminders: Reminders;
  personalData: PersonalDataBook;
  reservations: Reservations;
  secrets: Secrets;
  terms: TermsOfUse;
  leases: Leases;
  /** Runs `work` with a store whose changes are kept all or not at all. Inside, use only the store handed in. */
  transaction<T>(work: (store: Store) => Promise<T>): Promise<T>;
  /** Throws when the database does not answer. */
  check(): Promise<void>;
}
