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
  const counted: { total: number }[] = await count.count({ total: "*" });
  const total = counted[0]?.total ?? 0;
  const pages = Math.max(1, Math.ceil(total / ask.size));
  const page = Math.min(Math.max(1, ask.page), pages);
  const rows: Row[] = total === 0 ? [] : await list.limit(ask.size).offset((page - 1) * ask.size);
  return { items: rows.map(read), total, page, pages };
}

/** A LIKE pattern for "contains this text", to be used with `escape '\\'`. */
export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
}
