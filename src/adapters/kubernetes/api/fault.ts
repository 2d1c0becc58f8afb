import { z } from "zod";
import { Unavailable } from "../../../domain/errors.ts";

/** What the API server says when it refuses (k8s.io/apimachinery, meta/v1 Status). */
const statusSchema = z.looseObject({
  message: z.string().default(""),
  reason: z.string().default(""),
  details: z
    .looseObject({
      causes: z
        .array(
          z.looseObject({
            reason: z.string().default(""),
            message: z.string().default(""),
            field: z.string().default(""),
          }),
        )
        .default([]),
      retryAfterSeconds: z.number().optional(),
    })
    .default({ causes: [] }),
});

export type KubeStatus = z.infer<typeof statusSchema>;

/** The API server refused, or did not answer. Its sentence holds no secret. */
export class KubeFault extends Unavailable {
  /** HTTP status; null without an answer. */
  readonly status: number | null;
  /** Kubernetes' word for it, such as `AlreadyExists`. */
  readonly reason: string;
  /** Milliseconds that the server asked to wait. */
  readonly waitMs: number;

  constructor(
    sentence: string,
    options: { status: number | null; reason?: string; waitMs?: number; transient: boolean },
  ) {
    super(sentence, { transient: options.transient });
    this.status = options.status;
    this.reason = options.reason ?? "";
    this.waitMs = options.waitMs ?? 0;
  }
}

export const hasStatus = (error: unknown, ...statuses: number[]): error is KubeFault =>
  error instanceof KubeFault && error.status !== null && statuses.includes(error.status);

/** Our word for it: the quota is so new that nobody has counted yet what it leaves. */
export const quotaUncounted = "QuotaUncounted";

/** Our word for it: the quota leaves no room. */
export const quotaFull = "QuotaFull";

/** Our word for it: this volume can never be made larger, because of its storage class. */
export const volumeFixed = "VolumeFixed";

/** Our word for it: the cluster does not know a field, being too old. It says so as a fault of its own (500). */
export const notInSchema = "NotInSchema";
const untyped = /failed to (create typed patch|convert new) object/;

/** What was tried: `change Deployment hub in jhaas-x`. */
export type Aim = { verb: string; what: string; secret: boolean };

/** Takes an answer that is not a success; returns the fault that it stands for. */
export function faultOfAnswer(aim: Aim, status: number, body: string, retryAfter: string | undefined): KubeFault {
  const said = readStatus(body);
  const seconds = Number(retryAfter ?? said.details.retryAfterSeconds ?? 0);
  const uncounted = status === 403 && /status unknown for quota/.test(said.message);
  const unknown = status === 500 && untyped.test(said.message);
  const full = status === 403 && /exceeded quota/.test(said.message);
  const fixed = status === 403 && /pvc can be resized/.test(said.message);
  const terminating = said.details.causes.some(({ reason }) => reason === "NamespaceTerminating");
  return new KubeFault(`The cluster did not ${aim.verb} ${aim.what}: ${wordsFor(aim, status, said, terminating)}`, {
    status,
    reason: unknown ? notInSchema : uncounted ? quotaUncounted : full ? quotaFull : fixed ? volumeFixed : said.reason,
    waitMs: Number.isFinite(seconds) ? seconds * 1000 : 0,
    transient: status === 429 || (status >= 500 && !unknown) || status === 409 || terminating || uncounted,
  });
}

/** Takes what fetch threw; returns the fault that it stands for. */
export function faultOfSilence(aim: Aim, error: unknown, timeoutMs: number): KubeFault {
  const late = error instanceof Error && (error.name === "TimeoutError" || error.name === "AbortError");
  const why = late
    ? `it did not answer within ${Math.round(timeoutMs / 100) / 10} seconds.`
    : `it cannot be reached (${codeOf(error)}).`;
  return new KubeFault(`The cluster did not ${aim.verb} ${aim.what}: ${why}`, {
    status: null,
    reason: late ? "Timeout" : "",
    transient: true,
  });
}

/** The system's short word for a broken connection, such as ECONNREFUSED; never the error's own text. */
export function codeOf(error: unknown): string {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const code = "code" in at ? at.code : undefined;
    if (typeof code === "string" && /^[A-Z][A-Z0-9_]+$/.test(code)) return code;
  }
  return "connection broken";
}

function readStatus(body: string): KubeStatus {
  try {
    const read = statusSchema.safeParse(JSON.parse(body));
    if (read.success) return read.data;
  } catch {
    // Proxies and aggregated servers answer in plain text.
  }
  return { message: body.slice(0, 200), reason: "", details: { causes: [] } };
}

function wordsFor(aim: Aim, status: number, said: KubeStatus, terminating: boolean): string {
  if (terminating) return "the namespace is being removed. It is tried again when it is gone.";
  if (status === 401) return "it does not accept the portal's credentials. Check KUBECONFIG or the service account.";
  if (status === 403 && /status unknown for quota/.test(said.message)) {
    return "the cluster has not counted yet what the quota leaves.";
  }
  if (status === 403 && /exceeded quota/.test(said.message)) {
    return `the quota is used up (${said.message.replace(/^.*exceeded quota: /s, "")}).`;
  }
  if (status === 403) return "the portal has no right to. Apply deploy/kubernetes again, or run npm run doctor.";
  if (status === 404) return "there is no such thing.";
  if (status === 409) return "somebody else changed it at the same moment.";
  if (status === 429) return "the cluster is too busy.";
  if (status === 500 && untyped.test(said.message)) {
    // The field alone: what follows it may quote what was sent.
    const field = /(\.\S+): /.exec(said.message)?.[1] ?? "one of its fields";
    return `this version of Kubernetes does not take ${field}. Update the cluster, or run npm run doctor.`;
  }
  if (status >= 500) return `the cluster has a fault of its own (${status}).`;
  const fields = said.details.causes.map(({ field, message }) => (aim.secret ? field : `${field}: ${message}`));
  // A message may quote what was sent, which for a Secret must not show.
  const detail = fields.length > 0 ? fields.join("; ") : aim.secret ? `${status}` : said.message;
  return `it was not accepted (${detail}).`;
}
