import type { Store } from "../../ports/store.ts";

/**
 * Notes, in the transaction of the act, that a hub is to run with something else than before, such as other teachers.
 * The reconciler then rolls it out as it does an accepted change, without stopping running servers.
 */
export async function renewSpec(store: Store, hubId: string): Promise<void> {
  const hub = await store.hubs.byId(hubId);
  if (hub !== null) await store.hubs.change(hubId, {}, { specVersion: hub.specVersion + 1 });
}
