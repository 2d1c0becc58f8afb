import { goneMeanwhile, hasStatus, needsPerson } from "./fault.ts";
import { userByUuid } from "./find-users.ts";
import { groupByPk, neededGroup } from "./look-up.ts";
import { hubAttribute } from "./names.ts";
import type { Parts } from "./parts.ts";

/** Puts a user into a hub's group. */
export async function addToGroup(parts: Parts, groupId: string, userId: string): Promise<void> {
  const group = await groupByPk(parts.client, groupId);
  if (!group) throw goneMeanwhile("The hub's group is missing in Authentik.");
  // Before 2025.4 the token may add anyone to any group, superusers' included: the portal keeps to its own.
  if (group.attributes?.[hubAttribute] === undefined) {
    throw needsPerson(`The portal did not make the group ${group.name} in Authentik and does not change its members.`);
  }
  await add(parts, group.pk, group.name, userId);
}

/** Takes a user out of a hub's group; nothing happens when they, or the group, are not there. */
export async function removeFromGroup(parts: Parts, groupId: string, userId: string): Promise<void> {
  const group = await groupByPk(parts.client, groupId);
  if (!group) return;
  if (group.attributes?.[hubAttribute] === undefined) {
    throw needsPerson(`The portal did not make the group ${group.name} in Authentik and does not change its members.`);
  }
  await take(parts, group.pk, group.name, userId);
}

/** Makes somebody a teacher, or no longer one. No other named group may be changed. */
export async function setNamedGroupMembership(
  parts: Parts,
  name: string,
  userId: string,
  member: boolean,
): Promise<void> {
  if (name !== parts.teacherGroup) throw needsPerson(`The portal does not change the members of the group ${name}.`);
  const group = await neededGroup(parts.client, name);
  if (member) await add(parts, group.pk, name, userId);
  else await take(parts, group.pk, name, userId);
}

async function add(parts: Parts, groupPk: string, name: string, userId: string): Promise<void> {
  const user = await userByUuid(parts, userId);
  if (!user) throw needsPerson("Authentik does not know this person any more.");
  const path = `/core/groups/${groupPk}/add_user/`;
  await parts.client.act(`add ${user.username} to the group ${name}`, path, { pk: user.pk });
}

async function take(parts: Parts, groupPk: string, name: string, userId: string): Promise<void> {
  const user = await userByUuid(parts, userId);
  // Whoever is gone is in no group.
  if (!user) return;
  const path = `/core/groups/${groupPk}/remove_user/`;
  try {
    await parts.client.act(`take ${user.username} out of the group ${name}`, path, { pk: user.pk });
  } catch (error) {
    // Group or user went meanwhile.
    if (hasStatus(error, 404)) return;
    throw error;
  }
}
