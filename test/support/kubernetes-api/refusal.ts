/** What the API server answers instead of a success: a Status, as meta/v1 has it. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Record<string, string>;

  constructor(status: number, reason: string, message: string, more: { causes?: Cause[]; retryAfter?: number } = {}) {
    super(message);
    this.status = status;
    this.headers = more.retryAfter === undefined ? {} : { "retry-after": String(more.retryAfter) };
    this.body = {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message,
      reason,
      code: status,
      ...(more.causes === undefined ? {} : { details: { causes: more.causes } }),
    };
  }
}

export type Cause = { reason: string; message: string; field?: string };

export const notFound = (plural: string, name: string) => new Refusal(404, "NotFound", `${plural} "${name}" not found`);
export const invalid = (kind: string, name: string, field: string, message: string) =>
  new Refusal(422, "Invalid", `${kind} "${name}" is invalid: ${field}: ${message}`, {
    causes: [{ reason: "FieldValueInvalid", message, field }],
  });
