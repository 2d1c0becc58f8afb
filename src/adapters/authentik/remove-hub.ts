import type { IdentityHub } from "../../ports/identity.ts";
import { checkOwnGroup } from "./ensure-group.ts";
import { findProvider } from "./ensure-provider.ts";
import { hasStatus, needsPerson } from "./fault.ts";
import { findApplication } from "./find-application.ts";
import { groupByName } from "./look-up.ts";
import { applicationSlugOf, groupNameOf, providerNameOf } from "./names.ts";
import type { Parts } from "./parts.ts";

// Application, then provider, then group: a group takes its bindings along, which could leave an application open to
// everyone (facts: authentik §1).

/** Removes the hub's application and with it its bindings. */
export async function removeApplication(parts: Parts, hub: IdentityHub): Promise<void> {
  const slug = applicationSlugOf(hub.slug);
  await removeFound(
    parts,
    async () => (await findApplication(parts, hub)) && `/core/applications/${slug}/`,
    `remove the application ${slug}`,
  );
}

/** Removes the hub's provider and with it the codes and tokens it gave out. */
export async function removeProvider(parts: Parts, hub: IdentityHub): Promise<void> {
  const find = async () => {
    const provider = await findProvider(parts, hub);
    return provider && `/providers/oauth2/${provider.pk}/`;
  };
  await removeFound(parts, find, `remove the provider ${providerNameOf(hub.slug)}`);
}

/**
 * Removes the hub's group.
 * @throws Unavailable while the hub's application is still there
 */
export async function removeGroup(parts: Parts, hub: IdentityHub): Promise<void> {
  const name = groupNameOf(hub.slug);
  if (await findApplication(parts, hub)) {
    throw needsPerson(`The group ${name} must not be removed while the application of the hub is in Authentik.`);
  }
  const find = async () => {
    const group = await groupByName(parts.client, name);
    if (!group) return null;
    checkOwnGroup(hub, group);
    return `/core/groups/${group.pk}/`;
  };
  await removeFound(parts, find, `remove the group ${name}`);
}

/**
 * Deletes what `find` returns the path of. A repeated DELETE may meet 403 although the first one took effect: when
 * nothing is left that the account may see, Authentik refuses instead of saying that the thing is gone.
 */
async function removeFound({ client }: Parts, find: () => Promise<string | null>, aim: string): Promise<void> {
  const path = await find();
  if (path === null) return;
  try {
    await client.remove(aim, path);
  } catch (error) {
    if (hasStatus(error, 403) && (await find()) === null) return;
    throw error;
  }
}
