import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { type Controllers, startControllers } from "./controllers.ts";
import { invalid, notFound, Refusal } from "./refusal.ts";
import { apiVersionOf, discover, readPath, type Target } from "./resources.ts";
import { type Act, allows, demand, demandHeld, type Rule } from "./rights.ts";
import { isRecord } from "./schema.ts";
import { fieldTest, labelTest } from "./selectors.ts";
import { Store, type Stored } from "./store.ts";

/** What to do with requests instead of answering them. */
export type Fault = {
  /** Which requests; left out, any. */
  when?: (method: string, path: string) => boolean;
  /** How often; then it is over. */
  times: number;
  /** A status to answer with, a connection cut before or within the answer, or milliseconds to wait first. */
  how: { status: number; retryAfter?: number } | "cut" | "cut-within" | { waitMs: number };
};

export type TestKubernetes = {
  url: string;
  token: string;
  store: Store;
  controllers: Controllers;
  /** Acts asked for so far, refused ones included. */
  acts: (Act & { method: string; path: string })[];
  /** Connections opened so far. */
  connections(): number;
  /** Lets another account in, with these rights. */
  addAccount(token: string, rules: readonly Rule[]): void;
  /** Rules of the token; null makes it an administrator. */
  setRules(rules: readonly Rule[] | null): void;
  fail(fault: Fault): void;
  close(): Promise<void>;
};

const reviews = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

/**
 * A Kubernetes API server for tests, on a real socket: strict where the real one is, for what hubs need of it. Nothing
 * runs in it; its controllers only say so.
 */
export async function startTestKubernetes(): Promise<TestKubernetes> {
  const store = new Store();
  const controllers = startControllers(store);
  const token = "token-of-the-portal";
  const faults: Fault[] = [];
  const acts: TestKubernetes["acts"] = [];
  const accounts = new Map<string, readonly Rule[] | null>([[token, null]]);
  let connections = 0;

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  server.on("connection", () => {
    connections++;
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const method = request.method ?? "GET";
    const address = new URL(request.url ?? "/", "http://cluster");
    const fault = faults.find(({ times, when }) => times > 0 && (when?.(method, address.pathname) ?? true));
    if (fault !== undefined) {
      fault.times--;
      if (fault.how === "cut") return void response.destroy();
      if (fault.how !== "cut-within" && "waitMs" in fault.how) await pause(fault.how.waitMs);
    }
    try {
      if (fault !== undefined && typeof fault.how === "object" && "status" in fault.how) {
        const { status, retryAfter } = fault.how;
        throw new Refusal(status, "Test", "as the test asked", retryAfter === undefined ? {} : { retryAfter });
      }
      const rules = accounts.get(request.headers.authorization?.replace(/^Bearer /, "") ?? "");
      if (rules === undefined) throw new Refusal(401, "Unauthorized", "Unauthorized");
      const body = readBody(Buffer.concat(chunks).toString("utf8"));
      if (method === "GET" && /^(1|true)$/i.test(address.searchParams.get("watch") ?? "")) {
        watch(response, rules, address);
        return;
      }
      const before = store.created;
      const answer = JSON.stringify(handle(rules, method, address, request.headers, body));
      response.statusCode = store.created > before && method !== "DELETE" ? 201 : 200;
      response.setHeader("content-type", "application/json");
      if (fault?.how === "cut-within") {
        response.setHeader("content-length", String(Buffer.byteLength(answer)));
        response.write(answer.slice(0, answer.length / 2), () => response.destroy());
        return;
      }
      response.end(answer);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      response.writeHead(error.status, { "content-type": "application/json", ...error.headers });
      response.end(JSON.stringify(error.body));
    }
  }

  /** Tells what changes, until the time that was asked for is over; objects as they are first, without a version. */
  function watch(response: ServerResponse, rules: readonly Rule[] | null, address: URL): void {
    const target = readPath(address.pathname);
    if (target === undefined) throw new Refusal(404, "NotFound", "the server could not find the requested resource");
    const { resource } = target;
    demand(rules, { verb: "watch", group: resource.group, resource: resource.plural });
    const { searchParams: query } = address;
    const since = Number(query.get("resourceVersion") ?? 0);
    const told = new Map<string, Stored>();
    if (since > 0 && since < store.forgotten) {
      const message = `too old resource version: ${since} (${store.forgotten})`;
      const object = new Refusal(410, "Expired", message).body;
      response.writeHead(200, { "content-type": "application/json" });
      response.end(`${JSON.stringify({ type: "ERROR", object })}\n`);
      return;
    }
    const tell = (type: string, object: unknown) => response.write(`${JSON.stringify({ type, object })}\n`);
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    let first = true;
    const look = () => {
      const now = new Map(chosen(target, query).map((object) => [object.metadata.uid, object]));
      for (const [uid, object] of now) {
        const before = told.get(uid)?.metadata.resourceVersion;
        const { resourceVersion } = object.metadata;
        told.set(uid, structuredClone(object));
        if (before === resourceVersion || (first && Number(resourceVersion) <= since)) continue;
        tell(before === undefined ? "ADDED" : "MODIFIED", object);
      }
      for (const [uid, object] of told) {
        if (now.has(uid)) continue;
        told.delete(uid);
        tell("DELETED", object);
      }
      first = false;
    };
    look();
    store.watchers.add(look);
    const end = setTimeout(
      () => {
        look();
        if (query.get("allowWatchBookmarks") === "true") {
          const { kind } = resource;
          tell("BOOKMARK", { kind, apiVersion: apiVersionOf(resource), metadata: { resourceVersion: store.version } });
        }
        response.end();
      },
      Number(query.get("timeoutSeconds") ?? 60) * 1000,
    );
    response.on("close", () => {
      store.watchers.delete(look);
      clearTimeout(end);
    });
  }

  function handle(
    rules: readonly Rule[] | null,
    method: string,
    address: URL,
    headers: IncomingMessage["headers"],
    body: Record<string, unknown>,
  ): unknown {
    const contentType = headers["content-type"] ?? "";
    const { pathname: path, searchParams: query } = address;
    const note = (verb: string, group: string, resource: string) => acts.push({ verb, group, resource, method, path });
    if (path === "/version") return { major: "1", minor: "34", gitVersion: "v1.34.0" };
    if (path === reviews && method === "POST") {
      note("create", "authorization.k8s.io", "selfsubjectaccessreviews");
      const { verb, group = "", resource } = Object(Object(body.spec).resourceAttributes) as Act;
      return { ...body, status: { allowed: allows(rules, { verb, group, resource }) } };
    }
    const described = method === "GET" ? discover(path) : undefined;
    if (described !== undefined) return described;
    const target = readPath(path);
    if (target === undefined) throw new Refusal(404, "NotFound", "the server could not find the requested resource");
    const { resource, namespace, name } = target;
    const may = (verb: string) => {
      note(verb, resource.group, resource.plural);
      demand(rules, { verb, group: resource.group, resource: resource.plural });
    };
    if (method === "GET" && name === undefined) {
      may("list");
      const list = listOf(target, query);
      return headers.accept === metadataList ? metadataOnly(list) : list;
    }
    if (method === "GET" && name !== undefined) {
      may("get");
      return one(target, name);
    }
    if (method === "POST" && name === undefined) {
      may("create");
      guardGrants(rules, target, body);
      return store.create(target, body, { manager: query.get("fieldManager") ?? "create", strict: isStrict(query) });
    }
    if (method === "PATCH" && name !== undefined) {
      may("patch");
      guardGrants(rules, target, body);
      const manager = query.get("fieldManager");
      if (contentType.startsWith("application/merge-patch+json")) {
        return store.merge(target, name, body, { manager: manager ?? "edit", strict: isStrict(query) });
      }
      if (!contentType.startsWith("application/apply-patch+yaml")) {
        throw new Refusal(
          415,
          "UnsupportedMediaType",
          `the body of the request was in an unknown format: ${contentType}`,
        );
      }
      if (!manager) throw invalid("PatchOptions", "", "fieldManager", "Required value: is required for apply patch");
      if (store.find(resource.kind, name, namespace) === undefined) may("create");
      return store.apply(target, name, body, {
        manager,
        strict: isStrict(query),
        force: query.get("force") === "true",
      });
    }
    if (method === "DELETE") return removeBy(target, query, body, may);
    throw new Refusal(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
  }

  const one = ({ resource, namespace }: Target, name: string) => {
    const found = store.find(resource.kind, name, namespace);
    if (found === undefined) throw notFound(resource.plural, name);
    return found;
  };
  const chosen = ({ resource, namespace }: Target, query: URLSearchParams) => {
    const byLabel = labelTest(query.get("labelSelector"));
    const byField = fieldTest(resource.kind, query.get("fieldSelector"));
    return store.list(resource.kind, namespace).filter((object) => byLabel(object) && byField(object));
  };

  function listOf(target: Target, query: URLSearchParams) {
    const { resource } = target;
    const limit = Number(query.get("limit") ?? 0);
    const from = Number(query.get("continue") ?? 0);
    // Items of a list name neither kind nor version, as in the real server's answers.
    const all = chosen(target, query).map(({ kind: _kind, apiVersion: _version, ...item }) => item);
    const items = limit > 0 ? all.slice(from, from + limit) : all;
    const more = from + items.length < all.length ? { continue: String(from + items.length) } : {};
    const metadata = { resourceVersion: store.version, ...more };
    return { kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource), metadata, items };
  }

  function removeBy(
    target: Target,
    query: URLSearchParams,
    body: Record<string, unknown>,
    may: (verb: string) => void,
  ) {
    const { resource, name } = target;
    const propagation = String(body.propagationPolicy ?? query.get("propagationPolicy") ?? "Background");
    if (name !== undefined) {
      may("delete");
      const object = one(target, name);
      if (resource.kind === "Namespace" && object.metadata.deletionTimestamp !== undefined) {
        throw new Refusal(409, "Conflict", "the system is ensuring all content is removed from this namespace");
      }
      return store.remove(object, propagation);
    }
    if (target.namespace === undefined) throw new Refusal(405, "MethodNotAllowed", "not over all namespaces");
    may("deletecollection");
    for (const object of chosen(target, query)) store.remove(object, propagation);
    return { kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource), metadata: {}, items: [] };
  }

  function guardGrants(
    rules: readonly Rule[] | null,
    { resource, namespace }: Target,
    body: Record<string, unknown>,
  ): void {
    if (resource.kind === "Role") demandHeld(rules, body.rules);
    if (resource.kind !== "RoleBinding") return;
    const { name } = Object(body.roleRef) as { name: string };
    const role = store.find("Role", name, namespace);
    // Whoever may grant anything is not asked what the role holds.
    if (role === undefined && rules !== null) throw notFound("roles.rbac.authorization.k8s.io", name);
    demandHeld(rules, role?.rules);
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    token,
    store,
    controllers,
    acts,
    connections: () => connections,
    setRules(given) {
      accounts.set(token, given);
    },
    addAccount(other, given) {
      accounts.set(other, given);
    },
    fail(fault) {
      faults.push(fault);
    },
    async close() {
      controllers.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const metadataList = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

function metadataOnly(list: { metadata: unknown; items: { metadata: unknown }[] }): unknown {
  const [apiVersion, kind] = ["meta.k8s.io/v1", "PartialObjectMetadata"];
  const items = list.items.map(({ metadata }) => ({ kind, apiVersion, metadata }));
  // The real one, too, has null for none here, and only here.
  return { kind: `${kind}List`, apiVersion, metadata: list.metadata, items: items.length === 0 ? null : items };
}

const isStrict = (query: URLSearchParams) => query.get("fieldValidation") === "Strict";

function readBody(text: string): Record<string, unknown> {
  if (text === "") return {};
  try {
    const body: unknown = JSON.parse(text);
    if (isRecord(body)) return body;
  } catch {
    // Told below.
  }
  throw new Refusal(400, "BadRequest", "the object provided is unrecognized");
}
