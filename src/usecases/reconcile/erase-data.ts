import type { Hub } from "../../domain/hub.ts";
import type { Core } from "../core.ts";
import { recordEvent } from "../record-event.ts";

const lookAgainMs = 1000;

/**
 * Erases the home folders of a removed hub once their time has come, and forgets its secrets and its admission list.
 * @returns milliseconds after which to look again; null when there is nothing left to do now
 */
export async function eraseData(core: Core, hub: Hub): Promise<number | null> {
  const now = core.clock.now();
  const due = hub.deployment === "removed" && hub.eraseDataAt !== null && hub.eraseDataAt <= now;
  if (!due || hub.dataErasedAt !== null) return null;
  if (!(await core.backend.eraseData(hub))) return lookAgainMs;
  await core.store.transaction(async (store) => {
    const erased = { dataErasedAt: now, attempts: 0, nextAttemptAt: null, failureReason: null };
    if (!(await store.hubs.change(hub.id, { deployment: "removed" }, erased))) return;
    await store.secrets.forget(hub.id);
    await store.admissions.forget(hub.id);
    if (hub.deployStartedAt === null) return;
    await recordEvent(store, core.clock, { hubId: hub.id, kind: "data-erased" });
  });
  return null;
}
