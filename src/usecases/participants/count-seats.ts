import type { Hub } from "../../domain/hub.ts";
import { freeSeats, waitingPlace } from "../../domain/seats.ts";
import type { Store } from "../../ports/store.ts";

export type SeatCount = {
  /** As many as governance granted. */
  total: number;
  taken: number;
  free: number;
  /** Places on the waiting list, from 1, by id of the participation; in order of application. */
  places: ReadonlyMap<string, number>;
};

/** The seats of a hub: the one way to count them, for pages and for accepting alike. */
export async function countSeats(store: Pick<Store, "seats">, hub: Hub): Promise<SeatCount> {
  const [taken, waiting] = await Promise.all([store.seats.taken(hub.id), store.seats.waiting(hub.id)]);
  const free = freeSeats(hub, taken);
  const places = new Map<string, number>();
  for (const [ahead, id] of waiting.entries()) {
    const place = waitingPlace(ahead, free);
    if (place !== null) places.set(id, place);
  }
  return { total: hub.usage.participants, taken, free, places };
}
