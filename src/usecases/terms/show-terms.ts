import { NotFound } from "../../domain/errors.ts";
import type { Terms } from "../../domain/terms.ts";
import type { Core } from "../core.ts";

export type TermsView = {
  terms: Terms;
  isValid: boolean;
  /** Versions that are or were valid, the newest first; and those that will be. */
  versions: Terms[];
};

/**
 * A version of the terms of use, or the one that holds now. Anybody may read them.
 * @returns null when no version is asked for and none holds
 * @throws NotFound for a version that is not there or was withdrawn
 */
export async function showTerms(core: Core, given: { version: number | null }): Promise<TermsView | null> {
  const { terms } = core.store;
  const valid = await terms.valid(core.clock.now());
  const shown = given.version === null ? valid : await terms.byVersion(given.version);
  if (given.version !== null && (shown === null || shown.withdrawnAt !== null)) throw new NotFound();
  if (shown === null) return null;
  const versions = (await terms.list()).filter((each) => each.withdrawnAt === null);
  return { terms: shown, isValid: shown.version === valid?.version, versions };
}
