import { ApiFault, invalid } from "./faults.ts";
import { isUuid } from "./fields.ts";

/** Keeps or drops a record for one query parameter. */
export type Filter<T> = (record: T, values: readonly string[]) => boolean;

/** How one kind of thing is listed. */
export type Listing<T> = {
  /** Exact filters by the name of the query parameter; others are ignored, as Authentik does. */
  filters: Record<string, Filter<T>>;
  /** Texts that `search` looks into. */
  searched: (record: T) => readonly string[];
  /** Sortable values by their name in `ordering`; the first is the preset. */
  ordered: Record<string, (record: T) => string | number>;
};

const largestPage = 100;
const usualPage = 20;

/** The page of records that a list call asks for, with Authentik's `pagination` object. */
export function pageOf<T>(records: readonly T[], query: URLSearchParams, listing: Listing<T>) {
  const found = sort(filter(records, query, listing), query, listing);
  const pageSize = sizeAsked(query.get("page_size"));
  const pages = Math.max(1, Math.ceil(found.length / pageSize));
  const asked = query.get("page") ?? "1";
  const page = asked === "last" ? pages : Number(asked);
  if (!Number.isInteger(page) || page < 1 || page > pages) throw new ApiFault(404, { detail: "Invalid page." });
  const from = (page - 1) * pageSize;
  const results = found.slice(from, from + pageSize);
  return {
    results,
    pagination: {
      next: page < pages ? page + 1 : 0,
      previous: page - 1,
      count: found.length,
      current: page,
      total_pages: pages,
      start_index: found.length === 0 ? 0 : from + 1,
      end_index: from + results.length,
    },
  };
}

/** A size that is no whole number above 0 counts as not given, a larger one as the largest. */
function sizeAsked(asked: string | null): number {
  if (asked === null || !/^\d+$/.test(asked) || Number(asked) === 0) return usualPage;
  return Math.min(Number(asked), largestPage);
}

function filter<T>(records: readonly T[], query: URLSearchParams, listing: Listing<T>): T[] {
  let found = [...records];
  for (const [name, matches] of Object.entries(listing.filters)) {
    const values = query.getAll(name).filter((value) => value !== "");
    if (values.length > 0) found = found.filter((record) => matches(record, values));
  }
  for (const word of (query.get("search") ?? "").toLowerCase().split(/\s+/).filter(Boolean)) {
    found = found.filter((record) => listing.searched(record).some((value) => value.toLowerCase().includes(word)));
  }
  return found;
}

function sort<T>(found: T[], query: URLSearchParams, listing: Listing<T>): T[] {
  const asked = query.get("ordering") ?? "";
  const name = asked.replace(/^-/, "");
  const by = listing.ordered[name] ?? Object.values(listing.ordered)[0];
  if (!by) return found;
  const sign = listing.ordered[name] && asked.startsWith("-") ? -1 : 1;
  return found.sort((one, other) => {
    const [a, b] = [by(one), by(other)];
    return sign * (a < b ? -1 : a > b ? 1 : 0);
  });
}

// Django parses a filter before it looks at a record: a bad value is refused even when nothing is listed. Filters
// that can be bad are therefore made for one request, with its query.

export const exactly =
  <T>(value: (record: T) => string): Filter<T> =>
  (record, [wanted]) =>
    value(record) === wanted;

/** `true` and `false` in the spellings that Django takes; anything else counts as not given. */
export const flagIs =
  <T>(value: (record: T) => boolean): Filter<T> =>
  (record, [wanted = ""]) => {
    if (/^(true|1)$/i.test(wanted)) return value(record);
    if (/^(false|0)$/i.test(wanted)) return !value(record);
    return true;
  };

/** @throws ApiFault 400 when the parameter is given and is no uuid */
export function checkUuid(query: URLSearchParams, name: string): void {
  const value = query.get(name);
  if (value && !isUuid(value)) throw invalid(name, "Enter a valid UUID.");
}

/** @throws ApiFault 400 when the parameter is given and is no number */
export function checkNumber(query: URLSearchParams, name: string): void {
  const value = query.get(name);
  if (value && !/^-?\d+$/.test(value)) throw invalid(name, "Enter a number.");
}

/** @throws ApiFault 400 when the parameter names something that does not exist, or no choice */
export function checkChoices(query: URLSearchParams, name: string, exists: (value: string) => boolean): void {
  for (const value of query.getAll(name)) {
    if (value !== "" && !exists(value)) {
      throw invalid(name, `Select a valid choice. ${value} is not one of the available choices.`);
    }
  }
}
