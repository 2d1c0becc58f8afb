import type { Kind } from "../kinds.ts";
import type { KubeClient, Live } from "./client.ts";

/** A list over all namespaces, as seen at a moment. */
type Seen = { asked: number; items: Promise<Live[]>; tookMs: number };

export type ListAsk = { kind: Kind; labelSelector?: string; fieldSelector?: string; metadataOnly?: boolean };

/** Lists over all namespaces that many hubs share, so that reads do not grow with the number of hubs. */
export type ClusterView = {
  /**
   * @param notBefore milliseconds since 1970; a list asked for earlier is not used
   * @returns what the cluster has of this kind, by namespace
   */
  list(ask: ListAsk, notBefore: number): Promise<Map<string, Live[]>>;
  /** How long the slowest of the latest lists took, in milliseconds. */
  slowestMs(): number;
  /** Lets go of everything seen: a thousand hubs take some room. */
  forget(): void;
};

/** @param now milliseconds since 1970 */
export function createClusterView(client: KubeClient, now: () => number): ClusterView {
  const seen = new Map<string, Seen>();
  const grouped = new WeakMap<Live[], Map<string, Live[]>>();
  return {
    async list(ask, notBefore) {
      const { kind, ...selectors } = ask;
      const key = JSON.stringify(ask);
      let latest = seen.get(key);
      if (latest === undefined || latest.asked < notBefore) {
        latest = { asked: now(), items: client.list(kind, selectors), tookMs: 0 };
        seen.set(key, latest);
        const mine = latest;
        // A failure is told to those who wait for it, and forgotten.
        mine.items.then(
          () => {
            mine.tookMs = now() - mine.asked;
          },
          () => {
            if (seen.get(key) === mine) seen.delete(key);
          },
        );
      }
      const items = await latest.items;
      let groups = grouped.get(items);
      if (groups === undefined) {
        groups = Map.groupBy(items, ({ metadata }) => metadata.namespace ?? metadata.name);
        grouped.set(items, groups);
      }
      return groups;
    },
    slowestMs: () => Math.max(0, ...[...seen.values()].map(({ tookMs }) => tookMs)),
    forget: () => seen.clear(),
  };
}
