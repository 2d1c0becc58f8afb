import { NotFound } from "../../domain/errors.ts";
import type { CurrentActor } from "../../usecases/people/current-actor.ts";

/** For others than governance, tab Administration and everything below it does not exist. */
export function mustHaveTab(actor: CurrentActor): void {
  if (!actor.tabs.administration) throw new NotFound();
}
