import type { Finding } from "../domain/finding.ts";

/** Findings as lines for a terminal: a word, what was found, and below it what to do. */
export function printFindings(findings: readonly Finding[]): string {
  const lines = findings.flatMap(({ ok, what, advice }) => {
    const word = ok === true ? "ok     " : ok === "warning" ? "warning" : "WRONG  ";
    return advice === null ? [`${word}  ${what}`] : [`${word}  ${what}`, `         → ${advice}`];
  });
  const wrong = findings.filter((finding) => finding.ok === false).length;
  const sum = wrong === 0 ? "Nothing is wrong." : `${wrong} ${wrong === 1 ? "thing is" : "things are"} wrong.`;
  return `${[...lines, "", sum].join("\n")}\n`;
}
