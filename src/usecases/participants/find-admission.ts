import { type AdmissionEntry, entriesFor } from "../../domain/admission-list.ts";
import { ActError } from "../../domain/errors.ts";
import type { Hub } from "../../domain/hub.ts";
import type { Core } from "../core.ts";

/**
 * The entry of the hub's admission list that admits a person, by the address that Authentik holds for their account
 * at this moment; null when none does. Whenever there is doubt, it is null: then the teacher decides.
 *
 * No claim is asked: Authentik's `email_verified` is true for everybody up to 2025.8 and false for everybody since
 * (facts: authentik §1). That addresses are checked is the provider's word, given by a setting.
 */
export async function findAdmission(core: Core, hub: Hub, personId: string): Promise<AdmissionEntry | null> {
  if (!core.rules.trustEmails) return null;
  const { admissions } = core.store;
  if ((await admissions.of(hub.id)).length === 0) return null;
  try {
    const user = await core.identity.user(personId);
    const admitting = user?.active === true ? entriesFor(user.email) : null;
    if (admitting === null) return null;
    const { address, domain } = admitting;
    const listed = await admissions.matching(hub.id, [address, domain]);
    if (listed.includes(domain)) return domain;
    if (!listed.includes(address)) return null;
    // An address that two accounts have does not say whom the teacher meant.
    const holders = (await core.identity.usersNamed(address)).filter(
      ({ email }) => entriesFor(email)?.address === address,
    );
    return holders.length === 1 && holders[0]?.id === personId ? address : null;
  } catch (error) {
    if (!(error instanceof ActError)) throw error;
    core.log.warn({ hub: hub.id, personId, reason: error.sentence }, "an admission list could not be looked up");
    return null;
  }
}
