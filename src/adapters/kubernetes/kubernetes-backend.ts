import { Unavailable } from "../../domain/errors.ts";
import type { BackendReadiness, HubBackend, HubObservation, HubSpec } from "../../ports/hub-backend.ts";
import type { Log } from "../../ports/log.ts";
import { createKubeClient } from "./api/client.ts";
import { type ClusterChoice, loadCluster } from "./api/connect.ts";
import { createClusterView } from "./api/view.ts";
import { applyHub } from "./apply-hub.ts";
import { createBentObjects } from "./bent-objects.ts";
import { findDrift } from "./find-drift.ts";
import { findStrays } from "./find-strays.ts";
import { addressOf } from "./names.ts";
import { observeHub } from "./observe-hub.ts";
import type { Parts } from "./parts.ts";
import type { Platform } from "./platform.ts";
import { eraseHub, removeHub } from "./remove-hub.ts";

export type KubernetesBackendOptions = {
  cluster: ClusterChoice;
  platform: Platform;
  log: Log;
  /** For one request to the cluster, in milliseconds. */
  timeoutMs?: number;
  /** Requests to the cluster at the same time, at most. */
  parallel?: number;
  /** Before a failed request is repeated, in milliseconds. */
  firstPauseMs?: number;
  /** How long something seen counts as seen just now, in milliseconds; 0 looks every time. */
  freshForMs?: number;
  /** For hubs' public addresses. */
  fetch?: typeof fetch;
  /** Milliseconds since 1970. */
  now?: () => number;
};

/** Of the time, at most one part in so many is spent on listing what hubs that come up look like. */
const listShare = 4;
/** How long the cluster counts as ready once it answered, and as away once it did not. */
const readyForMs = 30_000;
const awayForMs = 5000;

/**
 * Hubs on a Kubernetes cluster, one namespace each. Holds nothing that matters: everything is read from the cluster,
 * so a portal that was down, or whose database was restored, goes on where things are.
 * @throws Unavailable when no cluster is set
 */
export function createKubernetesBackend(options: KubernetesBackendOptions): HubBackend {
  const { platform, log, now = Date.now, freshForMs = 1500 } = options;
  const { timeoutMs = 30_000, parallel = 8, firstPauseMs = 250 } = options;
  const config = loadCluster(options.cluster);
  const client = createKubeClient({ config, log, timeoutMs, parallel, firstPauseMs });
  const view = createClusterView(client, now);
  const parts: Parts = { client, view, platform, log, bent: createBentObjects(), now, fetch: options.fetch ?? fetch };

  /** When each hub was last changed from here: what was seen before says nothing about it. */
  const changedAt = new Map<string, number>();
  const looks = new Map<string, { at: number; seen: Promise<HubObservation> }>();
  let known: { until: number; readiness: Promise<BackendReadiness> } | null = null;
  const changing = async <T>(hubId: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } finally {
      changedAt.set(hubId, now() + 1);
      looks.delete(hubId);
    }
  };
  const askReadiness = async (): Promise<BackendReadiness> => {
    try {
      await client.raw("its version", "/version");
      return { ready: true };
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      return { ready: false, reason: error.sentence, final: false };
    }
  };
  const forget = (hubId: string) => {
    changedAt.delete(hubId);
    looks.delete(hubId);
  };

  return {
    name: "kubernetes",
    addressPattern: addressOf({ id: "", slug: "SLUG" }, platform).url,
    address: async (hub) => addressOf(hub, platform),

    readiness(): Promise<BackendReadiness> {
      // All hubs ask, several times a second each while they come up: the cluster is asked once.
      if (known !== null && now() < known.until) return known.readiness;
      const asked = { until: Number.POSITIVE_INFINITY, readiness: askReadiness() };
      known = asked;
      asked.readiness.then(
        ({ ready }) => {
          asked.until = now() + (ready ? readyForMs : awayForMs);
        },
        () => {
          known = null;
        },
      );
      return asked.readiness;
    },

    apply: (spec) => changing(spec.id, () => applyHub(parts, spec)),

    observe(spec: HubSpec) {
      const last = looks.get(spec.id);
      // The reconciler asks several times a second; the cluster need not be. Large ones take their time to be listed.
      const freshFor = freshForMs === 0 ? 0 : Math.max(freshForMs, view.slowestMs() * listShare);
      if (last !== undefined && now() - last.at < freshFor) return last.seen;
      const changed = changedAt.get(spec.id) ?? 0;
      // What was changed just now is not up yet. Looking at once would have the whole cluster listed for each of a
      // hundred hubs that start together; a moment later one look does for all of them.
      if (freshFor > 0 && now() - changed < freshFor) return Promise.resolve({ state: "starting", progress: null });
      const look = { at: now(), seen: observeHub(parts, spec, Math.max(now() - freshFor, changed)) };
      looks.set(spec.id, look);
      look.seen.then(
        ({ state }) => state === "healthy" && forget(spec.id),
        () => looks.delete(spec.id),
      );
      return look.seen;
    },

    drifted: (specs) => findDrift(parts, specs),
    strays: (known) => findStrays(parts, known),
    remove: (hub) => changing(hub.id, () => removeHub(parts, hub)),
    async eraseData(hub) {
      const done = await changing(hub.id, () => eraseHub(parts, hub));
      if (done) forget(hub.id);
      return done;
    },
    close: () => client.close(),
  };
}
