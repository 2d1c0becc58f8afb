import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import formats from "ajv-formats";
import { parse } from "yaml";
import type { Version } from "../../src/embedded-authentik/versions.ts";

/** Checks calls against Authentik's published API description. Each answer is a list of what is wrong. */
export type ApiDescription = {
  /** Path, query and body of a request. Body fields that the version does not know are ignored, as Authentik does. */
  checkRequest(method: string, pathAndQuery: string, body: unknown): string[];
  /** Status and body of an answer. A success must hold exactly the fields that are described. */
  checkResponse(method: string, pathAndQuery: string, status: number, body: unknown): string[];
  /** The described path, such as `/core/groups/{group_uuid}/`; undefined for one that is not described. */
  pathOf(pathAndQuery: string): string | undefined;
};

export const whyNoReference =
  "the reference documents are missing: set JHAAS_REFERENCE to their folder, or put it at ../shared/reference";

/** The folder with the published descriptions: JHAAS_REFERENCE, else `shared/reference` beside the repository. */
export function findReference(): string | undefined {
  if (process.env.JHAAS_REFERENCE) return resolve(process.env.JHAAS_REFERENCE);
  for (let at = resolve(import.meta.dirname, "../.."); dirname(at) !== at; at = dirname(at)) {
    const folder = join(dirname(at), "shared/reference");
    if (existsSync(folder)) return folder;
  }
  return undefined;
}

type Schema = { [keyword: string]: unknown };
type Content = { content?: Record<string, { schema?: Schema }>; $ref?: string };
type Operation = {
  parameters?: ({ in: string; name: string } | { $ref: string })[];
  requestBody?: Content & { required?: boolean };
  responses: Record<string, Content>;
};
type Description = {
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, Schema>;
    responses?: Record<string, Content>;
    parameters?: Record<string, { in: string; name: string }>;
  };
};

/** Reads the description of a version; undefined where the reference documents are missing. */
export function readDescription(version: Version): ApiDescription | undefined {
  const folder = findReference();
  const file = folder && join(folder, `authentik-${version}.openapi.yml`);
  if (!file || !existsSync(file)) return undefined;
  return describe(parse(readFileSync(file, "utf8")) as Description, version);
}

function describe(description: Description, version: Version): ApiDescription {
  const { schemas } = description.components;
  if (version === "2024.12") for (const schema of Object.values(schemas)) forgetAssigned(schema);
  const exact = validators(schemas, true);
  const loose = validators(schemas, false);
  const templates = Object.keys(description.paths).map((path) => ({
    path,
    pattern: new RegExp(`^${path.replace(/\{[^}]+\}/g, "[^/]+")}$`),
  }));
  const pathOf = (pathAndQuery: string) => {
    const path = pathAndQuery.split("?")[0] ?? "";
    // `/core/users/me/` before `/core/users/{id}/`.
    return description.paths[path] ? path : templates.find(({ pattern }) => pattern.test(path))?.path;
  };
  const operationOf = (method: string, pathAndQuery: string) =>
    description.paths[pathOf(pathAndQuery) ?? ""]?.[method.toLowerCase()];
  const resolved = (content: Content | undefined): Content | undefined =>
    content?.$ref ? description.components.responses?.[lastOf(content.$ref)] : content;
  const queryNames = (operation: Operation) =>
    (operation.parameters ?? [])
      .map((one) => ("$ref" in one ? description.components.parameters?.[lastOf(one.$ref)] : one))
      .flatMap((one) => (one?.in === "query" ? one.name : []));

  return {
    pathOf,
    checkRequest(method, pathAndQuery, body) {
      const operation = operationOf(method, pathAndQuery);
      if (!operation) return [`${method} ${pathAndQuery} is not described`];
      const known = queryNames(operation);
      const names = new URLSearchParams(pathAndQuery.split("?")[1] ?? "").keys();
      const unknown = [...names].filter((name) => !known.includes(name)).map((name) => `no query parameter ${name}`);
      const schema = operation.requestBody?.content?.["application/json"]?.schema;
      return schema && body !== undefined ? [...unknown, ...faultsOf(loose(schema), body)] : unknown;
    },
    checkResponse(method, pathAndQuery, status, body) {
      const operation = operationOf(method, pathAndQuery);
      if (!operation) return status === 404 || status === 405 ? [] : [`${method} ${pathAndQuery} is not described`];
      const content = resolved(operation.responses[String(status)]);
      // Errors that can come from anywhere are not described everywhere.
      if (!content) return status >= 400 ? [] : [`status ${status} is not described`];
      const schema = content.content?.["application/json"]?.schema;
      // Where nothing is described, Authentik sends nothing or an empty object.
      if (!schema) return body === undefined || JSON.stringify(body) === "{}" ? [] : ["a body, and none is described"];
      return faultsOf((status < 400 ? exact : loose)(schema), body);
    },
  };
}

const lastOf = (reference: string) => reference.split("/").at(-1) ?? "";

function faultsOf(validate: ValidateFunction, body: unknown): string[] {
  if (validate(body)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath || "/"} ${message} ${JSON.stringify(params)}`,
  );
}

/** Compiles schemas when they are first asked for. `exact` refuses fields that no schema names. */
function validators(schemas: Record<string, Schema>, exact: boolean): (schema: Schema) => ValidateFunction {
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
  formats.default(ajv);
  ajv.addSchema({ $id: "api", components: { schemas: plain(schemas, exact) } });
  const compiled = new Map<string, ValidateFunction>();
  return (schema) => {
    const key = JSON.stringify(schema);
    const known = compiled.get(key) ?? ajv.compile(plain(schema, exact));
    compiled.set(key, known);
    return known;
  };
}

/** Before 2025 a provider without an application had no `assigned_…` fields, whatever the description says. */
function forgetAssigned(schema: Schema): void {
  if (!Array.isArray(schema.required)) return;
  schema.required = schema.required.filter((name) => !String(name).startsWith("assigned_"));
}

/**
 * OpenAPI 3.0 into JSON Schema: `nullable` becomes a choice, references point to the one big document.
 *
 * Where the description is known to be off from what Django REST framework sends, what is sent counts: a nested
 * object is null when there is none, and an address that is left out is empty.
 */
function plain<T>(value: T, exact: boolean): T {
  if (Array.isArray(value)) return value.map((one) => plain(one, exact)) as T;
  if (typeof value !== "object" || value === null) return value;
  const schema: Schema = {};
  for (const [key, inner] of Object.entries(value)) {
    if (key === "$ref" && typeof inner === "string") schema.$ref = inner.replace("#", "api#");
    else schema[key] = plain(inner, exact);
  }
  const isObject = schema.type === "object" && schema.properties !== undefined;
  if (exact && isObject && schema.additionalProperties === undefined) schema.additionalProperties = false;
  const choices: Schema[] = [schema];
  if (schema.nullable === true || (schema.readOnly === true && schema.allOf)) choices.push({ type: "null" });
  if (schema.format === "uri" || schema.format === "email") choices.push({ const: "" });
  delete schema.nullable;
  return (choices.length === 1 ? schema : { anyOf: choices }) as T;
}
