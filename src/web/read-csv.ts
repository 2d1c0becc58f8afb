import { CsvError, parse } from "csv-parse/sync";
import type { LineFault, TypedLine } from "../domain/admission-list.ts";

/**
 * Takes apart what was pasted from a spreadsheet, a CSV file or a mail: columns may be separated by commas, semicolons
 * or tabs. Empty lines are left out; lines keep their numbers.
 * @returns the lines, or the fault of the first line that cannot be read
 */
export function readCsv(text: string): { lines: TypedLine[]; unread: LineFault[] } {
  try {
    const records = parse(text, {
      bom: true,
      delimiter: [",", ";", "\t"],
      info: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return { lines: records.map(({ record, info }) => ({ line: info.lines, cells: record })), unread: [] };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error.lines === "number" ? error.lines : 1;
    return { lines: [], unread: [{ line, message: "a quotation mark does not end where a column does" }] };
  }
}
