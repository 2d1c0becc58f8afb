import type { Log } from "../../ports/log.ts";
import type { Mailer } from "../../ports/mailer.ts";

/** Without a mail server, what would be sent is in the log, so that nothing is lost while trying out. */
export function createLogMailer(log: Log): Mailer {
  return {
    async send(to, mail) {
      log.info({ to: to.email, subject: mail.subject, text: mail.text }, "mail, not sent: no SMTP_URL is set");
    },
  };
}
