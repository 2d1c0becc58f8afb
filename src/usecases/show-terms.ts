import { NotFound } from "../domain/errors.ts";
import type { Terms } from "../domain/terms.ts";
import type { Core } from "./core.ts";

/** A version of the terms of use, or the one that holds now. Anybody may read them. Throws `NotFound`. */
export async function showTerms(core: Core, given: { version: number | null }): Promise<Terms> {
  const { terms } = core.store;
  const found = given.version === null ? await terms.valid(core.clock.now()) : await terms.byVersion(given.version);
  if (found === null) throw new NotFound();
  return found;
}
