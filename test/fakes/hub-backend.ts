import type { BackendReadiness, HubBackend, HubObservation, HubSpec } from "../../src/ports/hub-backend.ts";

export type FakeHubBackend = HubBackend & {
  /** Hubs that are up, with the spec they were last given. */
  hubs: Map<string, { spec: HubSpec; state: HubObservation }>;
  /** Ids of hubs whose home folders exist. */
  homes: Set<string>;
  ready: BackendReadiness;
  /** What a hub looks like right after it was asked for. */
  afterApply: HubObservation;
};

/**
 * A place for hubs in memory.
 * @param before called with the name of each method that would go outside; may throw, or return a promise to wait for
 */
export function createFakeHubBackend(before: (call: string) => unknown = () => {}): FakeHubBackend {
  const hubs: FakeHubBackend["hubs"] = new Map();
  const homes = new Set<string>();
  const outside = async (call: string) => {
    await before(`backend.${call}`);
  };
  const backend: FakeHubBackend = {
    name: "local",
    addressPattern: "https://SLUG.hubs.example.org/",
    hubs,
    homes,
    ready: { ready: true },
    afterApply: { state: "healthy" },
    async readiness() {
      await outside("readiness");
      return backend.ready;
    },
    async address(hub) {
      const url = `https://${hub.slug}.hubs.example.org/`;
      return { url, callbackUrl: `${url}hub/oauth_callback`, apiUrl: `${url}hub/api` };
    },
    async apply(spec) {
      await outside("apply");
      homes.add(spec.id);
      hubs.set(spec.id, { spec, state: hubs.get(spec.id)?.state ?? backend.afterApply });
    },
    async observe(spec) {
      await outside("observe");
      return hubs.get(spec.id)?.state ?? { state: "absent" };
    },
    async drifted(specs) {
      await outside("drifted");
      return specs.filter((spec) => hubs.get(spec.id)?.state.state !== "healthy").map((spec) => spec.id);
    },
    async strays(known) {
      await outside("strays");
      const ids = new Set(known.map(({ id }) => id));
      const of = (id: string) => hubs.get(id)?.spec;
      return [...homes]
        .filter((id) => !ids.has(id))
        .map((id) => ({ where: `jhaas-${id}`, slug: of(id)?.slug ?? "", name: of(id)?.name ?? "", since: null }));
    },
    async remove(hub) {
      await outside("remove");
      hubs.delete(hub.id);
      return true;
    },
    async eraseData(hub) {
      await outside("eraseData");
      homes.delete(hub.id);
      return true;
    },
    async close() {},
  };
  return backend;
}
