import type { Actor } from "../../domain/actor.ts";
import { Invalid, NotFound } from "../../domain/errors.ts";
import type { ParticipantFilter, ParticipantRow } from "../../ports/store.ts";
import type { Core } from "../core.ts";
import { hubStaffedBy } from "../find-hub.ts";
import type { ParticipationDecision } from "./decide-participation.ts";

/**
 * Whom a selection in the list of participants means, in order of application.
 * @param given.filter.all everybody whom the filter lists, also on other pages; it needs a status, so that nobody who
 * was rejected long ago is accepted along with those who wait
 * @throws Invalid when nobody is selected; NotFound when somebody is not of this hub
 */
export async function selectParticipants(
  core: Core,
  actor: Actor,
  given: {
    hubId: string;
    decision: ParticipationDecision;
    ids: readonly string[];
    filter: ParticipantFilter & { all: boolean };
  },
): Promise<ParticipantRow[]> {
  const hub = await hubStaffedBy(core, actor, given.hubId);
  const { all, ...filter } = given.filter;
  const { participations } = core.store;
  const fault = (message: string) => new Invalid([{ field: "selection", message }]);
  if (all && filter.status === null) throw fault("Show people of one status first, to select them all");
  const ids = [...new Set(given.ids)];
  const rows = all
    ? (await participations.listOfHub(hub.id, filter, { page: 1, size: 1_000_000 })).items
    : await participations.listById(hub.id, ids);
  if (!all && rows.length < ids.length) throw new NotFound();
  if (rows.length === 0) throw fault("Select at least one person");
  if (given.decision === "removed" && rows.every(({ participation }) => participation.status !== "accepted")) {
    throw fault("Select at least one person who is accepted; only they can be removed");
  }
  return given.decision === "removed" ? rows.filter(({ participation }) => participation.status === "accepted") : rows;
}
