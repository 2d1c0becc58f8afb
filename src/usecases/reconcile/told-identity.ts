import { createHash } from "node:crypto";
import type { Hub } from "../../domain/hub.ts";
import type { IdentityHub } from "../../ports/identity.ts";
import type { Core } from "../core.ts";

/** Writes down that everything of a hub is in Authentik as given here. */
export async function noteTold(core: Core, hub: IdentityHub): Promise<void> {
  await core.store.identities.keep(hub.id, { told: fingerprint(core, hub), toldAt: core.clock.now() });
}

/** The fingerprint of what Authentik should have been told of a hub by now. */
export async function fingerprintOf(core: Core, hub: Hub): Promise<string> {
  return fingerprint(core, { ...hub, ...(await core.backend.address(hub)) });
}

/** Changes whenever something changes that Authentik is told of a hub; the client's id and secret never do. */
function fingerprint(core: Core, hub: Omit<IdentityHub, "clientId" | "clientSecret">): string {
  const { name, description, period, url, callbackUrl } = hub;
  const told = [name, description, period.start, period.end, url, callbackUrl, core.identity.governanceGroup];
  return createHash("sha256").update(JSON.stringify(told)).digest("base64url");
}
