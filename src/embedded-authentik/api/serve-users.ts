import { randomUUID } from "node:crypto";
import { z } from "zod";
import { directGroups, isSuperuser, rightsOf } from "../enforce-rights.ts";
import { endAllOf } from "../keep-session.ts";
import { hashPassword } from "../make-secrets.ts";
import type { User } from "../store/records.ts";
import type { World } from "../world.ts";
import { checkBody, forbidden, invalid } from "./faults.ts";
import { dateTime, dictionary, filledText, flag, isUuid, list, oneOf, reference, text } from "./fields.ts";
import { checkChoices, checkUuid, exactly, flagIs, type Listing, pageOf } from "./lists.ts";
import { mayAdd, models, numberIn, pick, visible } from "./see-objects.ts";
import type { Call, Endpoints } from "./serve-api.ts";
import { attributesAsked, matchesAttributes } from "./serve-groups.ts";
import { showSelf, showUser } from "./show.ts";
import { showPage } from "./show-page.ts";

const userTypes = ["internal", "external", "service_account", "internal_service_account"] as const;

/** People and service accounts. */
export function serveUsers(world: World): Endpoints {
  const { store, traits, clock } = world;
  const pkOf = (user: User) => user.pk;
  const picked = (call: Call, act: "view" | "change" | "delete") => {
    const pk = numberIn(call.params, "id");
    return pick(store, call.caller, models.user, act, store.users.all(), pkOf, (user) => user.pk === pk);
  };

  const schema = z.object({
    username: filledText(150),
    name: text(),
    is_active: flag.optional(),
    last_login: dateTime.nullable().optional(),
    groups: list(reference((pk) => store.groups.has(pk))).optional(),
    email: text(254)
      .refine((value) => value === "" || z.email().safeParse(value).success, "Enter a valid email address.")
      .optional(),
    attributes: dictionary.optional(),
    path: filledText().optional(),
    type: oneOf(userTypes).optional(),
    roles: list(reference((pk) => store.roles.has(pk))).optional(),
  });
  // Fields that a version does not know are ignored, whatever they hold.
  const known = schema.omit(traits.userRoles ? {} : { roles: true });

  const fromBody = (call: Call, current: User | undefined, partial: boolean) => {
    const body: Partial<z.infer<typeof schema>> = checkBody(known, call.body, partial);
    if (store.users.find((user) => user.username === body.username && user.pk !== current?.pk)) {
      throw invalid("username", "This field must be unique.");
    }
    const user: Partial<User> = {
      ...(body.username === undefined ? {} : { username: body.username }),
      ...(body.name === undefined ? {} : { name: body.name }),
      ...(body.is_active === undefined ? {} : { active: body.is_active }),
      ...(body.email === undefined ? {} : { email: body.email }),
      ...(body.attributes === undefined ? {} : { attributes: body.attributes }),
      ...(body.path === undefined ? {} : { path: body.path }),
      ...(body.type === undefined ? {} : { type: body.type }),
      ...(body.last_login === undefined ? {} : { lastLogin: body.last_login }),
      ...(body.roles === undefined ? {} : { roles: body.roles }),
      updated: clock.now().toISOString(),
    };
    return { user, groups: body.groups ?? (partial ? undefined : []) };
  };

  const putIntoGroups = (user: User, pks: readonly string[] | undefined) => {
    if (pks === undefined) return;
    const wanted = new Set(pks.map((pk) => pk.toLowerCase()));
    for (const group of store.groups.all()) {
      const isIn = group.users.includes(user.pk);
      if (wanted.has(group.pk) && !isIn) store.groups.put({ ...group, users: [...group.users, user.pk] });
      if (!wanted.has(group.pk) && isIn) {
        store.groups.put({ ...group, users: group.users.filter((pk) => pk !== user.pk) });
      }
    }
  };

  const update = (partial: boolean) => (call: Call) => {
    const current = picked(call, "change");
    const given = fromBody(call, current, partial);
    const user = store.users.put({ ...current, ...given.user });
    if (!user.active) endAllOf(world, user);
    putIntoGroups(user, given.groups);
    return { status: 200, body: showUser(world, user, partsIn(call.query)) };
  };

  return {
    "/core/users/": {
      GET: ({ caller, query }) => {
        const seen = visible(store, caller, models.user, store.users.all(), pkOf);
        checkUuid(query, "uuid");
        checkChoices(
          query,
          "groups_by_name",
          (name) => store.groups.find((group) => group.name === name) !== undefined,
        );
        for (const pk of query.getAll("groups_by_pk")) {
          if (pk !== "" && !isUuid(pk)) throw invalid("groups_by_pk", `“${pk}” is not a valid UUID.`);
        }
        checkChoices(query, "groups_by_pk", (pk) => store.groups.has(pk.toLowerCase()));
        checkChoices(query, "type", (type) => userTypes.some((known) => known === type));
        const parts = partsIn(query);
        const page = pageOf(seen, query, listing(world, query));
        return { status: 200, body: showPage(world, page, (user) => showUser(world, user, parts)) };
      },
      POST: (call) => {
        mayAdd(store, call.caller, models.user);
        const given = fromBody(call, undefined, false);
        const now = clock.now().toISOString();
        const user = store.users.put({
          pk: store.next("user"),
          uuid: randomUUID(),
          username: "",
          name: "",
          email: "",
          active: true,
          type: "internal",
          path: "users",
          attributes: {},
          joined: now,
          lastLogin: null,
          passwordHash: null,
          passwordChanged: now,
          updated: now,
          ...given.user,
        });
        putIntoGroups(user, given.groups);
        return { status: 201, body: showUser(world, user, partsIn(call.query)) };
      },
    },
    // Before the path with the number: "me" is none.
    "/core/users/me/": { GET: ({ caller }) => ({ status: 200, body: showSelf(world, caller) }) },
    "/core/users/:id/": {
      GET: (call) => ({ status: 200, body: showUser(world, picked(call, "view"), partsIn(call.query)) }),
      PUT: update(false),
      PATCH: update(true),
      DELETE: (call) => {
        deleteUser(world, picked(call, "delete"));
        return { status: 204 };
      },
    },
    "/core/users/:id/set_password/": {
      POST: (call) => {
        const user = picked(call, "view");
        if (!rightsOf(store, call.caller).on("authentik_core.reset_user_password", user.pk)) throw forbidden();
        const { password } = checkBody(z.object({ password: filledText() }), call.body, false);
        store.users.put({ ...user, passwordHash: hashPassword(password), passwordChanged: clock.now().toISOString() });
        return { status: 204 };
      },
    },
  };
}

/** What belongs to the user goes with them: memberships, bindings, tokens, sessions. */
function deleteUser({ store }: World, { pk }: User): void {
  for (const group of store.groups.filter((known) => known.users.includes(pk))) {
    store.groups.put({ ...group, users: group.users.filter((user) => user !== pk) });
  }
  for (const binding of store.bindings.filter((known) => known.user === pk)) store.bindings.delete(binding.pk);
  for (const token of store.accessTokens.filter((known) => known.user === pk)) store.accessTokens.delete(token.pk);
  for (const token of store.refreshTokens.filter((known) => known.user === pk)) store.refreshTokens.delete(token.pk);
  for (const token of store.apiTokens.filter((known) => known.user === pk)) store.apiTokens.delete(token.id);
  for (const session of store.sessions.filter((known) => known.user === pk)) store.sessions.delete(session.id);
  store.users.delete(pk);
}

function listing({ store }: World, query: URLSearchParams): Listing<User> {
  const attributes = attributesAsked(query);
  const inOneOf = (user: User, matches: (group: { pk: string; name: string }) => boolean) =>
    directGroups(store, user).some(matches);
  return {
    filters: {
      username: exactly((user) => user.username),
      email: exactly((user) => user.email),
      name: exactly((user) => user.name),
      uuid: (user, [uuid = ""]) => user.uuid === uuid.toLowerCase(),
      is_active: flagIs((user) => user.active),
      is_superuser: flagIs((user) => isSuperuser(store, user)),
      type: (user, types) => types.includes(user.type),
      path: exactly((user) => user.path),
      path_startswith: (user, [start = ""]) => user.path.startsWith(start),
      attributes: (user) => matchesAttributes(user.attributes, attributes),
      groups_by_name: (user, names) => inOneOf(user, (group) => names.includes(group.name)),
      groups_by_pk: (user, pks) => inOneOf(user, (group) => pks.some((pk) => pk.toLowerCase() === group.pk)),
    },
    searched: (user) => [user.username, user.name, user.email, user.uuid],
    ordered: { username: (user) => user.username, pk: (user) => user.pk, name: (user) => user.name },
  };
}

function partsIn(query: URLSearchParams) {
  const asked = (name: string) => (query.get(name) ?? "true").toLowerCase() === "true";
  return { groups: asked("include_groups"), roles: asked("include_roles") };
}
