import type { z } from "zod";

/** An answer other than the wanted one. `body` is sent as JSON. */
export class ApiFault extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    super(`HTTP ${status}`);
    this.name = "ApiFault";
    this.status = status;
    this.body = body;
  }
}

export const forbidden = () => new ApiFault(403, { detail: "You do not have permission to perform this action." });

/** 404 for a thing, such as "Group"; without one, for something the caller may not see. */
export const notFound = (thing?: string) =>
  new ApiFault(404, { detail: thing ? `No ${thing} matches the given query.` : "Not found." });

/** 400 about one field. */
export const invalid = (field: string, ...messages: string[]) => new ApiFault(400, { [field]: messages });

/**
 * Checks a body.
 * @param partial true for PATCH: what is left out is not missing
 * @throws ApiFault 400 with Authentik's sentences by field
 */
export function checkBody<T extends z.ZodObject>(schema: T, body: unknown, partial: false): z.infer<T>;
export function checkBody<T extends z.ZodObject>(schema: T, body: unknown, partial: boolean): Partial<z.infer<T>>;
export function checkBody(schema: z.ZodObject, body: unknown, partial: boolean): unknown {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    const got = Array.isArray(body) ? "list" : typeof body === "string" ? "str" : typeof body;
    throw invalid("non_field_errors", `Invalid data. Expected a dictionary, but got ${got}.`);
  }
  const result = (partial ? schema.partial() : schema).safeParse(body);
  if (!result.success) throw new ApiFault(400, errorsByField(result.error.issues));
  return result.data;
}

/** `{field: [sentence]}`; for lists of objects `{field: [{}, {field: [sentence]}]}`. */
function errorsByField(issues: readonly z.core.$ZodIssue[]): Record<string, unknown> {
  const errors: Record<string, unknown> = {};
  for (const issue of issues) {
    const [field = "non_field_errors", index, inner] = issue.path;
    const name = String(field);
    if (typeof index === "number" && inner !== undefined) {
      const items = (Array.isArray(errors[name]) ? errors[name] : []) as Record<string, string[]>[];
      while (items.length <= index) items.push({});
      const item = items[index] ?? {};
      item[String(inner)] = [...(item[String(inner)] ?? []), issue.message];
      errors[name] = items;
    } else {
      errors[name] = [...((errors[name] as string[] | undefined) ?? []), issue.message];
    }
  }
  return errors;
}
