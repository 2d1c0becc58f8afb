import { randomBytes } from "node:crypto";
import type { Hub } from "../../domain/hub.ts";
import type { HubSecrets, HubSpec } from "../../ports/hub-backend.ts";
import type { IdentityHub } from "../../ports/identity.ts";
import { type Core, todayOf } from "../core.ts";

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
  const { store } = core;
  const [secrets, owner, coTeachers] = await Promise.all([
    secretsOf(core, hub),
    store.people.byId(hub.teacherId),
    store.staff.coTeachers([hub.id]),
  ]);
  return specOf(core, hub, secrets, [owner?.username, ...(coTeachers.get(hub.id) ?? [])]);
}

/** The same of many hubs, in a few queries however many there are. */
export async function hubSpecsOf(core: Core, hubs: readonly Hub[]): Promise<HubSpec[]> {
  const { store } = core;
  const ids = hubs.map(({ id }) => id);
  const [secrets, owners, coTeachers] = await Promise.all([
    store.secrets.ofAll(ids),
    store.people.byIds([...new Set(hubs.map(({ teacherId }) => teacherId))]),
    store.staff.coTeachers(ids),
  ]);
  const usernames = new Map(owners.map(({ id, username }) => [id, username]));
  const specs: HubSpec[] = [];
  for (const hub of hubs) {
    const own = secrets.get(hub.id) ?? (await secretsOf(core, hub));
    specs.push(specOf(core, hub, own, [usernames.get(hub.teacherId), ...(coTeachers.get(hub.id) ?? [])]));
  }
  return specs;
}

/** @param teachers usernames; undefined for an owner whose account is gone */
function specOf(core: Core, hub: Hub, secrets: HubSecrets, teachers: (string | undefined)[]): HubSpec {
  const { identity } = core;
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
    teachers: [...new Set(teachers.filter((username) => username !== undefined))].sort(),
    redeployedAt: hub.redeployRequestedAt?.toISOString() ?? null,
    preparing: todayOf(core) <= hub.period.start,
  };
}
