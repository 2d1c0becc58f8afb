import { randomBytes } from "node:crypto";
import type { Hub } from "../domain/hub.ts";
import type { HubSecrets, HubSpec } from "../ports/hub-backend.ts";
import type { IdentityHub } from "../ports/identity.ts";
import { type Core, todayOf } from "./core.ts";

/** What of a hub shows in Authentik. */
export async function identityHubOf(core: Core, hub: Hub, secrets: HubSecrets): Promise<IdentityHub> {
  const address = await core.backend.address(hub);
  const { id, slug, name, description, period } = hub;
  const { clientId, clientSecret } = secrets;
  return { id, slug, name, description, period, ...address, clientId, clientSecret };
}

/** The hub's secrets: made the first time, the same ever after. */
export async function secretsOf(core: Core, hub: Hub): Promise<HubSecrets> {
  return (await core.store.secrets.of(hub.id)) ?? core.store.secrets.keepFirst(hub.id, makeSecrets());
}

/** The hub's secrets, or others where its own ones are gone or were never made: good for naming things, not for signing in. */
export async function secretsWithoutKeeping(core: Core, hub: Hub): Promise<HubSecrets> {
  return (await core.store.secrets.of(hub.id)) ?? makeSecrets();
}

function makeSecrets(): HubSecrets {
  const hex = () => randomBytes(32).toString("hex");
  return {
    clientId: randomBytes(20).toString("hex"),
    clientSecret: randomBytes(48).toString("base64url"),
    apiToken: hex(),
    cookieSecret: hex(),
    cryptKey: hex(),
    proxyToken: hex(),
  };
}

/** Everything the backend needs to run the hub. */
export async function hubSpecOf(core: Core, hub: Hub): Promise<HubSpec> {
  const { identity, store } = core;
  const [secrets, owner, staff] = await Promise.all([
    secretsOf(core, hub),
    store.people.byId(hub.teacherId),
    store.staff.listOf(hub.id),
  ]);
  const coTeachers = staff.filter(({ staff: { role } }) => role === "teacher").map(({ person }) => person.username);
  const teachers = new Set([...(owner === null ? [] : [owner.username]), ...coTeachers]);
  return {
    id: hub.id,
    slug: hub.slug,
    name: hub.name,
    image: hub.image,
    defaultUrl: hub.defaultUrl,
    usage: hub.usage,
    secrets,
    oidc: identity.oidcEndpoints(hub.slug),
    allowedGroup: identity.groupName(hub.slug),
    governanceGroup: identity.governanceGroup,
    teachers: [...teachers].sort(),
    redeployedAt: hub.redeployRequestedAt?.toISOString() ?? null,
    preparing: todayOf(core) <= hub.period.start,
  };
}
