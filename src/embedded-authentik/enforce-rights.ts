import type { Store } from "./store/open-store.ts";
import type { Group, User } from "./store/records.ts";

/** A right as `app_label.codename`, such as `authentik_core.view_group`. */
export type Right = string;

/** Groups the user is a direct member of. */
export function directGroups(store: Store, user: User): Group[] {
  return store.groups.filter((group) => group.users.includes(user.pk));
}

/** The groups and all their ancestors. */
export function withAncestors(store: Store, groups: readonly Group[]): Group[] {
  const found = new Map<string, Group>();
  const visit = (group: Group) => {
    if (found.has(group.pk)) return;
    found.set(group.pk, group);
    for (const pk of group.parents) {
      const parent = store.groups.get(pk);
      if (parent) visit(parent);
    }
  };
  for (const group of groups) visit(group);
  return [...found.values()];
}

/** Groups of the user, and the ancestors of these: whoever is in a child group counts as in its parents. */
export function allGroups(store: Store, user: User): Group[] {
  return withAncestors(store, directGroups(store, user));
}

/** True when a group of the user, or an ancestor of one, makes superusers. */
export function isSuperuser(store: Store, user: User): boolean {
  return allGroups(store, user).some((group) => group.isSuperuser);
}

/** pks of the roles that the user's groups carry, and of their own. */
export function rolesOf(store: Store, user: User): string[] {
  return [...new Set([...(user.roles ?? []), ...allGroups(store, user).flatMap((group) => group.roles)])];
}

/** What a user may do, looked up once for many questions. */
export function rightsOf(store: Store, user: User) {
  const superuser = isSuperuser(store, user);
  const roles = rolesOf(store, user);
  const global = new Set(roles.flatMap((role) => store.roles.get(role)?.rights ?? []));
  const everywhere = (right: Right) => superuser || (global.has(right) && note(store, user, right, "everywhere"));
  const held = (right: Right, object: string | number) =>
    roles.some((role) => store.grants.has(grantId(role, right, object))) && note(store, user, right, "object");
  return {
    superuser,
    global: [...global],
    /** True when the user has the right on everything. */
    everywhere,
    /** True when the user has the right on everything or on this object. */
    on: (right: Right, object: string | number) => everywhere(right) || held(right, object),
  };
}

const used = new WeakMap<Store, Map<string, Set<string>>>();

function note(store: Store, user: User, right: Right, held: "everywhere" | "object"): true {
  const ofStore = used.get(store) ?? new Map<string, Set<string>>();
  used.set(store, ofStore);
  ofStore.set(user.username, (ofStore.get(user.username) ?? new Set()).add(`${held} ${right}`));
  return true;
}

/** Rights that calls of a user were let through by so far, as `everywhere <right>` or `object <right>`. */
export function rightsUsed(store: Store, username: string): string[] {
  return [...(used.get(store)?.get(username) ?? [])].sort();
}

/** Gives a role a right on one object. */
export function grant(store: Store, role: string, right: Right, object: string | number): void {
  const id = grantId(role, right, object);
  if (!store.grants.has(id)) store.grants.put({ id, role, right, object: objectKey(right, object) });
}

/** Takes every right on an object that is no more; `model` as in `app_label.model`. */
export function forgetGrants(store: Store, model: string, object: string | number): void {
  const key = `${model}/${object}`;
  for (const { id } of store.grants.filter((given) => given.object === key)) store.grants.delete(id);
}

/** Gives the creator's roles what their initial permissions say about things of this model. */
export function grantInitialRights(store: Store, user: User, model: string, object: string | number): void {
  for (const pk of rolesOf(store, user)) {
    for (const right of store.roles.get(pk)?.initialRights ?? []) {
      if (modelOf(right) === model) grant(store, pk, right, object);
    }
  }
}

const grantId = (role: string, right: Right, object: string | number) => `${role} ${right} ${object}`;
const objectKey = (right: Right, object: string | number) => `${modelOf(right)}/${object}`;

/** The model that a right is about: `authentik_core.add_user_to_group` is about groups. */
function modelOf(right: Right): string {
  const [app = "", codename = ""] = right.split(".");
  if (codename === "add_user_to_group" || codename === "remove_user_from_group") return `${app}.group`;
  return `${app}.${codename.slice(codename.indexOf("_") + 1)}`;
}
