import type { WrittenMail } from "../domain/mail.ts";

/** Sends mail. Throws `Unavailable` when the mail server does not take it. */
export interface Mailer {
  send(to: { name: string; email: string }, mail: WrittenMail): Promise<void>;
}
