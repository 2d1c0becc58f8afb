import type { MailKind } from "../domain/mail.ts";

/** What a mail says beside greeting, reason, link and farewell. */
export type MailWording = { subject: string; body: string; link: "hub" | "decision" | "participation" | null };
/** What of a hub mails tell; dates written out. */
export type MailSubject = { name: string; start: string; end: string; erased: string };
/** All words of mails in one language. */
export type MailWords = {
  greeting(name: string): string;
  reason: string;
  help(email: string): string;
  farewell: string;
  of: Record<MailKind, (about: MailSubject) => MailWording>;
};
