import { isRecord } from "./schema.ts";

/**
 * Server-side apply: who owns which field, as in kubernetes.io/docs/reference/using-api/server-side-apply. A field is a
 * path of keys; entries of lists that are merged are found by their keys, other lists are one field as a whole.
 */

/** Lists that are merged by key (x-kubernetes-list-map-keys), by the name of their field. */
const mergedLists: Record<string, readonly string[]> = {
  containers: ["name"],
  initContainers: ["name"],
  env: ["name"],
  volumes: ["name"],
  volumeMounts: ["mountPath"],
  imagePullSecrets: ["name"],
  conditions: ["type"],
  ownerReferences: ["uid"],
};

function keysOf(path: readonly string[], list: readonly unknown[]): readonly string[] | undefined {
  const field = path.at(-1) ?? "";
  const known = mergedLists[field];
  if (known !== undefined) return known;
  if (field !== "ports") return undefined;
  // Those of a container and of a Service are merged, those of a network policy are not.
  const inContainer = list.every((one) => isRecord(one) && "containerPort" in one);
  if (inContainer) return ["containerPort", "protocol"];
  return path.join(".") === "spec.ports" ? ["port", "protocol"] : undefined;
}

export type Fields = Map<string, unknown>;

const entryKey = (entry: unknown, keys: readonly string[]) =>
  `[${keys.map((key) => JSON.stringify(isRecord(entry) ? entry[key] : undefined)).join(",")}]`;

/** Every field of an object with its value; `metadata` only labels, annotations and finalizers. */
export function fieldsOf(object: Record<string, unknown>): Fields {
  const { apiVersion: _version, kind: _kind, status: _status, metadata, ...rest } = object;
  const own = isRecord(metadata) ? metadata : {};
  const fields: Fields = new Map();
  const kept = Object.fromEntries(
    ["labels", "annotations", "finalizers"].filter((key) => own[key] !== undefined).map((key) => [key, own[key]]),
  );
  collect({ ...rest, metadata: kept }, [], fields);
  return fields;
}

function collect(value: unknown, path: readonly string[], fields: Fields): void {
  if (isRecord(value) && Object.keys(value).length > 0) {
    for (const [key, one] of Object.entries(value)) collect(one, [...path, key], fields);
    return;
  }
  if (Array.isArray(value)) {
    const keys = keysOf(path, value);
    if (keys !== undefined) {
      for (const entry of value) collect(entry, [...path, entryKey(entry, keys)], fields);
      return;
    }
  }
  fields.set(JSON.stringify(path), value);
}

export type Owners = Map<string, Set<string>>;
export type Conflict = { manager: string; field: string };

/**
 * Applies an object onto the live one.
 * @param owners field paths by manager; changed in place when there is no conflict
 * @returns the new object, or the conflicts
 */
export function applyFields(
  live: Record<string, unknown>,
  wanted: Record<string, unknown>,
  owners: Owners,
  manager: string,
  force: boolean,
): { object: Record<string, unknown> } | { conflicts: Conflict[] } {
  const before = fieldsOf(live);
  const asked = fieldsOf(wanted);
  const conflicts: Conflict[] = [];
  for (const [path, value] of asked) {
    if (!before.has(path) || same(before.get(path), value)) continue;
    for (const [other, paths] of owners) {
      if (other !== manager && paths.has(path)) conflicts.push({ manager: other, field: path });
    }
  }
  if (conflicts.length > 0 && !force) return { conflicts };
  for (const { manager: other, field } of conflicts) owners.get(other)?.delete(field);

  const object = structuredClone(live);
  const dropped = [...(owners.get(manager) ?? [])].filter((path) => !asked.has(path));
  for (const path of dropped) {
    const shared = [...owners].some(([other, paths]) => other !== manager && paths.has(path));
    if (!shared) removeField(object, JSON.parse(path) as string[]);
  }
  owners.set(manager, new Set(asked.keys()));
  merge(object, wanted, []);
  return { object };
}

export const same = (a: unknown, b: unknown): boolean => {
  if (isRecord(a) && isRecord(b)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...keys].every((key) => same(a[key], b[key]));
  }
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, at) => same(one, b[at]));
  return a === b;
};

function merge(live: Record<string, unknown>, wanted: Record<string, unknown>, path: readonly string[]): void {
  for (const [key, value] of Object.entries(wanted)) {
    const at = [...path, key];
    const there = live[key];
    if (isRecord(value) && isRecord(there)) merge(there, value, at);
    else if (Array.isArray(value) && Array.isArray(there) && keysOf(at, value) !== undefined) {
      const keys = keysOf(at, value) ?? [];
      for (const entry of value) {
        const found = there.find((one) => entryKey(one, keys) === entryKey(entry, keys));
        if (isRecord(found) && isRecord(entry)) merge(found, entry, [...at, entryKey(entry, keys)]);
        else there.push(structuredClone(entry));
      }
    } else live[key] = structuredClone(value);
  }
}

function removeField(object: Record<string, unknown>, path: readonly string[]): void {
  let at: unknown = object;
  const way: unknown[] = [];
  for (const [depth, key] of path.entries()) {
    way.push(at);
    if (key.startsWith("[") && Array.isArray(at)) {
      const keys = keysOf(path.slice(0, depth), at) ?? [];
      at = at.find((one) => entryKey(one, keys) === key);
    } else at = isRecord(at) ? at[key] : undefined;
    if (at === undefined) return;
  }
  const holder = way.at(-1);
  const last = path.at(-1) ?? "";
  if (isRecord(holder)) delete holder[last];
  // An entry of which nothing but its key is left goes as a whole.
  const list = way.at(-2);
  if (Array.isArray(list) && isRecord(holder)) {
    const keys = keysOf(path.slice(0, -2), list) ?? [];
    if (Object.keys(holder).every((key) => keys.includes(key))) list.splice(list.indexOf(holder), 1);
  }
}
