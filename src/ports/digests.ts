import type { OwedMail } from "../domain/mail.ts";

/** Mails that sum up what came since the one before, at most one a day to each person about each hub. */
export interface Digests {
  /**
   * Sees to it that a mail of this kind goes out: now, or a day after the one before. One that waits for its day
   * already tells about this too, since mails are written when they are sent.
   */
  add(mail: OwedMail, now: Date): Promise<void>;
  /** When the last mail of this kind about this hub to this recipient was written; null when none was. */
  lastSent(mail: OwedMail): Promise<Date | null>;
  /** Takes a mail out that has nothing to tell any more. */
  drop(id: number): Promise<void>;
}
