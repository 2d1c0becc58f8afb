import { z } from "zod";
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

/**
 * Removes the hub's application and with it its bindings.
 * @throws Unavailable also when the application still answers sign-ins but the portal's account cannot see it
 */
export async function removeApplication(parts: Parts, hub: IdentityHub): Promise<void> {
  const slug = applicationSlugOf(hub.slug);
  const find = async () => {
    if (await findApplication(parts, hub)) return `/core/applications/${slug}/`;
    if (await applicationAnswers(parts, slug)) throw needsPerson(hidden(`application ${slug}`));
    return null;
  };
  await removeFound(parts, find, `remove the application ${slug}`);
}

/**
 * Removes the hub's provider and with it the codes and tokens it gave out.
 * @throws Unavailable also when the provider is there but the portal's account cannot see it
 */
export async function removeProvider(parts: Parts, hub: IdentityHub): Promise<void> {
  const find = async () => {
    const provider = await findProvider(parts, hub);
    if (provider) return `/providers/oauth2/${provider.pk}/`;
    if (await providerAnswers(parts, hub)) throw needsPerson(hidden(`provider ${providerNameOf(hub.slug)}`));
    return null;
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

// Where the portal's account lost its rights on a thing, Authentik's API answers as if the thing were gone. What can
// be asked without rights tells the difference.

/** Whether sign-in leads through an application of this slug: anyone may read its discovery document. */
async function applicationAnswers({ client, url }: Parts, slug: string): Promise<boolean> {
  const answer = await client.askOpenly(`${url}/application/o/${slug}/.well-known/openid-configuration`);
  return answer?.status === 200;
}

/** Whether a provider takes the hub's own client id and secret: then it finds fault only with the missing code. */
async function providerAnswers({ client, url }: Parts, hub: IdentityHub): Promise<boolean> {
  const answer = await client.askOpenly(`${url}/application/o/token/`, {
    grant_type: "authorization_code",
    client_id: hub.clientId,
    client_secret: hub.clientSecret,
    redirect_uri: hub.callbackUrl,
    code: "",
  });
  const body = z.object({ error: z.string() }).safeParse(answer?.body);
  return body.success && body.data.error === "invalid_grant";
}

const hidden = (thing: string) =>
  `The ${thing} is in Authentik, but the portal's account has no rights on it any more. Remove it there, or give the account its rights back.`;

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
