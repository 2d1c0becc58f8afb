import type { Language } from "./person.ts";

/** What a mail is about. One kind, one template a language. */
export const mailKinds = [
  "request-filed",
  "request-edited",
  "request-sent-back",
  "request-accepted",
  "request-declined",
  "change-requested",
  "change-edited",
  "change-sent-back",
  "change-accepted",
  "change-declined",
  "change-lapsed",
  "hub-cancelled",
  "hub-deployed",
  "hub-failed",
  "hub-redeployed",
  "hub-degradation-marked",
  "hub-ends-soon",
  "hub-removed",
  "new-applications",
  "participation-accepted",
  "participation-rejected",
  "participation-removed",
  "participation-cancelled",
  "hub-open",
  "participation-ends-soon",
  "hub-over",
  "staff-co-teacher",
  "staff-tutor",
  "staff-removed",
  "hub-handed-over",
  "hub-handed-on",
] as const;
export type MailKind = (typeof mailKinds)[number];

/** Governance as a whole is resolved to addresses at delivery, so that a new member also learns. */
export type MailRecipient = { personId: string } | "governance";

/** A mail that is owed. Written in the transaction of the act it tells about. */
export type OwedMail = { kind: MailKind; to: MailRecipient; hubId: string; reason: string | null };

/** A mail ready to be sent. */
export type WrittenMail = { subject: string; text: string; html: string; language: Language };
