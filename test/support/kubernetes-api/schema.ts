import * as models from "@kubernetes/client-node";

/**
 * Strict decoding, by the library's own map of every type's fields (made from Kubernetes' description), so that it
 * works where the reference documents are missing.
 */

type Attribute = { baseName: string; type: string };
type Model = { getAttributeTypeMap(): Attribute[] };

const names: Record<string, string> = { Event: "CoreV1Event" };

function modelOf(type: string): Model | undefined {
  const found: unknown = Reflect.get(models, type);
  return typeof found === "function" && "getAttributeTypeMap" in found ? (found as unknown as Model) : undefined;
}

/** Takes an object; returns what strict decoding has to say against it, in Kubernetes' words. */
export function decodingFaults(object: Record<string, unknown>): string[] {
  const kind = String(object.kind);
  const type = names[kind] ?? `V1${kind}`;
  return modelOf(type) === undefined ? [`no kind "${kind}" is registered`] : faultsOf(object, type, "");
}

function faultsOf(value: unknown, type: string, path: string): string[] {
  if (value === null) return [];
  const list = /^Array<(.*)>$/.exec(type)?.[1];
  if (list !== undefined) {
    if (!Array.isArray(value)) return [`${path}: expected a list`];
    return value.flatMap((one, at) => faultsOf(one, list, `${path}[${at}]`));
  }
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type)?.[1];
  if (map !== undefined) {
    if (!isRecord(value)) return [`${path}: expected a map`];
    return Object.entries(value).flatMap(([key, one]) => faultsOf(one, map, `${path}.${key}`));
  }
  if (type === "string" || type === "Date") return typeof value === "string" ? [] : [`${path}: expected a string`];
  if (type === "number") return typeof value === "number" ? [] : [`${path}: expected a number`];
  if (type === "boolean") return typeof value === "boolean" ? [] : [`${path}: expected true or false`];
  const model = modelOf(type);
  if (model === undefined) return [];
  if (!isRecord(value)) return [`${path}: expected an object`];
  const known = new Map(model.getAttributeTypeMap().map(({ baseName, type: inner }) => [baseName, inner]));
  return Object.entries(value).flatMap(([key, one]) => {
    const inner = known.get(key);
    const at = path === "" ? key : `${path}.${key}`;
    return inner === undefined ? [`unknown field "${at}"`] : faultsOf(one, inner, at);
  });
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const quantityParents = new Set(["limits", "requests", "hard", "default", "defaultRequest", "max", "min", "capacity"]);

/** Writes quantities as the API server does: `1024Mi` becomes `1Gi`, `0.5` becomes `500m`. */
export function writeQuantities<T>(value: T, parent = ""): T {
  if (Array.isArray(value)) return value.map((one) => writeQuantities(one)) as T;
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map(([key, one]): [string, unknown] => {
    if (quantityParents.has(parent) && typeof one !== "object") return [key, canonical(String(one))];
    return [key, writeQuantities(one, key)];
  });
  return Object.fromEntries(entries) as T;
}

const scales: Record<string, [number, bigint]> = {
  m: [1000, 0n],
  "": [1000, 1n],
  k: [1000, 2n],
  M: [1000, 3n],
  G: [1000, 4n],
  Ki: [1024, 1n],
  Mi: [1024, 2n],
  Gi: [1024, 3n],
  Ti: [1024, 4n],
  Pi: [1024, 5n],
};

/** The largest unit of the same family in which the amount is whole; decimal ones down to thousandths. */
function canonical(text: string): string {
  const [, number = "", unit = ""] = /^([0-9.]+)([A-Za-z]*)$/.exec(text) ?? [];
  const [step, power] = scales[unit] ?? [1000, 1n];
  // In the smallest unit, rounded up: bytes, or thousandths.
  const smallest = BigInt(Math.round(Number(number) * 1e9)) * BigInt(step) ** power;
  let amount = (smallest + 999_999_999n) / 1_000_000_000n;
  const units = step === 1024 ? ["", "Ki", "Mi", "Gi", "Ti", "Pi"] : ["m", "", "k", "M", "G"];
  let at = 0;
  while (amount !== 0n && amount % BigInt(step) === 0n && at < units.length - 1) {
    amount /= BigInt(step);
    at++;
  }
  return `${amount}${units[at]}`;
}
