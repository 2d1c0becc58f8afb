import type { IdentityUser } from "../../ports/identity.ts";
import { type UserAnswer, userAnswer } from "./answers.ts";
import { hasStatus } from "./fault.ts";
import { groupByName, groupByPk } from "./look-up.ts";
import type { Parts } from "./parts.ts";

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The user with this uuid as Authentik answers, or null. The only way from `sub` to the pk of a user. */
export async function userByUuid({ client }: Parts, uuid: string): Promise<UserAnswer | null> {
  // Authentik refuses what is no uuid with 400.
  if (!uuidPattern.test(uuid)) return null;
  const found = await client.list("look for a person", "/core/users/", userAnswer, { uuid });
  const [user, ...others] = found.filter((one) => one.uuid.toLowerCase() === uuid.toLowerCase());
  return others.length === 0 && user ? user : null;
}

/** The user with this uuid, or null. */
export async function findUser(parts: Parts, uuid: string): Promise<IdentityUser | null> {
  const user = await userByUuid(parts, uuid);
  return user && toIdentityUser(user);
}

/** Up to `limit` people whose username, name or e-mail matches; service accounts are left out. */
export async function searchUsers({ client }: Parts, text: string, limit: number): Promise<IdentityUser[]> {
  const search = text.trim();
  if (search === "" || limit < 1) return [];
  // Some more than asked for, because service accounts go.
  const query = { search, ordering: "username" };
  const found = await client.list("look for people", "/core/users/", userAnswer, query, limit + 20);
  return found
    .filter((user) => !isService(user))
    .slice(0, limit)
    .map(toIdentityUser);
}

/**
 * All people of exactly this username or e-mail address. Authentik's filters tell upper from lower case, and no two
 * mail systems do; its search finds an address in any case, but gives similar ones too, and only so many.
 */
export async function usersNamed({ client }: Parts, text: string): Promise<IdentityUser[]> {
  const wanted = text.trim();
  if (wanted === "") return [];
  const ask = (query: Record<string, string>, limit?: number) =>
    client.list("look for a person", "/core/users/", userAnswer, query, limit);
  const found = [await ask({ username: wanted })];
  if (wanted.includes("@")) {
    found.push(await ask({ email: wanted }), await ask({ email: wanted.toLowerCase() }));
    found.push(await ask({ search: wanted, ordering: "username" }, 100));
  }
  const isMeant = (user: UserAnswer) => user.username === wanted || user.email?.toLowerCase() === wanted.toLowerCase();
  const meant = found.flat().filter((user) => isMeant(user) && !isService(user));
  return [...new Map(meant.map((user) => [user.uuid, toIdentityUser(user)])).values()];
}

/** Direct members of a group; null when the group is gone. */
export async function groupMembers(parts: Parts, groupId: string): Promise<IdentityUser[] | null> {
  // The filter refuses a group that is not there with 400, like anything else that is wrong.
  if (!(await groupByPk(parts.client, groupId))) return null;
  try {
    const query = { groups_by_pk: groupId, ordering: "pk" };
    const found = await parts.client.list("look at the members of a group", "/core/users/", userAnswer, query);
    return found.map(toIdentityUser);
  } catch (error) {
    if (hasStatus(error, 400) && !(await groupByPk(parts.client, groupId))) return null;
    throw error;
  }
}

/** Direct members of the group of this name; none when there is no such group. */
export async function membersOfNamedGroup(parts: Parts, name: string): Promise<IdentityUser[]> {
  const group = await groupByName(parts.client, name);
  return group ? ((await groupMembers(parts, group.pk)) ?? []) : [];
}

function toIdentityUser(user: UserAnswer): IdentityUser {
  return {
    id: user.uuid,
    username: user.username,
    name: user.name,
    email: user.email ?? "",
    active: user.is_active,
    groups: (user.groups_obj ?? []).map((group) => group.name),
  };
}

const isService = (user: UserAnswer) => user.type === "service_account" || user.type === "internal_service_account";
