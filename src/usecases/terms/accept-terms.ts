import type { Actor } from "../../domain/actor.ts";
import type { FieldFault } from "../../domain/errors.ts";
import type { Terms } from "../../domain/terms.ts";
import type { Store } from "../../ports/store.ts";
import type { Core } from "../core.ts";
import { recordEvent } from "../record-event.ts";

/** What a person is asked to accept before the next request or application; null when there is nothing. */
export async function termsToAccept(core: Core, actor: Actor): Promise<Terms | null> {
  const valid = await core.store.terms.valid(core.clock.now());
  if (valid === null) return null;
  const accepted = await core.store.terms.acceptedBy(actor.person.id);
  return accepted.some(({ version }) => version === valid.version) ? null : valid;
}

/**
 * Checks the version that came with a form.
 * @param acceptedVersion the one whose box was ticked, null for none
 * @returns the fault to show beside the box, or null when there is nothing to accept any more
 */
export function termsFaultOf(toAccept: Terms | null, acceptedVersion: number | null): FieldFault | null {
  if (toAccept === null || acceptedVersion === toAccept.version) return null;
  const changed = acceptedVersion !== null;
  const message = changed ? "The terms of use have changed. Read and accept them" : "Accept the terms of use";
  return { field: "terms", message };
}

/** Notes down that a person accepted a version, once. Call it in the transaction of the act that it comes with. */
export async function recordAcceptance(
  store: Store,
  core: Pick<Core, "clock">,
  actor: Actor,
  version: number,
): Promise<void> {
  const personId = actor.person.id;
  if (!(await store.terms.accept({ personId, version, at: core.clock.now() }))) return;
  const who = { hubId: null, actorId: personId, subjectId: personId };
  await recordEvent(store, core.clock, { ...who, kind: "terms-accepted", to: String(version) });
}
