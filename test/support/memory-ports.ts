import type { PortBook } from "../../src/adapters/local/port-book.ts";
import { freePorts } from "./free-ports.ts";

/** A port book for one test, on ports that were free a moment ago. */
export async function memoryPorts(hubs = 10): Promise<PortBook> {
  const base = await freePorts(hubs * 3);
  const ids: string[] = [];
  return {
    async portsOf(hubId) {
      if (!ids.includes(hubId)) ids.push(hubId);
      const first = base + ids.indexOf(hubId) * 3;
      return { public: first, hub: first + 1, proxyApi: first + 2 };
    },
    async forget() {},
  };
}
