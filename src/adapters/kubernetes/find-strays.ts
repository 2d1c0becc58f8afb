import type { HubKey, Stray } from "../../ports/hub-backend.ts";
import { annotationKeys, labelKeys, namespaceOf, ownSelector } from "./names.ts";
import type { Parts } from "./parts.ts";

/**
 * Namespaces with the portal's label that belong to none of these hubs: after a restored database backup, another
 * HUB_NAMESPACE_PREFIX, or of another portal on this cluster. Nothing is deleted.
 */
export async function findStrays({ client, platform }: Parts, known: readonly HubKey[]): Promise<Stray[]> {
  const namespaceOfHub = new Map(known.map((hub) => [hub.id, namespaceOf(hub, platform)]));
  const namespaces = await client.list("Namespace", { labelSelector: ownSelector, metadataOnly: true });
  return namespaces
    .filter(({ metadata }) => namespaceOfHub.get(metadata.labels[labelKeys.hub] ?? "") !== metadata.name)
    .map(({ metadata }) => {
      const made = Date.parse(metadata.creationTimestamp ?? "");
      return {
        where: metadata.name,
        slug: metadata.annotations[annotationKeys.slug] ?? "",
        name: metadata.annotations[annotationKeys.name] ?? "",
        since: Number.isNaN(made) ? null : new Date(made),
      };
    })
    .sort((one, other) => one.where.localeCompare(other.where));
}
