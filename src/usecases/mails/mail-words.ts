import type { MailKind } from "../../domain/mail.ts";

/** Where a mail leads to. */
export const mailLinks = ["hub", "decision", "participation", "change"] as const;
export type MailLink = (typeof mailLinks)[number];

/** What a mail says beside greeting, reason, link and farewell: what happened, and what comes next. */
export type MailWording = { subject: string; body: string; link: MailLink | null } & {
  /** What stands before the words that somebody wrote, when it is not a reason. */
  said?: string;
};
/** What of a hub mails tell; dates written out. */
export type MailSubject = {
  name: string;
  start: string;
  end: string;
  /** Day on which home folders are erased; null when that happens with the hub. */
  erased: string | null;
  /** Teachers may propose changes to a hub that is open. */
  updates: boolean;
  /** How many people wait for a decision about their application. */
  waiting: number;
};
/** All words of mails in one language. */
export type MailWords = {
  greeting(name: string): string;
  reason: string;
  /** What stands on the link. */
  links: Record<MailLink, string>;
  help(email: string): string;
  farewell: string;
  of: Record<MailKind, (about: MailSubject) => MailWording>;
};
