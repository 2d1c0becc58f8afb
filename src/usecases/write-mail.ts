import type { Hub } from "../domain/hub.ts";
import type { OwedMail, WrittenMail } from "../domain/mail.ts";
import type { Language } from "../domain/person.ts";
import type { Rules } from "./core.ts";
import type { MailWords } from "./mail-words.ts";
import { german } from "./mail-words-de.ts";
import { english } from "./mail-words-en.ts";

const wordsOf: Record<Language, MailWords> = { en: english, de: german };

/**
 * Writes a mail in the recipient's language: whole sentences, the reason that was given, one link.
 * @param given the mail that is owed, its hub, and who reads it
 */
export function writeMail(
  rules: Pick<Rules, "publicUrl" | "timeZone" | "retentionDays" | "institution">,
  given: { mail: OwedMail; hub: Hub; name: string; language: Language },
): WrittenMail {
  const { mail, hub, name, language } = given;
  const words = wordsOf[language];
  const longDate = new Intl.DateTimeFormat(language === "de" ? "de-DE" : "en-GB", {
    dateStyle: "long",
    timeZone: rules.timeZone,
  });
  const erasedAt = hub.eraseDataAt ?? hub.updatedAt;
  const wording = words.of[mail.kind]({
    name: hub.name,
    start: dateOf(longDate, hub.period.start),
    end: dateOf(longDate, hub.period.end),
    erased: longDate.format(erasedAt),
  });
  const paths = {
    hub: `/hubs/${hub.id}`,
    decision: `/hubs/${hub.id}/decision`,
    participation: "/participation",
  };
  const link = wording.link === null ? null : `${rules.publicUrl}${paths[wording.link]}`;
  const help = rules.institution.supportEmail === null ? null : words.help(rules.institution.supportEmail);
  const farewell = `${words.farewell} ${rules.institution.name}, ${rules.publicUrl}`;
  const reason = mail.reason === null ? null : `${words.reason} ${mail.reason}`;
  const paragraphs = [words.greeting(name), wording.body, reason, link, help, farewell].filter((each) => each !== null);
  const html = paragraphs
    .map((each) => (each === link ? `<a href="${escapeHtml(each)}">${escapeHtml(each)}</a>` : escapeHtml(each)))
    .map((each) => `<p>${each.replaceAll("\n", "<br>")}</p>`);
  return {
    subject: oneLine(wording.subject),
    text: `${paragraphs.join("\n\n")}\n`,
    html: `<!doctype html><html lang="${language}"><body>${html.join("")}</body></html>`,
    language,
  };
}

/** A calendar date has no zone: noon is on that day in every zone that institutions are in. */
function dateOf(format: Intl.DateTimeFormat, date: string): string {
  return format.format(new Date(`${date}T12:00:00Z`));
}

function escapeHtml(text: string): string {
  const named: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(/[&<>"']/g, (character) => named[character] ?? character);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
