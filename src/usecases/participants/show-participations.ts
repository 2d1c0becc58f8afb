import type { Actor } from "../../domain/actor.ts";
import { type HubPhase, phaseOf } from "../../domain/hub-phase.ts";
import type { Page, PageAsk, ParticipationRow } from "../../ports/store.ts";
import { type Core, todayOf } from "../core.ts";
import { countSeats } from "./count-seats.ts";

export type ParticipationView = ParticipationRow & {
  phase: HubPhase;
  /** Place on the waiting list, from 1; null for who is not on it. */
  place: number | null;
  /** All seats are taken; otherwise there may only be more applications than seats. */
  full: boolean;
  may: { open: boolean; withdraw: boolean; leave: boolean };
};

/** The actor's own applications and hubs. */
export async function showParticipations(core: Core, actor: Actor, ask: PageAsk): Promise<Page<ParticipationView>> {
  const page = await core.store.participations.listOfPerson(actor.person.id, ask);
  const today = todayOf(core);
  const view = async (row: ParticipationRow): Promise<ParticipationView> => {
    const { removalCause, degradeRequestedAt, period } = row.hub;
    const goes = removalCause !== null || degradeRequestedAt !== null || today > period.end;
    const its = phaseOf(row.hub, today);
    // That taking it down failed is nothing to its participants: for them it is over.
    const phase = its === "failed" && goes ? "removing" : its;
    const { status, access } = row.participation;
    const live = phase === "scheduled" || phase === "deploying" || phase === "deployed" || phase === "failed";
    const seats = status === "applied" && live ? await countSeats(core.store, row.hub) : null;
    return {
      ...row,
      phase,
      place: seats?.places.get(row.participation.id) ?? null,
      full: seats?.free === 0,
      may: {
        open: phase === "deployed" && status === "accepted" && access === "granted",
        withdraw: status === "applied" && live,
        leave: status === "accepted" && live,
      },
    };
  };
  return { ...page, items: await Promise.all(page.items.map(view)) };
}
