import { type Difference, type WishField, wishLabels } from "../domain/hub-change.ts";
import { type NotebookType, notebookName } from "../domain/notebook-type.ts";
import type { Format } from "./format.ts";

/** One row of the table that shows what differs; both sides as they are written on pages. */
export type DifferenceRow = { label: string; before: string; after: string };

/** Takes what differs; returns it as the rows of a table. */
export function describeDifference(
  difference: readonly Difference[],
  format: Format,
  catalogue: readonly NotebookType[],
): DifferenceRow[] {
  const write = (field: WishField, value: string | number): string => {
    if (typeof value === "number") {
      return field === "ramGib" || field === "storageGib" ? `${format.number(value)} GiB` : format.number(value);
    }
    if (field === "startDate" || field === "endDate") return format.date(value);
    if (field === "notebookType") return notebookName(value, catalogue);
    return value === "" ? "none" : value;
  };
  return difference.map(({ field, before, after }) => ({
    label: wishLabels[field],
    before: write(field, before),
    after: write(field, after),
  }));
}
