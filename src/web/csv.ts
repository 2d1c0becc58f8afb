import { Readable } from "node:stream";
import { stringify } from "csv-stringify";

/** A column: its heading, and what a row has there. Moments are written in ISO 8601, null as nothing. */
export type CsvColumn<Row> = { header: string; value(row: Row): string | number | boolean | Date | null };

/**
 * Rows as CSV that spreadsheets open as it is meant: UTF-8 with a mark at the start, CRLF (RFC 4180), and text that
 * would run as a formula with an apostrophe before it (owasp.org/www-community/attacks/CSV_Injection).
 * @param rows read one after the other while the file is sent, so that a long list is never held as a whole
 */
export function csvOf<Row>(columns: readonly CsvColumn<Row>[], rows: Iterable<Row> | AsyncIterable<Row>): Readable {
  const csv = stringify({
    header: true,
    columns: columns.map(({ header }) => header),
    bom: true,
    record_delimiter: "windows",
    escape_formulas: true,
    cast: { boolean: (value) => (value ? "yes" : "no"), date: (value) => value.toISOString() },
  });
  const cells = Readable.from(cellsOf(columns, rows));
  cells.on("error", (error) => csv.destroy(error));
  csv.on("close", () => cells.destroy());
  return cells.pipe(csv);
}

async function* cellsOf<Row>(columns: readonly CsvColumn<Row>[], rows: Iterable<Row> | AsyncIterable<Row>) {
  for await (const row of rows) yield columns.map(({ value }) => value(row));
}
