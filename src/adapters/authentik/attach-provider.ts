import type { IdentityHub } from "../../ports/identity.ts";
import { applicationAnswer } from "./answers.ts";
import { ensureBindings } from "./ensure-bindings.ts";
import { findProvider } from "./ensure-provider.ts";
import { goneMeanwhile } from "./fault.ts";
import { applicationSlugOf, providerNameOf } from "./names.ts";
import type { Parts } from "./parts.ts";

/**
 * Attaches the provider to the application: from then on people can sign in. The bindings come first, because an
 * application without any is open to everyone.
 * @param groupId pk of the hub's group
 */
export async function attachProvider(parts: Parts, hub: IdentityHub, groupId: string): Promise<void> {
  const slug = applicationSlugOf(hub.slug);
  const provider = await findProvider(parts, hub);
  if (!provider) throw goneMeanwhile(`The provider ${providerNameOf(hub.slug)} is missing in Authentik.`);
  const application = await ensureBindings(parts, hub, groupId);
  if (application.provider === provider.pk) return;
  await parts.client.change(
    `attach the provider to the application ${slug}`,
    `/core/applications/${slug}/`,
    { provider: provider.pk },
    applicationAnswer,
  );
}
