import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What goes wrong with one request. */
export type Fault =
  /** An answer instead of the real one. */
  | { kind: "answer"; status: number; body?: string; headers?: Record<string, string> }
  /** The connection breaks before the request gets through. */
  | { kind: "cut" }
  /** The request gets through, its answer does not. */
  | { kind: "cut-after" }
  /** No answer ever. */
  | { kind: "never" }
  /** Gets through, with a header of the answer left out. */
  | { kind: "without-header"; name: string };

export type Seen = { method: string; path: string };

export type FaultyProxy = {
  url: string;
  /** Every request, in order. */
  seen: Seen[];
  /** Says what goes wrong with a request; null lets it through. `number` counts from 1. */
  fault: (request: Seen, number: number) => Fault | null | Promise<null>;
  /** Is told the remote port of the connection that each request comes on. */
  watch: (port: number) => void;
  close(): Promise<void>;
};

/** Stands between the adapter and a server, and breaks what it is told to. */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const proxy: FaultyProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: [],
    fault: () => null,
    watch: () => {},
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = ""] = (request.url ?? "").split("?");
    const seen = { method: request.method ?? "", path: path.replace("/api/v3", "") };
    proxy.seen.push(seen);
    proxy.watch(request.socket.remotePort ?? 0);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const fault = await proxy.fault(seen, proxy.seen.length);
    if (fault?.kind === "never") return;
    if (fault?.kind === "cut") {
      request.socket.destroy();
      return;
    }
    if (fault?.kind === "answer") {
      response.writeHead(fault.status, { "content-type": "application/json", ...fault.headers });
      response.end(fault.body ?? JSON.stringify({ detail: "made up" }));
      return;
    }
    const answer = await fetch(target + request.url, {
      method: seen.method,
      headers: {
        ...(request.headers.authorization ? { authorization: request.headers.authorization } : {}),
        "content-type": request.headers["content-type"] ?? "application/json",
      },
      ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
    });
    const body = Buffer.from(await answer.arrayBuffer());
    if (fault?.kind === "cut-after") {
      request.socket.destroy();
      return;
    }
    const headers = Object.fromEntries(
      ["content-type", "x-authentik-id"]
        .map((name) => [name, answer.headers.get(name)] as const)
        .filter(([name, value]) => value !== null && !(fault?.kind === "without-header" && fault.name === name)),
    );
    response.writeHead(answer.status, headers as Record<string, string>);
    response.end(body);
  }

  return proxy;
}
