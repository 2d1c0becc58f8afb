import nodemailer from "nodemailer";
import { Unavailable } from "../../domain/errors.ts";
import type { Mailer } from "../../ports/mailer.ts";

/**
 * Sends mail through a mail server.
 * @param url setting SMTP_URL, with user and password in it
 * @param from setting MAIL_FROM
 */
export function createSmtpMailer(url: string, from: string): Mailer {
  const limits = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 };
  const transport = nodemailer.createTransport({ url, ...limits });
  return {
    async send(to, mail) {
      try {
        await transport.sendMail({
          from,
          to: { name: to.name, address: to.email },
          subject: mail.subject,
          text: mail.text,
          html: mail.html,
          // So that holiday notices do not answer (RFC 3834).
          headers: { "Auto-Submitted": "auto-generated", "Content-Language": mail.language },
        });
      } catch (error) {
        const code = error instanceof Error && "responseCode" in error ? Number(error.responseCode) : 0;
        // 5xx is the server's last word on this mail (RFC 5321 §4.2.1). The text of the error may name the account.
        const final = code >= 500 && code < 600;
        const answer = code > 0 ? ` It answered ${code}.` : "";
        throw new Unavailable(`The mail server did not take the mail.${answer}`, { transient: !final });
      }
    },
  };
}
