import type { Knex } from "knex";
import { Unavailable } from "../../domain/errors.ts";
import type { PortBook } from "../local/port-book.ts";

const portsPerHub = 3;
const slots = 1000;

/**
 * Which ports a local hub has: three in a row, the same from its first start to its erasure.
 * @param base setting LOCAL_PORT_BASE
 */
export function createPortBook(knex: Knex, base: number): PortBook {
  const slotOf = async (hubId: string): Promise<number | undefined> =>
    (await knex("local_ports").where({ hub_id: hubId }).first("slot"))?.slot;
  return {
    async portsOf(hubId) {
      let slot = await slotOf(hubId);
      // Two may look for a free slot at once; the unique rule lets one have it, and the other looks again.
      while (slot === undefined) {
        const taken = new Set<number>(await knex("local_ports").pluck("slot"));
        let free = 0;
        while (taken.has(free)) free++;
        if (free >= slots) throw new Unavailable("All ports for local hubs are taken.", { transient: false });
        await knex("local_ports").insert({ hub_id: hubId, slot: free }).onConflict().ignore();
        slot = await slotOf(hubId);
      }
      const first = base + slot * portsPerHub;
      return { public: first, hub: first + 1, proxyApi: first + 2 };
    },
    async forget(hubId) {
      await knex("local_ports").where({ hub_id: hubId }).delete();
    },
  };
}
