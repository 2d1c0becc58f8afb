import type { MailKind } from "../domain/mail.ts";
import type { Page, PageAsk } from "./store.ts";

/** A mail that has not been sent yet. */
export type UnsentMail = {
  id: number;
  kind: MailKind;
  hubId: string;
  hubName: string;
  /** Null for governance as a whole. */
  personId: string | null;
  personName: string | null;
  personEmail: string | null;
  attempts: number;
  /** What the last attempt said; null before the first. */
  lastFault: string | null;
  /** Null when the mail was given up. */
  nextAttemptAt: Date | null;
  createdAt: Date;
};

/** What of the outbox has not gone out. */
export interface UnsentMails {
  /** Those that were given up first, then the oldest first. */
  list(ask: PageAsk): Promise<Page<UnsentMail>>;
  /** All that are not sent; of these, those with a failed attempt, and those that were given up. */
  count(): Promise<{ unsent: number; failing: number; givenUp: number }>;
  /**
   * Makes the next attempt due now, also for mails that were given up.
   * @param id of one mail; null for all that have failed
   * @returns the mails that it is about
   */
  makeDue(id: number | null, now: Date): Promise<Pick<UnsentMail, "id" | "hubId" | "personId">[]>;
}
