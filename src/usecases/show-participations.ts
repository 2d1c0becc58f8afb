import type { Actor } from "../domain/actor.ts";
import { type HubPhase, phaseOf } from "../domain/hub-phase.ts";
import type { Page, PageAsk, ParticipationRow } from "../ports/store.ts";
import { type Core, todayOf } from "./core.ts";

export type ParticipationView = ParticipationRow & {
  phase: HubPhase;
  may: { open: boolean; withdraw: boolean; leave: boolean };
};

/** The actor's own applications and hubs. */
export async function showParticipations(core: Core, actor: Actor, ask: PageAsk): Promise<Page<ParticipationView>> {
  const page = await core.store.participations.listOfPerson(actor.person.id, ask);
  const today = todayOf(core);
  const items = page.items.map((row) => {
    const phase = phaseOf(row.hub, today);
    const { status, access } = row.participation;
    const live = phase === "scheduled" || phase === "deploying" || phase === "deployed" || phase === "failed";
    return {
      ...row,
      phase,
      may: {
        open: phase === "deployed" && status === "accepted" && access === "granted",
        withdraw: status === "applied" && live,
        leave: status === "accepted" && live,
      },
    };
  });
  return { ...page, items };
}
