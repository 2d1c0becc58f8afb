import type { Hub } from "../../domain/hub.ts";
import type { OwedMail, WrittenMail } from "../../domain/mail.ts";
import type { Language } from "../../domain/person.ts";
import type { Rules } from "../core.ts";
import { layOutMail } from "./lay-out-mail.ts";
import type { MailLink, MailWords } from "./mail-words.ts";
import { german } from "./mail-words-de.ts";
import { english } from "./mail-words-en.ts";

const wordsOf: Record<Language, MailWords> = { en: english, de: german };

/**
 * Writes a mail in the recipient's language: whole sentences, the reason that was given, one link.
 * @param given the mail that is owed, its hub, and who reads it, and how many applications wait
 */
export function writeMail(
  rules: Pick<Rules, "publicUrl" | "timeZone" | "retentionDays" | "institution" | "updates">,
  given: { mail: OwedMail; hub: Hub; name: string; language: Language; waiting?: number },
): WrittenMail {
  const { mail, hub, name, language } = given;
  const words = wordsOf[language];
  const longDate = new Intl.DateTimeFormat(language === "de" ? "de-DE" : "en-GB", {
    dateStyle: "long",
    timeZone: rules.timeZone,
  });
  const wording = words.of[mail.kind]({
    name: hub.name,
    start: dateOf(longDate, hub.period.start),
    end: dateOf(longDate, hub.period.end),
    erased: rules.retentionDays === 0 ? null : longDate.format(hub.eraseDataAt ?? hub.updatedAt),
    updates: rules.updates,
    waiting: given.waiting ?? 1,
  });
  const { supportEmail } = rules.institution;
  const laidOut = layOutMail({
    language,
    subject: oneLine(wording.subject),
    colour: rules.institution.colour,
    sender: rules.institution.name,
    paragraphs: [
      words.greeting(name),
      wording.body,
      ...(mail.reason === null ? [] : [`${wording.said ?? words.reason} ${mail.reason}`]),
    ],
    link:
      wording.link === null
        ? null
        : { label: words.links[wording.link], url: `${rules.publicUrl}${pathOf(wording.link, hub)}` },
    foot: [
      ...(supportEmail === null ? [] : [words.help(supportEmail)]),
      `${words.farewell} ${rules.institution.name}, ${rules.publicUrl}`,
    ],
  });
  return { subject: oneLine(wording.subject), ...laidOut, language };
}

function pathOf(link: MailLink, hub: Hub): string {
  if (link === "participation") return "/participation";
  const page = { hub: "", decision: "/decision", change: "/change" }[link];
  return `/hubs/${hub.id}${page}`;
}

/** A calendar date has no zone: noon is on that day in every zone that institutions are in. */
function dateOf(format: Intl.DateTimeFormat, date: string): string {
  return format.format(new Date(`${date}T12:00:00Z`));
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
