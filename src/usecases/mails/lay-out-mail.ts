import type { Language } from "../../domain/person.ts";

export type MailParts = {
  language: Language;
  subject: string;
  /** Of the button, as `#rrggbb`; dark enough for white letters. */
  colour: string;
  /** Who sends, above everything. */
  sender: string;
  paragraphs: readonly string[];
  link: { label: string; url: string } | null;
  /** Below, in small letters. */
  foot: readonly string[];
};

/**
 * Lays a mail out as plain text and as HTML that says the same. Mail programs read neither style sheets nor scripts,
 * so styles stand at the elements; nothing is loaded from anywhere.
 * @returns both texts, with everything given escaped
 */
export function layOutMail(parts: MailParts): { text: string; html: string } {
  const { language, subject, colour, sender, paragraphs, link, foot } = parts;
  const linkText = link === null ? [] : [`${link.label}:\n${link.url}`];
  const signature = `-- \n${foot.join("\n")}`;
  const text = `${[...paragraphs, ...linkText, signature].join("\n\n")}\n`;

  const paragraph = (words: string, style: string) =>
    `<p style="${style}">${escapeHtml(words).replaceAll("\n", "<br>")}</p>`;
  const button =
    link === null
      ? ""
      : `<p style="margin:24px 0 8px"><a href="${escapeHtml(link.url)}" style="display:inline-block;padding:10px 18px;border-radius:6px;background:${colour};color:#ffffff;text-decoration:none;font-weight:600">${escapeHtml(link.label)}</a></p>` +
        `<p style="margin:0;font-size:13px;color:#4b5563;word-break:break-all">${escapeHtml(link.url)}</p>`;
  const html =
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(subject)}</title></head>` +
    `<body style="margin:0;padding:24px 12px;background:#f3f4f6;color:#1f2937;font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;font-size:16px;line-height:1.5">` +
    `<div style="max-width:560px;margin:0 auto">` +
    paragraph(sender, `margin:0 0 12px;font-weight:600;color:${colour}`) +
    `<div style="padding:24px;border-radius:8px;background:#ffffff;border:1px solid #e5e7eb">` +
    paragraphs.map((each) => paragraph(each, "margin:0 0 12px")).join("") +
    `${button}</div>` +
    foot.map((each) => paragraph(each, "margin:12px 4px 0;font-size:13px;color:#4b5563")).join("") +
    `</div></body></html>`;
  return { text, html };
}

function escapeHtml(text: string): string {
  const named: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(/[&<>"']/g, (character) => named[character] ?? character);
}
