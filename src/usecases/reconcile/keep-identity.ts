import { ActError } from "../../domain/errors.ts";
import type { Hub } from "../../domain/hub.ts";
import type { Core } from "../core.ts";
import { ensureHubGroup } from "./deploy-hub.ts";
import { identityHubOf, secretsOf } from "./hub-spec.ts";
import { keepMembers } from "./keep-members.ts";
import type { GroupedHub } from "./settle-access.ts";
import { fingerprintOf, noteTold } from "./told-identity.ts";

const minuteMs = 60_000;
/** How often the members of a hub's group are looked at. */
const lookEveryMs = 10 * minuteMs;
/** How often everything else of a hub in Authentik is, although nothing changed here. */
const checkEveryMs = 60 * minuteMs;
/** When to look again after trouble. */
const againMs = 2 * minuteMs;
/** Hubs that one tick looks at, at most: two to four requests each, some fifteen where all is checked. */
const atMost = 25;

/**
 * Keeps a hub in Authentik as it should be, when that is due: brings changes of name, description and period there,
 * makes anew what somebody removed there, and compares the members of its group. Trouble is written down and does not
 * stop the hub.
 * @param hub with its group, wanted, not going away
 * @returns the hub with the group it has now
 */
export async function keepIdentity(core: Core, hub: GroupedHub): Promise<GroupedHub> {
  const { identities } = core.store;
  const now = core.clock.now();
  const known = await identities.of(hub.id);
  // Until a hub is deployed, nothing but its group is there, or the steps of deploying are making the rest.
  const up = hub.deployment === "deployed";
  const print = await fingerprintOf(core, hub);
  const changed = up && known.told !== print;
  const due = known.nextLookAt === null || known.nextLookAt <= now;
  if (!due && !(changed && known.trouble === null)) return hub;

  let groupId = hub.groupId;
  try {
    const unchecked = known.toldAt === null || now.getTime() - known.toldAt.getTime() >= checkEveryMs;
    if (up && (changed || unchecked)) groupId = await tellAll(core, hub);
    let members = await core.identity.groupMembers(groupId);
    if (members === null) {
      // With the group its bindings went, which may leave the application open to everyone: everything at once.
      groupId = up ? await tellAll(core, hub) : await ensureHubGroup(core, hub);
      members = (await core.identity.groupMembers(groupId)) ?? [];
    }
    const trouble = await keepMembers(core, { ...hub, groupId }, members);
    const wait = trouble === null ? lookEveryMs : againMs;
    await identities.keep(hub.id, { lookedAt: now, nextLookAt: new Date(now.getTime() + wait), trouble });
  } catch (error) {
    if (!(error instanceof ActError)) throw error;
    core.log.warn({ hub: hub.id, reason: error.sentence }, "a hub could not be looked at in Authentik");
    await identities.keep(hub.id, { nextLookAt: new Date(now.getTime() + againMs), trouble: error.sentence });
  }
  return { ...hub, groupId };
}

/** Every step of deploying that concerns Authentik; each finds what is there. Returns the group's pk. */
async function tellAll(core: Core, hub: Hub): Promise<string> {
  const identityHub = await identityHubOf(core, hub, await secretsOf(core, hub));
  const groupId = await ensureHubGroup(core, hub);
  await core.identity.ensureApplication(identityHub);
  await core.identity.ensureBindings(identityHub, groupId);
  await core.identity.ensureProvider(identityHub);
  await core.identity.attachProvider(identityHub, groupId);
  await noteTold(core, identityHub);
  return groupId;
}

/**
 * Ids of hubs that Authentik has to be asked or told about: changed since they were told, or due.
 * @param up hubs that are deployed and are to stay
 */
export async function findIdentityWork(core: Core, up: readonly Hub[]): Promise<string[]> {
  const told = await core.store.identities.told();
  const found = new Set<string>();
  for (const hub of up) {
    const known = told.get(hub.id);
    if (known !== undefined && known !== (await fingerprintOf(core, hub))) found.add(hub.id);
  }
  for (const id of await core.store.identities.due(core.clock.now(), atMost)) found.add(id);
  return [...found].slice(0, atMost);
}
