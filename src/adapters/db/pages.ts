import type { Knex } from "knex";
import type { Page, PageAsk } from "../../ports/store.ts";

/**
 * Reads one page of a list. A page past the end gives the last one.
 * @param list the rows wanted, ordered; without limit
 * @param count the same rows, to be counted, without joins that do not filter
 */
export async function readPage<Row, T>(
  list: Knex.QueryBuilder,
  count: Knex.QueryBuilder,
  ask: PageAsk,
  read: (row: Row) => T,
): Promise<Page<T>> {
  const rowsOf = (page: number): Promise<Row[]> =>
    list
      .clone()
      .limit(ask.size)
      .offset((page - 1) * ask.size);
  const asked = Math.max(1, ask.page);
  const first = await rowsOf(asked);
  // Most lists have one page that is not full, and are counted by it.
  const known = asked === 1 && first.length < ask.size ? first.length : null;
  const counted: { total: number }[] = known === null ? await count.count({ total: "*" }) : [{ total: known }];
  const total = counted[0]?.total ?? 0;
  const pages = Math.max(1, Math.ceil(total / ask.size));
  const page = Math.min(asked, pages);
  const rows = page === asked ? first : await rowsOf(page);
  return { items: rows.map(read), total, page, pages };
}

/** A LIKE pattern for "contains this text", to be used with `escape '\\'`. */
export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
}
