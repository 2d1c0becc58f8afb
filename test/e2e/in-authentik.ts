import assert from "node:assert/strict";
import type { TryOut } from "../support/try-out.ts";

type Group = { name: string; users_obj: { username: string }[] };

/** Usernames in a hub's group. */
export async function membersOf(tryOut: TryOut, slug: string): Promise<string[]> {
  const { results } = await tryOut.authentik<{ results: Group[] }>("GET", `/core/groups/?name=jh_${slug}`);
  return results.flatMap((group) => group.users_obj.map((user) => user.username));
}

/** Names of what Authentik still holds for a hub. */
export async function leftInAuthentik(tryOut: TryOut, slug: string): Promise<string[]> {
  const paths = [
    "/core/groups/?page_size=100",
    "/core/applications/?superuser_full_list=true&page_size=100",
    "/providers/oauth2/?page_size=100",
  ];
  const lists = await Promise.all(
    paths.map((path) => tryOut.authentik<{ results: { name: string; slug?: string }[] }>("GET", path)),
  );
  const names = lists.flatMap(({ results }) => results.map((each) => each.slug ?? each.name));
  assert.ok(names.length > 3, "the lists are not empty");
  return names.filter((name) => name === `jh_${slug}` || name === `jh-${slug}`);
}

/** Binds somebody to a hub's application past the portal. Returns what undoes it. */
export async function letThrough(tryOut: TryOut, slug: string, username: string): Promise<() => Promise<void>> {
  const application = await tryOut.authentik<{ pk: string }>("GET", `/core/applications/jh-${slug}/`);
  const people = await tryOut.authentik<{ results: { pk: number }[] }>("GET", `/core/users/?username=${username}`);
  const binding = await tryOut.authentik<{ pk: string }>("POST", "/policies/bindings/", {
    target: application.pk,
    user: people.results[0]?.pk,
    order: 99,
  });
  return async () => {
    await tryOut.authentik("DELETE", `/policies/bindings/${binding.pk}/`);
  };
}
