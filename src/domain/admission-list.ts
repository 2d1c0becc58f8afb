/**
 * Who is accepted without a click: mail addresses, and domains as `@example.org`, in lower case. A domain admits exactly
 * the addresses whose part after the @ it is, none of its subdomains.
 */
export type AdmissionEntry = string;

/** One line of a list as it was typed, taken apart into its columns; lines count from 1. */
export type TypedLine = { line: number; cells: readonly string[] };
export type LineFault = { line: number; message: string };

/** Longest list. */
export const entriesAtMost = 2000;

const label = String.raw`[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?`;
const domain = String.raw`(?:${label}\.)+[\p{L}\p{N}]{2,63}`;
const addressPattern = new RegExp(String.raw`^[^\s@<>()",;:\\[\]]{1,64}@${domain}$`, "u");
const domainPattern = new RegExp(`^@${domain}$`, "u");

/**
 * Reads a list: an address anywhere in a line, alone, as `Name <address>`, or among other columns; a domain only alone
 * on its line, so that a slip of the finger in an address never lets a whole domain in. A first line without an
 * address that speaks of mail is a heading.
 * @returns the entries, each once, in order; and every fault
 */
export function readAdmissionList(lines: readonly TypedLine[]): { entries: AdmissionEntry[]; faults: LineFault[] } {
  const entries = new Set<AdmissionEntry>();
  const faults: LineFault[] = [];
  for (const [index, { line, cells }] of lines.entries()) {
    const filled = cells.map((cell) => cell.trim()).filter((cell) => cell !== "");
    const wanted = filled.filter((cell) => cell.includes("@"));
    if (filled.length === 0) continue;
    if (wanted.length === 0) {
      if (index === 0 && lines.length > 1 && filled.some((cell) => /mail/i.test(cell))) continue;
      faults.push({ line, message: `there is no address in "${shorten(filled.join(" "))}"; a domain begins with @` });
    }
    for (const cell of wanted) {
      const entry = entryOf(cell);
      if (entry.startsWith("@") && filled.length > 1) {
        faults.push({ line, message: `a whole domain, such as ${shorten(entry)}, must stand alone on its line` });
      } else if (addressPattern.test(entry) ? entry.length <= 254 : domainPattern.test(entry)) entries.add(entry);
      else faults.push({ line, message: `"${shorten(cell)}" is no e-mail address and no domain` });
    }
  }
  return { entries: [...entries], faults };
}

/** The entries that would admit an address: the address itself, and its domain. */
export function entriesFor(email: string): { address: AdmissionEntry; domain: AdmissionEntry } | null {
  const address = email.trim().toLowerCase();
  if (!addressPattern.test(address)) return null;
  return { address, domain: address.slice(address.lastIndexOf("@")) };
}

/** `Name <address>` as mail programs write it, or what stands there. */
function entryOf(cell: string): string {
  const inBrackets = /^[^<>]*<([^<>]*)>$/.exec(cell)?.[1];
  // In brackets stands an address, never a domain.
  const text = inBrackets === undefined || inBrackets.trim().startsWith("@") ? cell : inBrackets;
  return text.trim().toLowerCase();
}

function shorten(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}
