import type { Store } from "../ports/store.ts";

/**
 * Notes, in the transaction of the act, that a hub is to run with something else than before, such as other teachers.
 */
export async function renewSpec(_store: Store, _hubId: string): Promise<void> {}
