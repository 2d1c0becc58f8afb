import type { Store } from "../store/open-store.ts";
import type { Application, Provider } from "../store/records.ts";

/** An application with the provider it signs people in through. */
export type Client = { application: Application; provider: Provider };

/** Undefined when there is no such application or it has no provider. */
export function clientBySlug(store: Store, slug: string): Client | undefined {
  const application = store.applications.find((known) => known.slug === slug);
  const provider = application?.provider == null ? undefined : store.providers.get(application.provider);
  return application && provider ? { application, provider } : undefined;
}

/** Undefined for a provider that no application uses: Authentik signs nobody in through it. */
export function applicationOf(store: Store, provider: Provider): Application | undefined {
  return store.applications.find((known) => known.provider === provider.pk);
}

export function providerByClientId(store: Store, clientId: string): Provider | undefined {
  return clientId === "" ? undefined : store.providers.find((known) => known.clientId === clientId);
}
