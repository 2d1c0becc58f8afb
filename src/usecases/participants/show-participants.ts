import { type Actor, isStaff, type Standing } from "../../domain/actor.ts";
import { type Hub, wanted } from "../../domain/hub.ts";
import { isSettled, type ParticipationStatus } from "../../domain/participation.ts";
import type { Page, PageAsk, ParticipantFilter, ParticipantRow } from "../../ports/store.ts";
import { type Core, todayOf } from "../core.ts";
import { hubSeenBy, type SeenHub } from "../find-hub.ts";
import { countSeats, type SeatCount } from "./count-seats.ts";
import { mayAskForSeats } from "./decide-participation.ts";

/** A participant with what the list shows beside. */
export type ListedParticipant = ParticipantRow & {
  /** Place on the waiting list, from 1; null for who is not on it. */
  place: number | null;
  /** Teaches or tutors here, and needs no seat. */
  onStaff: boolean;
  /** Access is as it was decided; until then it is being set up or ended. */
  settled: boolean;
};

export type ParticipantsView = {
  hub: Hub;
  standing: Standing;
  participants: Page<ListedParticipant>;
  counts: Record<ParticipationStatus, number>;
  seats: SeatCount;
  may: { manageParticipants: boolean; askForSeats: boolean };
};

/** The hub's participants, a page of those that fit. For its staff and governance; throws `NotFound` for others. */
export async function showParticipants(
  core: Core,
  actor: Actor,
  given: { hubId: string; filter: ParticipantFilter; ask: PageAsk },
): Promise<ParticipantsView> {
  const seen = await hubSeenBy(core, actor, given.hubId);
  return participantsOf(core, seen, core.store.staff.listOf(seen.hub.id), given);
}

/**
 * The same, of a hub that the actor was found to see.
 * @param othersOnStaff beside its owner
 */
export async function participantsOf(
  core: Core,
  { hub, standing }: SeenHub,
  othersOnStaff: ReturnType<Core["store"]["staff"]["listOf"]>,
  given: { filter: ParticipantFilter; ask: PageAsk },
): Promise<ParticipantsView> {
  const { store, rules } = core;
  const [page, counts, seats, staff] = await Promise.all([
    store.participations.listOfHub(hub.id, given.filter, given.ask),
    store.participations.counts(hub.id),
    countSeats(store, hub),
    othersOnStaff,
  ]);
  const staffIds = new Set([hub.teacherId, ...staff.map(({ person }) => person.id)]);
  const items = page.items.map((row) => ({
    ...row,
    place: seats.places.get(row.participation.id) ?? null,
    onStaff: staffIds.has(row.person.id),
    settled: isSettled(row.participation, row.person.active),
  }));
  const live = wanted(hub, { today: todayOf(core), leadDays: rules.leadDays }).group;
  return {
    hub,
    standing,
    participants: { ...page, items },
    counts,
    seats,
    may: { manageParticipants: isStaff(standing) && live, askForSeats: mayAskForSeats(core, hub) },
  };
}

/** Everybody who fits, for a file. For the hub's staff and governance; throws `NotFound` for others. */
export async function listParticipants(
  core: Core,
  actor: Actor,
  given: { hubId: string; filter: ParticipantFilter },
): Promise<{ hub: Hub; rows: ListedParticipant[] }> {
  const { hub, participants } = await showParticipants(core, actor, { ...given, ask: { page: 1, size: 1_000_000 } });
  return { hub, rows: participants.items };
}
