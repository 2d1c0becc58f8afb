/** One thing measured, with what it is held against. */
export type Measured = {
  what: string;
  value: number;
  unit: string;
  /** The same of something else, from the same run. */
  beside?: number;
  /** Value by beside; given where it is a median of ratios. */
  ratio?: number;
  /** What may be at most, or must be at least: the value itself, its ratio, or by how much it exceeds `beside`. */
  limit: null | ({ of: "value" | "ratio" | "excess" } & ({ most: number } | { least: number }));
};

/** The middle one; of an even number, the lower of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

/** Takes a part from 0 to 1; returns the smallest value that this part of all values does not exceed. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * part) - 1] ?? Number.NaN;
}

const ratioOf = ({ value, beside, ratio }: Measured) => ratio ?? (beside === undefined ? Number.NaN : value / beside);

/** Whether a limit is kept; true where there is none. What could not be measured keeps no limit. */
export function isKept(measured: Measured): boolean {
  const { value, beside, limit } = measured;
  if (limit === null) return true;
  const held = { value, ratio: ratioOf(measured), excess: value - (beside ?? Number.NaN) }[limit.of];
  return "most" in limit ? held <= limit.most : held >= limit.least;
}

/** The rows of a table, as text. */
export function tableOf(rows: readonly Measured[]): string {
  const cells = rows.map((row) => [
    row.what,
    withUnit(row.value, row.unit),
    row.beside === undefined ? "" : withUnit(row.beside, row.unit),
    row.beside === undefined ? "" : round(ratioOf(row)),
    limitOf(row),
    row.limit === null ? "" : isKept(row) ? "kept" : "MISSED",
  ]);
  const all = [["", "measured", "beside", "ratio", "limit", ""], ...cells];
  const widths = [0, 1, 2, 3, 4, 5].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]) =>
    row
      .map((cell, at) => (at >= 1 && at <= 3 ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)))
      .join("  ");
  return all.map((row) => `  ${line(row)}`.trimEnd()).join("\n");
}

function limitOf({ limit, unit }: Measured): string {
  if (limit === null) return "";
  const [bound, number] = "most" in limit ? ["at most", limit.most] : ["at least", limit.least];
  if (limit.of === "ratio") return `ratio ${bound} ${number}`;
  return limit.of === "excess" ? `${bound} ${withUnit(number, unit)} more` : `${bound} ${withUnit(number, unit)}`;
}

const withUnit = (value: number, unit: string) => (unit === "" ? round(value) : `${round(value)} ${unit}`);
const round = (value: number) => String(Math.abs(value) >= 100 ? Math.round(value) : Math.round(value * 100) / 100);
