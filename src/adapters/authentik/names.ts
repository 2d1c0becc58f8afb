/** Name of a hub's group; also its name in the `groups` claim. */
export const groupNameOf = (slug: string) => `jh_${slug}`;

/** Name of a hub's provider. */
export const providerNameOf = (slug: string) => `jh_${slug}`;

/** Slug of a hub's application; part of the issuer. 43 characters at most, Authentik allowed 50 until 2025.10. */
export const applicationSlugOf = (slug: string) => `jh-${slug}`;

/** Heading under which Authentik's library shows the hubs. */
export const libraryHeading = "JupyterHubs";

/** Marks an application as made by the portal for this hub: an application has no field for notes of others. */
export const publisherOf = (hubId: string) => `JHaaS hub ${hubId}`;

/** Attribute of a group that marks it as made by the portal, and for which hub. */
export const hubAttribute = "jhaas_hub";
