import { createServer, type Server } from "node:net";

/** Takes how many; returns ports in a row that were free a moment ago. For programs that cannot be told "any port". */
export async function freePorts(count: number): Promise<number> {
  for (;;) {
    const first = 20_000 + Math.floor(Math.random() * 20_000);
    const servers = await Promise.allSettled(Array.from({ length: count }, (_, offset) => take(first + offset)));
    for (const taken of servers) if (taken.status === "fulfilled") taken.value.close();
    if (servers.every((taken) => taken.status === "fulfilled")) return first;
  }
}

function take(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
