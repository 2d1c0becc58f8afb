import { ActError } from "../domain/errors.ts";
import type { Hub } from "../domain/hub.ts";
import { type Participation, wantedAccess } from "../domain/participation.ts";
import type { Core } from "./core.ts";
import { identityHubOf, secretsOf } from "./hub-spec.ts";

/**
 * Makes the members of the hub's Authentik group what the teacher decided. One person's trouble does not keep the
 * others waiting; what could not be done is found again at the next look.
 * @param hub with its group
 * @returns how many people are not settled yet
 */
export async function settleAccess(core: Core, hub: Hub & { groupId: string }): Promise<number> {
  let open = 0;
  for (const participation of await core.store.participations.unsettled(hub.id)) {
    try {
      if (wantedAccess(participation.status) === "granted") await grant(core, hub, participation);
      else await revoke(core, hub, participation);
    } catch (error) {
      if (!(error instanceof ActError)) throw error;
      open++;
      const { id, personId } = participation;
      core.log.warn({ hub: hub.id, participation: id, personId, reason: error.sentence }, "access could not be set");
    }
  }
  return open;
}

async function grant(core: Core, hub: Hub & { groupId: string }, participation: Participation): Promise<void> {
  await core.identity.addToGroup(hub.groupId, participation.personId);
  const { id, status } = participation;
  // Removed by the teacher meanwhile: access is then recorded as granted, so that it is taken away again.
  await core.store.participations.change(id, { status: [status, "removed", "withdrawn"] }, { access: "granted" });
}

/**
 * Order: out of the group first, so that nobody can sign in again; then the server and the session, which Authentik
 * does not end (facts: authentik §3); then the tokens.
 */
async function revoke(core: Core, hub: Hub & { groupId: string }, participation: Participation): Promise<void> {
  await core.identity.removeFromGroup(hub.groupId, participation.personId);
  if (hub.deployment === "deployed") {
    const [person, secrets] = await Promise.all([core.store.people.byId(participation.personId), secretsOf(core, hub)]);
    if (person !== null) {
      const { apiUrl } = await core.backend.address(hub);
      await core.hubApi.endSession({ apiUrl, apiToken: secrets.apiToken }, person.username);
    }
    await core.identity.revokeTokens(await identityHubOf(core, hub, secrets), participation.personId);
  }
  await core.store.participations.change(participation.id, { status: participation.status }, { access: "none" });
}
