import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import { findReference } from "./openapi.ts";

type Schema = { [keyword: string]: unknown };
type GroupVersionKind = { group: string; version: string; kind: string };

/** Checks objects against Kubernetes' published description. */
export type KubernetesDescription = {
  /** What is wrong with an object: fields that do not exist, that miss, or that have the wrong type. */
  faultsOf(object: { apiVersion: string; kind: string }): string[];
};

/** Reads the description; undefined where the reference documents are missing. */
export function readKubernetesDescription(): KubernetesDescription | undefined {
  const folder = findReference();
  const file = folder && join(folder, "kubernetes.openapi-v2.json");
  if (!file || !existsSync(file)) return undefined;
  const { definitions } = JSON.parse(readFileSync(file, "utf8")) as { definitions: Record<string, Schema> };
  const names = new Map<string, string>();
  for (const [name, schema] of Object.entries(definitions)) {
    const [only, ...more] = (schema["x-kubernetes-group-version-kind"] ?? []) as GroupVersionKind[];
    if (only === undefined || more.length > 0) continue;
    names.set(`${only.group === "" ? "" : `${only.group}/`}${only.version} ${only.kind}`, name);
  }
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  ajv.addSchema({ $id: "kubernetes", definitions: exact(definitions) });
  const compiled = new Map<string, ValidateFunction>();

  return {
    faultsOf(object) {
      const name = names.get(`${object.apiVersion} ${object.kind}`);
      if (name === undefined) return [`${object.apiVersion} ${object.kind} is not described`];
      const validate = compiled.get(name) ?? ajv.compile({ $ref: `kubernetes#/definitions/${name}` });
      compiled.set(name, validate);
      if (validate(object)) return [];
      return (validate.errors ?? []).map(
        ({ instancePath, message, params }) => `${instancePath || "/"} ${message} ${JSON.stringify(params)}`,
      );
    },
  };
}

/** Makes schemas refuse fields they do not name, and read Kubernetes' own formats. */
function exact<T>(value: T): T {
  if (Array.isArray(value)) return value.map(exact) as T;
  if (typeof value !== "object" || value === null) return value;
  const schema: Schema = {};
  for (const [key, inner] of Object.entries(value)) {
    schema[key] = key === "$ref" && typeof inner === "string" ? inner.replace("#", "kubernetes#") : exact(inner);
  }
  if (schema.format === "int-or-string") return { type: ["integer", "string"] } as T;
  if (schema.type === "object" && schema.properties !== undefined) schema.additionalProperties ??= false;
  return schema as T;
}
