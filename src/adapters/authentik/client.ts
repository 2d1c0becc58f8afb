import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import { type Aim, describeAnswer, describeSilence } from "./describe-fault.ts";
import { AuthentikFault } from "./fault.ts";

/** How long to wait and how often to try. All times in milliseconds. */
export type Timings = {
  /** For one request, until its body is read. */
  timeout: number;
  /** Requests at most for one call. */
  attempts: number;
  /** Pause before the second attempt; doubles with each further one. Half of it is left to chance. */
  firstPause: number;
  /** Longest pause; a longer `Retry-After` ends the call. */
  longestPause: number;
};

export const presetTimings: Timings = { timeout: 10_000, attempts: 3, firstPause: 250, longestPause: 5_000 };

export type ClientOptions = {
  /** Address of Authentik without `/api/v3`. */
  url: string;
  token: string;
  log: Log;
  clock: Clock;
  fetch?: typeof fetch;
  timings?: Partial<Timings>;
};

type Query = Record<string, string | number | boolean>;
type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * Authentik's API v3. Paths are those below `/api/v3`, with both slashes. Answers are checked; fields nobody asked
 * for are dropped. 429, faults of the server and broken connections are tried again with growing pauses, as far as
 * repeating does no harm. All methods throw `AuthentikFault`.
 */
export type Client = ReturnType<typeof makeClient>;

export function makeClient(options: ClientOptions) {
  const timings = { ...presetTimings, ...options.timings };
  const send = options.fetch ?? fetch;
  const base = `${options.url.replace(/\/+$/, "")}/api/v3`;

  type Call = { aim: Aim; method: Method; path: string; query?: Query; body?: Record<string, unknown>; once?: boolean };

  /** One request. Returns the parsed body, undefined for none. */
  async function attempt(call: Call): Promise<{ body: unknown }> {
    const { aim, method, path } = call;
    const fault = (sentence: string, status: number | null, transient: boolean, requestId: string | null = null) =>
      new AuthentikFault(sentence, { status, method, path, requestId, transient });
    const address = new URL(base + path);
    for (const [name, value] of Object.entries(call.query ?? {})) address.searchParams.set(name, String(value));

    let status: number;
    let headers: Headers;
    let text: string;
    try {
      const answer = await send(address, {
        method,
        // A redirect would lose the token or turn a POST into a GET.
        redirect: "manual",
        signal: AbortSignal.timeout(timings.timeout),
        headers: {
          authorization: `Bearer ${options.token}`,
          accept: "application/json",
          ...(call.body ? { "content-type": "application/json" } : {}),
        },
        ...(call.body ? { body: JSON.stringify(call.body) } : {}),
      });
      ({ status, headers } = answer);
      // Read to the end also when nobody wants it: only then is the connection used again.
      text = await answer.text();
    } catch (error) {
      // The error of fetch is not passed on: what it carries is not ours to vouch for.
      if (isTimeout(error)) {
        const seconds = Math.round(timings.timeout / 100) / 10;
        throw new TimedOut(describeSilence(aim, `it did not answer within ${seconds} seconds`), {
          ...{ status: null, method, path, requestId: null, transient: true },
        });
      }
      throw fault(describeSilence(aim, "it cannot be reached, or broke off the connection"), null, true);
    }

    const requestId = headers.get("x-authentik-id");
    const body = parse(text);
    if (status < 200 || status >= 300) {
      const transient = status === 429 || status >= 500;
      const sentence = describeAnswer(aim, status, body, [options.token, ...secretsIn(call.body)]);
      const wrong = fault(sentence, status, transient, requestId);
      retryAfter.set(wrong, pauseAsked(headers.get("retry-after"), options.clock.now()));
      throw wrong;
    }
    if (text !== "" && body === undefined) {
      // A page in between, such as that of a proxy or of maintenance, may go away again.
      throw fault(
        describeSilence(aim, "what answers at its address is not its API; check AUTHENTIK_URL"),
        status,
        true,
        requestId,
      );
    }
    return { body };
  }

  async function perform(call: Call): Promise<{ body: unknown }> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await attempt(call);
      } catch (error) {
        if (!(error instanceof AuthentikFault)) throw error;
        const { status, method, path, requestId } = error;
        const facts = { status, method, path, requestId, tries };
        const grown = Math.min(timings.firstPause * 2 ** (tries - 1), timings.longestPause);
        const wait = Math.max(grown * (0.5 + Math.random() / 2), retryAfter.get(error) ?? 0);
        if (tries >= timings.attempts || !mayRepeat(call, error) || wait > timings.longestPause) {
          // A refusal is often an answer that was asked for; 404 always is.
          if (status === 400 || status === 403) options.log.debug(facts, "Authentik refused a call");
          else if (status !== 404) options.log.warn(facts, "a call to Authentik failed");
          throw error;
        }
        options.log.warn(facts, "a call to Authentik is tried again");
        await pause(wait);
      }
    }
  }

  function checked<T>(call: Call, schema: z.ZodType<T>, body: unknown): T {
    const result = schema.safeParse(body);
    if (result.success) return result.data;
    const { method, path } = call;
    // Only where it deviates, not what it holds: an answer may hold secrets.
    const fields = result.error.issues.map((issue) => issue.path.join(".")).slice(0, 5);
    options.log.error({ method, path, fields }, "an answer of Authentik is not as its API describes it");
    throw new AuthentikFault(
      describeSilence(call.aim, "its answer is not as expected; its version may not be supported"),
      { status: null, method, path, requestId: null, transient: false },
    );
  }

  async function ask<T>(call: Call, schema: z.ZodType<T>): Promise<T> {
    const { body } = await perform(call);
    return checked(call, schema, body);
  }

  return {
    timings,

    /** Reads one thing. */
    get: <T>(aim: Aim, path: string, schema: z.ZodType<T>, query: Query = {}): Promise<T> =>
      ask({ aim, method: "GET", path, query }, schema),

    /** Reads all pages of a list. */
    async list<T>(aim: Aim, path: string, schema: z.ZodType<T>, query: Query = {}, atMost = Infinity): Promise<T[]> {
      const pageSchema = z.object({ pagination: z.object({ next: z.number() }), results: z.array(schema) });
      const found: T[] = [];
      let page = 1;
      do {
        const size = { page, page_size: Math.min(100, atMost) };
        const call: Call = { aim, method: "GET", path, query: { ...query, ...size } };
        let answer: z.infer<typeof pageSchema>;
        try {
          answer = await ask(call, pageSchema);
        } catch (error) {
          // The list became shorter while it was read.
          if (page > 1 && error instanceof AuthentikFault && error.status === 404) break;
          throw error;
        }
        found.push(...answer.results);
        page = answer.pagination.next;
      } while (page > 0 && found.length < atMost);
      return found.slice(0, atMost);
    },

    /** Makes something. Repeated only where it surely did not happen: whoever calls looks before trying again. */
    create: <T>(aim: Aim, path: string, body: Record<string, unknown>, schema: z.ZodType<T>): Promise<T> =>
      ask({ aim, method: "POST", path, body, once: true }, schema),

    /** Changes some fields of something. Not for bindings: there it fails (facts: authentik §1). */
    change: <T>(aim: Aim, path: string, body: Record<string, unknown>, schema: z.ZodType<T>): Promise<T> =>
      ask({ aim, method: "PATCH", path, body }, schema),

    /** A POST that may be repeated, such as adding a member. */
    async act(aim: Aim, path: string, body: Record<string, unknown>): Promise<void> {
      await perform({ aim, method: "POST", path, body });
    },

    /**
     * Asks an address outside the API, as anyone could: without the token. One attempt.
     * @param form sent as a POST when given
     * @returns status, headers and the parsed body (undefined when it is no JSON), or null without an answer
     */
    async askOpenly(address: string, form?: Record<string, string>) {
      try {
        const answer = await send(address, {
          redirect: "manual",
          signal: AbortSignal.timeout(timings.timeout),
          ...(form ? { method: "POST", body: new URLSearchParams(form) } : {}),
        });
        return { status: answer.status, headers: answer.headers, body: parse(await answer.text()) };
      } catch {
        return null;
      }
    },

    /** Deletes something; nothing happens when it is gone. */
    async remove(aim: Aim, path: string): Promise<void> {
      try {
        await perform({ aim, method: "DELETE", path });
      } catch (error) {
        if (!(error instanceof AuthentikFault && error.status === 404)) throw error;
      }
    },
  };
}

/** Not tried again within a call: the person who waits has waited long enough. */
class TimedOut extends AuthentikFault {}

function mayRepeat(call: { once?: boolean }, error: AuthentikFault): boolean {
  if (error.status === 429) return true;
  if (call.once || error instanceof TimedOut) return false;
  return error.transient && (error.status === null || error.status >= 500);
}

/** Milliseconds that an answer asked to wait. */
const retryAfter = new WeakMap<AuthentikFault, number>();

/** `Retry-After` is a number of seconds or a date (RFC 9110 §10.2.3). */
function pauseAsked(header: string | null, now: Date): number {
  if (header === null) return 0;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? 0 : Math.max(0, at - now.getTime());
}

function parse(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isTimeout = (error: unknown) => error instanceof Error && error.name === "TimeoutError";

function secretsIn(body: Record<string, unknown> | undefined): string[] {
  const secret = body?.client_secret;
  return typeof secret === "string" ? [secret] : [];
}
