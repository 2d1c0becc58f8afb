import type { IdentityHub } from "../../ports/identity.ts";
import { type GroupAnswer, groupAnswer } from "./answers.ts";
import { needsPerson } from "./fault.ts";
import { findOrCreate } from "./find-or-create.ts";
import { groupByName, neededGroup } from "./look-up.ts";
import { groupNameOf, hubAttribute } from "./names.ts";
import type { Parts } from "./parts.ts";

/**
 * Makes sure that the hub's group exists below the parent group.
 * @returns its pk (uuid)
 * @throws Unavailable when a group of this name was not made for this hub, or makes its members superusers
 */
export async function ensureGroup(parts: Parts, hub: IdentityHub): Promise<string> {
  const { client } = parts;
  const name = groupNameOf(hub.slug);
  const parent = await neededGroup(client, parts.parentGroup);
  // Whoever is in a hub's group is in its parent too: the wrong parent would make every participant an administrator.
  if (parent.is_superuser) {
    throw needsPerson(
      `The group ${parent.name} makes its members superusers in Authentik. Choose another parent group.`,
    );
  }
  // One parent until 2025.10, several from 2025.12; each version ignores the field of the other.
  const below = { parent: parent.pk, parents: [parent.pk] };

  const group = await findOrCreate(
    client,
    () => groupByName(client, name),
    () =>
      client.create(
        `create the group ${name}`,
        "/core/groups/",
        {
          name,
          is_superuser: false,
          ...below,
          attributes: { [hubAttribute]: hub.id, jhaas_portal: parts.publicUrl },
        },
        groupAnswer,
      ),
  );
  checkOwnGroup(hub, group);
  if (!parentsOf(group).includes(parent.pk)) {
    await client.change(`move the group ${name}`, `/core/groups/${group.pk}/`, below, groupAnswer);
  }
  return group.pk;
}

/** @throws Unavailable when the group was not made for this hub */
export function checkOwnGroup(hub: IdentityHub, group: GroupAnswer): void {
  if (group.attributes?.[hubAttribute] !== hub.id) {
    throw needsPerson(
      `There is a group ${group.name} in Authentik that the portal did not make for this hub. Rename or remove it there.`,
    );
  }
  if (group.is_superuser) {
    throw needsPerson(
      `The group ${group.name} makes its members superusers in Authentik. Somebody changed that there; undo it.`,
    );
  }
}

function parentsOf(group: GroupAnswer): string[] {
  if (group.parents) return group.parents;
  return group.parent ? [group.parent] : [];
}
