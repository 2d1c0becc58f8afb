import { ActError } from "../domain/errors.ts";
import type { Hub } from "../domain/hub.ts";
import { wantedAccess } from "../domain/participation.ts";
import type { Core } from "./core.ts";
import { identityHubOf, secretsOf } from "./hub-spec.ts";

type GroupedHub = Hub & { groupId: string };

/** One thing to put right: a person's access, and how to write down what it then is. */
type Unsettled = { personId: string; grant: boolean; written(access: "granted" | "none"): Promise<unknown> };

/**
 * Makes the members of the hub's Authentik group what was decided: accepted participants, co-teachers and tutors. One
 * person's trouble does not keep the others waiting; what could not be done is found again at the next look.
 * @param hub with its group
 * @returns how many people are not settled yet
 */
export async function settleAccess(core: Core, hub: GroupedHub): Promise<number> {
  let open = 0;
  for (const unsettled of await findUnsettled(core, hub)) {
    try {
      if (unsettled.grant) {
        await core.identity.addToGroup(hub.groupId, unsettled.personId);
        await unsettled.written("granted");
      } else {
        // Who takes part in two ways keeps the access that the other way gives.
        if (!(await isEntitled(core, hub, unsettled.personId))) await revoke(core, hub, unsettled.personId);
        await unsettled.written("none");
      }
    } catch (error) {
      if (!(error instanceof ActError)) throw error;
      open++;
      const { personId } = unsettled;
      core.log.warn({ hub: hub.id, personId, reason: error.sentence }, "access could not be set");
    }
  }
  return open;
}

async function findUnsettled(core: Core, hub: Hub): Promise<Unsettled[]> {
  const { participations, staff } = core.store;
  const ofParticipants = (await participations.unsettled(hub.id)).map(({ id, personId, status }): Unsettled => {
    const grant = wantedAccess(status) === "granted";
    return {
      personId,
      grant,
      written: (access) =>
        // Removed by the teacher meanwhile: access is then recorded as granted, so that it is taken away again.
        participations.change(id, { status: grant ? [status, "removed", "withdrawn"] : status }, { access }),
    };
  });
  const ofStaff = (await staff.unsettled(hub.id)).map(({ personId, active }): Unsettled => {
    const key = { hubId: hub.id, personId };
    return {
      personId,
      grant: active,
      async written(access) {
        const done = await staff.change(key, { active }, { access });
        if (!done && access === "granted") await staff.change(key, { active: false }, { access });
      },
    };
  });
  return [...ofParticipants, ...ofStaff];
}

async function isEntitled(core: Core, hub: Hub, personId: string): Promise<boolean> {
  if (hub.teacherId === personId) return true;
  const [staff, participation] = await Promise.all([
    core.store.staff.of(hub.id, personId),
    core.store.participations.of(hub.id, personId),
  ]);
  return staff?.active === true || participation?.status === "accepted";
}

/**
 * Order: out of the group first, so that nobody can sign in again; then the server and the session, which Authentik
 * does not end (facts: authentik §3); then the tokens.
 */
async function revoke(core: Core, hub: GroupedHub, personId: string): Promise<void> {
  await core.identity.removeFromGroup(hub.groupId, personId);
  if (hub.deployment !== "deployed") return;
  const [person, secrets] = await Promise.all([core.store.people.byId(personId), secretsOf(core, hub)]);
  if (person !== null) {
    const { apiUrl } = await core.backend.address(hub);
    await core.hubApi.endSession({ apiUrl, apiToken: secrets.apiToken }, person.username);
  }
  await core.identity.revokeTokens(await identityHubOf(core, hub, secrets), personId);
}
