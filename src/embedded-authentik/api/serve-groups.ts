import { randomUUID } from "node:crypto";
import { z } from "zod";
import { forgetGrants, grantInitialRights, rightsOf } from "../enforce-rights.ts";
import type { Group } from "../store/records.ts";
import type { World } from "../world.ts";
import { checkBody, forbidden, invalid, notFound } from "./faults.ts";
import { dictionary, filledText, flag, list, numberReference, reference } from "./fields.ts";
import { checkChoices, exactly, flagIs, type Listing, pageOf } from "./lists.ts";
import { mayAdd, modelKey, models, pick, rightTo, visible } from "./see-objects.ts";
import type { Answer, Call, Endpoints } from "./serve-api.ts";
import { type GroupParts, showGroup } from "./show.ts";
import { showPage } from "./show-page.ts";

/** Groups and who is in them. */
export function serveGroups(world: World): Endpoints {
  const { store, traits } = world;
  const pkOf = (group: Group) => group.pk;
  const picked = (call: Call, act: "view" | "change" | "delete") =>
    pick(store, call.caller, models.group, act, store.groups.all(), pkOf, isAt(call));

  const schema = z.object({
    name: filledText(),
    is_superuser: flag.optional(),
    parent: reference((pk) => store.groups.has(pk))
      .nullable()
      .optional(),
    parents: list(reference((pk) => store.groups.has(pk))).optional(),
    users: list(numberReference((pk) => store.users.has(pk))).optional(),
    attributes: dictionary.optional(),
    roles: list(reference((pk) => store.roles.has(pk))).optional(),
  });

  /** What the body says about the group, in the words of the version; the other version's field is ignored. */
  const fromBody = (call: Call, known: Group | undefined, partial: boolean): Partial<Omit<Group, "pk" | "numPk">> => {
    const body = checkBody(
      traits.manyParents ? schema.omit({ parent: true }) : schema.omit({ parents: true }),
      call.body,
      partial,
    );
    const { name, is_superuser: superuser } = body;
    if (name !== undefined && store.groups.find((group) => group.name === name && group.pk !== known?.pk)) {
      throw invalid(
        "name",
        traits.groupNameUnique ? "Group with this name already exists." : "This field must be unique.",
      );
    }
    const parents = traits.manyParents ? listOf(body, "parents") : listOf(body, "parent");
    if (known && parents?.includes(known.pk)) {
      throw invalid(traits.manyParents ? "parents" : "parent", "Cannot set group as parent of itself.");
    }
    if (traits.manyParents && superuser !== undefined && superuser !== (known?.isSuperuser ?? false)) {
      const right = `authentik_core.${superuser ? "enable" : "disable"}_group_superuser`;
      const rights = rightsOf(store, call.caller);
      if (!(known ? rights.on(right, known.pk) : rights.everywhere(right))) {
        const status = superuser ? "True" : "False";
        throw invalid("is_superuser", `User does not have permission to set superuser status to ${status}.`);
      }
    }
    return {
      ...(name === undefined ? {} : { name }),
      ...(superuser === undefined ? {} : { isSuperuser: superuser }),
      ...(parents === undefined ? {} : { parents: parents.map(canonical) }),
      ...(body.users === undefined ? (partial ? {} : { users: [] }) : { users: [...new Set(body.users)] }),
      ...(body.attributes === undefined ? {} : { attributes: body.attributes }),
      ...(body.roles === undefined ? {} : { roles: body.roles.map(canonical) }),
    };
  };

  const update = (partial: boolean) => (call: Call) => {
    const known = picked(call, "change");
    const group = store.groups.put({ ...known, ...fromBody(call, known, partial) });
    return { status: 200, body: showGroup(world, group, partsAsked(call)) };
  };

  /** Adding and removing need the right on the group, and to see the user. */
  const changeMember =
    (right: string, change: (users: readonly number[], user: number) => number[]) =>
    (call: Call): Answer => {
      const rights = rightsOf(store, call.caller);
      const group = store.groups.find(isAt(call));
      if (!group) throw notFound("Group");
      if (!rights.on(right, group.pk)) throw forbidden();
      const { pk } = checkBody(z.object({ pk: z.int({ error: "A valid integer is required." }) }), call.body, false);
      const user = store.users.get(pk);
      if (!user || !rights.on(rightTo("view", models.user), user.pk)) throw notFound();
      store.groups.put({ ...group, users: change(group.users, user.pk) });
      return { status: 204 };
    };

  return {
    "/core/groups/": {
      GET: ({ caller, query }) => {
        const seen = visible(store, caller, models.group, store.groups.all(), pkOf);
        checkChoices(
          query,
          "members_by_username",
          (name) => store.users.find((user) => user.username === name) !== undefined,
        );
        checkChoices(query, "members_by_pk", (pk) => store.users.has(pk));
        const page = pageOf(seen, query, listing(world, query));
        const parts = partsIn(query);
        return { status: 200, body: showPage(world, page, (group) => showGroup(world, group, parts)) };
      },
      POST: (call) => {
        mayAdd(store, call.caller, models.group);
        const fields = fromBody(call, undefined, false);
        const group = store.groups.put({
          pk: randomUUID(),
          numPk: store.next("group"),
          name: "",
          isSuperuser: false,
          parents: [],
          users: [],
          roles: [],
          attributes: {},
          ...fields,
        });
        grantInitialRights(store, call.caller, modelKey(models.group), group.pk);
        return { status: 201, body: showGroup(world, group, partsAsked(call)) };
      },
    },
    "/core/groups/:group_uuid/": {
      GET: (call) => ({ status: 200, body: showGroup(world, picked(call, "view"), partsAsked(call)) }),
      PUT: update(false),
      PATCH: update(true),
      DELETE: (call) => {
        deleteGroup(world, picked(call, "delete"));
        return { status: 204 };
      },
    },
    "/core/groups/:group_uuid/add_user/": {
      POST: changeMember("authentik_core.add_user_to_group", (users, user) => [...new Set([...users, user])]),
    },
    "/core/groups/:group_uuid/remove_user/": {
      POST: changeMember("authentik_core.remove_user_from_group", (users, user) => users.filter((pk) => pk !== user)),
    },
  };
}

/** Bindings of the group go with it, which may leave an application open to everyone; children lose a parent. */
function deleteGroup({ store }: World, { pk }: Group): void {
  for (const binding of store.bindings.filter((known) => known.group === pk)) {
    store.bindings.delete(binding.pk);
    forgetGrants(store, modelKey(models.binding), binding.pk);
  }
  for (const child of store.groups.filter((known) => known.parents.includes(pk))) {
    store.groups.put({ ...child, parents: child.parents.filter((parent) => parent !== pk) });
  }
  store.groups.delete(pk);
  forgetGrants(store, modelKey(models.group), pk);
}

function listing({ store }: World, query: URLSearchParams): Listing<Group> {
  const attributes = attributesAsked(query);
  return {
    filters: {
      name: exactly((group) => group.name),
      is_superuser: flagIs((group) => group.isSuperuser),
      members_by_pk: (group, pks) => group.users.some((pk) => pks.includes(String(pk))),
      members_by_username: (group, names) =>
        group.users.some((pk) => names.includes(store.users.get(pk)?.username ?? "")),
      attributes: (group) => matchesAttributes(group.attributes, attributes),
    },
    searched: (group) => [group.name],
    ordered: { name: (group) => group.name, num_pk: (group) => group.numPk, pk: (group) => group.pk },
  };
}

/** The `attributes` filter: a JSON object whose values must be equal. */
export function attributesAsked(query: URLSearchParams): Record<string, unknown> {
  const text = query.get("attributes");
  if (!text) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    throw invalid("attributes", "filter: failed to parse JSON");
  }
  throw invalid("attributes", "filter: value must be key:value mapping");
}

export function matchesAttributes(has: Record<string, unknown>, wanted: Record<string, unknown>): boolean {
  return Object.entries(wanted).every(([key, value]) => JSON.stringify(has[key]) === JSON.stringify(value));
}

const isAt = (call: Call) => (group: Group) => group.pk === canonical(call.params.group_uuid ?? "");

/** What the body says about parents: one, several, none (null), or nothing (undefined). */
function listOf(
  body: { parent?: string | null | undefined; parents?: string[] | undefined },
  field: "parent" | "parents",
) {
  const value = body[field];
  if (value === null) return [];
  return typeof value === "string" ? [value] : value;
}

/** Uuids are compared in lower case. */
const canonical = (uuid: string) => uuid.toLowerCase();

const partsAsked = (call: Call) => partsIn(call.query);

function partsIn(query: URLSearchParams): GroupParts {
  const asked = (name: string, preset: string) => (query.get(name) ?? preset).toLowerCase() === "true";
  return {
    users: asked("include_users", "true"),
    parents: asked("include_parents", "false"),
    children: asked("include_children", "false"),
    inheritedRoles: asked("include_inherited_roles", "false"),
  };
}
