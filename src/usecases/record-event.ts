import type { HubEvent } from "../domain/hub-event.ts";
import type { Clock } from "../ports/clock.ts";
import type { Store } from "../ports/store.ts";

type Given = Pick<HubEvent, "hubId" | "kind"> & Partial<HubEvent>;

/** Adds an event to the hub's timeline; what is left out is empty. Call it in the transaction of the act itself. */
export async function recordEvent(store: Store, clock: Clock, event: Given): Promise<void> {
  await store.events.add({
    at: clock.now(),
    actorId: null,
    subjectId: null,
    from: null,
    to: null,
    reason: null,
    ...event,
  });
}
