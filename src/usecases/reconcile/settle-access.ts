import { ActError, Unavailable } from "../../domain/errors.ts";
import type { Hub } from "../../domain/hub.ts";
import { wantedAccess } from "../../domain/participation.ts";
import type { Core } from "../core.ts";
import { recordEvent } from "../record-event.ts";
import { identityHubOf, secretsOf } from "./hub-spec.ts";

/** A hub whose group in Authentik is known. */
export type GroupedHub = Hub & { groupId: string };

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
  // A hub that is being changed, or failed, may not answer at all: it is not waited for once a person.
  let silent = false;
  for (const unsettled of await findUnsettled(core, hub)) {
    try {
      if (unsettled.grant) {
        await core.identity.addToGroup(hub.groupId, unsettled.personId);
        await unsettled.written("granted");
      } else {
        // Who takes part in two ways keeps the access that the other way gives.
        if (!(await isEntitled(core, hub, unsettled.personId))) {
          const person = await core.store.people.byId(unsettled.personId);
          await endAccess(core, hub, { id: unsettled.personId, username: person?.username ?? null }, silent);
        }
        await unsettled.written("none");
      }
    } catch (error) {
      if (!(error instanceof ActError)) throw error;
      open++;
      if (!unsettled.grant && hub.deployment !== "deployed") silent = true;
      const { personId } = unsettled;
      core.log.warn({ hub: hub.id, personId, reason: error.sentence }, "access could not be set");
    }
  }
  return open;
}

async function findUnsettled(core: Core, hub: Hub): Promise<Unsettled[]> {
  const { participations, staff } = core.store;
  const ofParticipants = (await participations.unsettled(hub.id)).map((unsettled): Unsettled => {
    const { id, personId, status, active } = unsettled;
    const grant = wantedAccess(status, active) === "granted";
    const seatFreed = status === "accepted" && !grant;
    return {
      personId,
      grant,
      written: (access) =>
        core.store.transaction(async (store) => {
          // Removed by the teacher meanwhile: access is then recorded as granted, so that it is taken away again.
          const expected = { status: grant ? ([status, "removed", "withdrawn"] as const) : status };
          if (!(await store.participations.change(id, expected, { access })) || !seatFreed) return;
          await recordEvent(store, core.clock, { hubId: hub.id, kind: "account-ended", subjectId: personId });
        }),
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
  const [staff, participation, person] = await Promise.all([
    core.store.staff.of(hub.id, personId),
    core.store.participations.of(hub.id, personId),
    core.store.people.byId(personId),
  ]);
  return staff?.active === true || (participation?.status === "accepted" && person?.active === true);
}

/**
 * Ends somebody's access to a hub. Order: out of the group first, so that nobody can sign in again; then the server and the session, which Authentik
 * does not end (facts: authentik §3); then the tokens.
 * @param person uuid, and the name on the hub where it is known
 * @param silent the hub does not answer at the moment, so that it is not asked; the rest is done at a later look
 */
export async function endAccess(
  core: Core,
  hub: GroupedHub,
  person: { id: string; username: string | null },
  silent = false,
): Promise<void> {
  await core.identity.removeFromGroup(hub.groupId, person.id);
  // A hub that was up may run on while it is being changed, or that failed; where it never was, nobody has a session.
  if (hub.deployment !== "deployed" && hub.deployedAt === null) return;
  if (silent) throw new Unavailable("The hub does not answer.");
  const secrets = await secretsOf(core, hub);
  if (person.username !== null) {
    const { apiUrl } = await core.backend.address(hub);
    await core.hubApi.endSession({ apiUrl, apiToken: secrets.apiToken }, person.username);
  }
  await core.identity.revokeTokens(await identityHubOf(core, hub, secrets), person.id);
}
