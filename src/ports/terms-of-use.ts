import type { Terms, TermsAcceptance, TermsDraft } from "../domain/terms.ts";
import type { Page, PageAsk } from "./store.ts";

export type NewTerms = Pick<Terms, "markdown" | "validFrom"> & { publishedAt: Date; publishedBy: string };

/** The provider's terms of use: versions, one draft, and who accepted what. */
export interface TermsOfUse {
  /** The version that holds at this moment; null when there is none. */
  valid(now: Date): Promise<Terms | null>;
  byVersion(version: number): Promise<Terms | null>;
  /** All versions, the newest first, with how many people accepted each. */
  list(): Promise<(Terms & { accepted: number })[]>;
  /** Adds a version. Returns its number. */
  publish(terms: NewTerms): Promise<number>;
  /** Takes a version back that is not valid yet. Returns whether it was still to come. */
  withdraw(version: number, now: Date): Promise<boolean>;

  draft(): Promise<TermsDraft | null>;
  /** Saves the draft if it still has the revision that was read, 0 for none. Returns whether it had. */
  saveDraft(draft: Omit<TermsDraft, "revision">, readRevision: number): Promise<boolean>;
  /** Removes the draft if it still has this revision. Returns whether it had. */
  dropDraft(revision: number): Promise<boolean>;

  /** Notes an acceptance down. Returns false when the person accepted this version before. */
  accept(acceptance: TermsAcceptance): Promise<boolean>;
  /** What a person accepted, the newest version first. */
  acceptedBy(personId: string): Promise<TermsAcceptance[]>;
  /** Who accepted a version, the latest first. */
  acceptancesOf(version: number, ask: PageAsk): Promise<Page<TermsAcceptance & { name: string; username: string }>>;
}
