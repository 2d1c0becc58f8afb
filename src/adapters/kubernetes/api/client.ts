import { setTimeout as pause } from "node:timers/promises";

import { z } from "zod";
import type { Log } from "../../../ports/log.ts";
import { type Kind, kinds, listPath, type Manifest, objectPath } from "../kinds.ts";
import { fieldManager } from "../names.ts";
import { closeConnections } from "./connect.ts";
import { type Aim, faultOfAnswer, faultOfSilence, hasStatus, KubeFault, notInSchema } from "./fault.ts";
import { HttpMethod, IsomorphicFetchHttpLibrary, type KubeConfig, RequestContext } from "./library.ts";
import { limitParallel } from "./limit-parallel.ts";

/** An object as the cluster has it. */
const liveSchema = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    labels: z.record(z.string(), z.string()).default({}),
    annotations: z.record(z.string(), z.string()).default({}),
    generation: z.number().optional(),
    creationTimestamp: z.string().optional(),
    deletionTimestamp: z.string().optional(),
  }),
});
const listSchema = z.looseObject({
  metadata: z.looseObject({ continue: z.string().optional() }).default({}),
  // Null for none, when names and labels alone were asked for (kube-apiserver 1.34).
  items: z
    .array(liveSchema)
    .nullable()
    .transform((items) => items ?? []),
});

export type Live = z.infer<typeof liveSchema>;

export type ClientOptions = {
  config: KubeConfig;
  log: Log;
  /** For one request, until its body is read. */
  timeoutMs?: number;
  /** Requests at the same time, at most. */
  parallel?: number;
  /** Requests for one call, at most. */
  attempts?: number;
  /** Before the second attempt; doubles with each further one. */
  firstPauseMs?: number;
};

/** Longest pause between two attempts; an API server that asks for more is asked again another time. */
const longestPauseMs = 10_000;

type Call = {
  aim: Aim;
  method: "GET" | "PATCH" | "POST" | "DELETE";
  path: string;
  query?: Record<string, string>;
  body?: unknown;
  contentType?: string;
  accept?: string;
};

/** Asks for names and labels alone (kubernetes.io/docs/reference/using-api/api-concepts, "Metadata-only fetches"). */
const metadataList = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

/**
 * The part of the Kubernetes API that hubs need. Requests are made by hand: the library's typed calls lose fields of
 * network policies and limit ranges (facts: jupyterhub-kubernetes, finding 2) and have no time limit. All calls may be
 * repeated, and are when the server is busy or the connection breaks. All throw `KubeFault`.
 */
export type KubeClient = ReturnType<typeof createKubeClient>;

export function createKubeClient(options: ClientOptions) {
  const { config, log, timeoutMs = 30_000, attempts = 4, firstPauseMs = 250 } = options;
  const inTurn = limitParallel(options.parallel ?? 8);
  const transport = new IsomorphicFetchHttpLibrary();
  const methods = {
    GET: HttpMethod.GET,
    PATCH: HttpMethod.PATCH,
    POST: HttpMethod.POST,
    DELETE: HttpMethod.DELETE,
  };

  async function attempt(call: Call): Promise<unknown> {
    const { aim, method, path } = call;
    const server = config.getCurrentCluster()?.server.replace(/\/+$/, "") ?? "";
    const context = new RequestContext(server + path, methods[method]);
    for (const [name, value] of Object.entries(call.query ?? {})) context.setQueryParam(name, value);
    context.setHeaderParam("Accept", call.accept ?? "application/json");
    if (call.body !== undefined) {
      context.setHeaderParam("Content-Type", call.contentType ?? "application/json");
      context.setBody(JSON.stringify(call.body));
    }
    let status: number;
    let text: string;
    let retryAfter: string | undefined;
    try {
      await config.applySecurityAuthentication(context);
    } catch {
      // What it says may quote a credential.
      throw new KubeFault("The portal's credentials for the cluster cannot be used. Check KUBECONFIG.", {
        status: null,
        transient: true,
      });
    }
    try {
      context.setSignal(AbortSignal.timeout(timeoutMs));
      const answer = await transport.send(context).toPromise();
      status = answer.httpStatusCode;
      retryAfter = answer.headers["retry-after"];
      text = await answer.body.text();
    } catch (error) {
      throw faultOfSilence(aim, error, timeoutMs);
    }
    if (status < 200 || status >= 300) throw faultOfAnswer(aim, status, text, retryAfter);
    try {
      return JSON.parse(text);
    } catch {
      throw new KubeFault(`The cluster did not ${aim.verb} ${aim.what}: its answer was cut off or is no JSON.`, {
        status: null,
        transient: true,
      });
    }
  }

  const perform = (call: Call): Promise<unknown> =>
    inTurn(async () => {
      for (let tries = 1; ; tries++) {
        try {
          return await attempt(call);
        } catch (error) {
          if (!(error instanceof KubeFault)) throw error;
          const facts = { method: call.method, path: call.path, status: error.status, reason: error.reason, tries };
          const grown = Math.min(firstPauseMs * 2 ** (tries - 1), longestPauseMs);
          const wait = Math.max(grown * (0.5 + Math.random() / 2), error.waitMs);
          if (tries >= attempts || !mayRepeat(error) || wait > longestPauseMs) {
            if (error.status !== 404) log.warn(facts, "a call to the cluster failed");
            throw error;
          }
          log.info(facts, "a call to the cluster is tried again");
          await pause(wait);
        }
      }
    });

  function read<T>(schema: z.ZodType<T>, aim: Aim, answer: unknown): T {
    const result = schema.safeParse(answer);
    if (result.success) return result.data;
    throw new KubeFault(`The cluster's answer is not as expected when asked to ${aim.verb} ${aim.what}.`, {
      status: null,
      transient: false,
    });
  }
  const aimOf = (verb: string, kind: Kind, name?: string, namespace?: string): Aim => ({
    verb,
    what: `${kind}${name === undefined ? "s" : ` ${name}`}${namespace === undefined ? "" : ` in ${namespace}`}`,
    secret: kind === "Secret",
  });

  return {
    timeoutMs,

    /** Makes an object be as the manifest says, whoever else has set its fields; unknown fields are refused. */
    async apply(manifest: Manifest): Promise<Live> {
      const { name, namespace } = manifest.metadata;
      const aim = aimOf("set up", manifest.kind, name, namespace);
      const answer = await perform({
        aim,
        method: "PATCH",
        path: objectPath(manifest.kind, name, namespace),
        query: { fieldManager, force: "true", fieldValidation: "Strict" },
        body: manifest,
        // The name of server-side apply; JSON is YAML.
        contentType: "application/apply-patch+yaml",
      });
      return read(liveSchema, aim, answer);
    },

    /** Reads an object; null when there is none. */
    async get(kind: Kind, name: string, namespace?: string): Promise<Live | null> {
      const aim = aimOf("show", kind, name, namespace);
      try {
        return read(liveSchema, aim, await perform({ aim, method: "GET", path: objectPath(kind, name, namespace) }));
      } catch (error) {
        if (hasStatus(error, 404)) return null;
        throw error;
      }
    },

    /** Reads all objects of a kind, in one namespace or over all. */
    async list(
      kind: Kind,
      where: { namespace?: string; labelSelector?: string; fieldSelector?: string; metadataOnly?: boolean } = {},
    ): Promise<Live[]> {
      const { namespace, metadataOnly = false, ...selectors } = where;
      const accept = metadataOnly ? metadataList : "application/json";
      const aim = aimOf("list", kind, undefined, namespace);
      const items: Live[] = [];
      let next: string | undefined;
      do {
        const query = { ...selectors, ...(next === undefined ? {} : { continue: next }) };
        const page = read(
          listSchema,
          aim,
          await perform({ aim, method: "GET", path: listPath(kind, namespace), query, accept }),
        );
        items.push(...page.items);
        next = page.metadata.continue || undefined;
      } while (next !== undefined);
      return items;
    },

    /** Deletes an object, and by and by what belongs to it; nothing happens when it is gone. */
    async remove(kind: Kind, name: string, namespace?: string): Promise<void> {
      const path = objectPath(kind, name, namespace);
      const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: "Background" };
      try {
        await perform({ aim: aimOf("remove", kind, name, namespace), method: "DELETE", path, body });
      } catch (error) {
        // 409: the namespace is being removed already.
        if (!hasStatus(error, 404) && !(kind === "Namespace" && hasStatus(error, 409))) throw error;
      }
    },

    /** Deletes all objects of a kind in a namespace that the selector takes in. */
    async removeAll(kind: Kind, namespace: string, labelSelector: string): Promise<void> {
      await perform({
        aim: aimOf("remove", kind, undefined, namespace),
        method: "DELETE",
        path: listPath(kind, namespace),
        query: { labelSelector },
        body: { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: "Background" },
      });
    },

    /** Reads something else, as it is. */
    raw: (what: string, path: string): Promise<unknown> =>
      perform({ aim: { verb: "show", what, secret: false }, method: "GET", path }),

    /** Whether the portal's account may do something (SelfSubjectAccessReview). */
    async mayI(verb: string, kind: Kind): Promise<boolean> {
      const { base, plural } = kinds[kind];
      const group = base.split("/")[2] === "v1" ? "" : (base.split("/")[2] ?? "");
      const answer = await perform({
        aim: { verb: "say", what: "what the portal may do", secret: false },
        method: "POST",
        path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
        body: {
          apiVersion: "authorization.k8s.io/v1",
          kind: "SelfSubjectAccessReview",
          spec: { resourceAttributes: { verb, group, resource: plural } },
        },
      });
      return z.looseObject({ status: z.looseObject({ allowed: z.boolean() }) }).parse(answer).status.allowed;
    },

    close: () => closeConnections(config),
  };
}

/** A request that timed out is not repeated at once: whoever waits has waited long enough. */
function mayRepeat(error: KubeFault): boolean {
  if (error.reason === "Timeout" || error.reason === notInSchema) return false;
  if (error.status === 409) return error.reason === "Conflict";
  return error.status === null || error.status === 429 || error.status >= 500;
}
