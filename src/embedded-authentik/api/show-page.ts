import type { World } from "../world.ts";
import type { pageOf } from "./lists.ts";

/** A page of a list as the version shows it. */
export function showPage<T>({ traits }: World, page: ReturnType<typeof pageOf<T>>, show: (record: T) => unknown) {
  return {
    pagination: page.pagination,
    results: page.results.map(show),
    ...(traits.autocomplete ? { autocomplete: {} } : {}),
  };
}
