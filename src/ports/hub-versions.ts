import type { HubVersion } from "../domain/change-request.ts";

/** Earlier versions of hubs. Only ever added to. */
export interface HubVersions {
  /** Keeps a version; nothing happens when it is kept already. */
  keep(version: HubVersion): Promise<void>;
  /** All versions that are kept, the oldest first, with the names of those who wrote them. Empty when nothing changed. */
  listOf(hubId: string): Promise<(HubVersion & { writtenByName: string })[]>;
}
