import { randomUUID } from "node:crypto";
import { admit, admitByQuota, admitChange, fillIn } from "./admit.ts";
import { applyFields, fieldsOf, type Owners, same } from "./ownership.ts";
import { invalid, notFound, Refusal } from "./refusal.ts";
import { apiVersionOf, type Resource, resources } from "./resources.ts";
import { decodingFaults, isRecord, writeQuantities } from "./schema.ts";

export type Stored = {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    uid: string;
    resourceVersion: string;
    generation: number;
    creationTimestamp: string;
    deletionTimestamp?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    finalizers?: string[];
    [field: string]: unknown;
  };
  [field: string]: unknown;
};

export type Where = { resource: Resource; namespace?: string | undefined };
type ChangeAsk = { manager: string; strict: boolean };

/** Objects of a cluster, and the rules by which they change. */
export class Store {
  readonly #objects = new Map<string, { object: Stored; owners: Owners }>();
  #version = 1;
  /** How many objects were made over the API. */
  created = 0;
  /** Changes up to this version are no longer known: who watches from before has to list anew. */
  forgotten = 0;
  /** Changes what is to be kept, as a mutating admission webhook does. */
  bend: (object: Record<string, unknown>) => void = () => {};
  /** Called after each change; controllers hang on it. */
  onChange: () => void = () => {};
  /** Called before them; who watches hangs on it. */
  readonly watchers = new Set<() => void>();

  #key = ({ kind }: Resource, namespace: string | undefined, name: string) => `${kind}/${namespace ?? ""}/${name}`;

  #tell(): void {
    for (const tell of this.watchers) tell();
    this.onChange();
  }

  get version(): string {
    return String(this.#version);
  }

  find(kind: string, name: string, namespace?: string): Stored | undefined {
    return this.#objects.get(`${kind}/${namespace ?? ""}/${name}`)?.object;
  }

  list(kind: string, namespace?: string): Stored[] {
    const all = [...this.#objects.values()].map(({ object }) => object).filter((object) => object.kind === kind);
    return namespace === undefined ? all : all.filter(({ metadata }) => metadata.namespace === namespace);
  }

  everythingIn(namespace: string): Stored[] {
    return [...this.#objects.values()]
      .map(({ object }) => object)
      .filter(({ metadata }) => metadata.namespace === namespace);
  }

  /** Server-side apply. */
  apply(where: Where, name: string, body: Record<string, unknown>, ask: ChangeAsk & { force: boolean }): Stored {
    const { resource, namespace } = where;
    this.#checkIdentity(where, name, body);
    const [unknown] = ask.strict ? decodingFaults(body).filter((fault) => fault.startsWith("unknown field")) : [];
    if (unknown !== undefined) {
      // The real one calls it a fault of its own.
      const [, field = ""] = /"(.*)"/.exec(unknown) ?? [];
      const what = `(${namespace ?? ""}/${name}; ${apiVersionOf(resource)}, Kind=${resource.kind})`;
      throw new Refusal(
        500,
        "",
        `failed to create typed patch object ${what}: .${field}: field not declared in schema`,
      );
    }
    const wanted = writeQuantities(body);
    if (isRecord(wanted.metadata) && wanted.metadata.managedFields !== undefined) {
      throw new Refusal(400, "BadRequest", "metadata.managedFields must be nil");
    }
    const key = this.#key(resource, namespace, name);
    const known = this.#objects.get(key);
    const live = known?.object ?? this.#blank(resource, namespace, name);
    if (known === undefined) this.#mayCreate(resource, namespace);
    const owners: Owners = new Map([...(known?.owners ?? [])].map(([who, paths]) => [who, new Set(paths)]));
    const result = applyFields(live, wanted, owners, ask.manager, ask.force);
    if ("conflicts" in result) {
      const { conflicts } = result;
      throw new Refusal(409, "Conflict", `Apply failed with ${conflicts.length} conflict(s)`, {
        causes: conflicts.map(({ manager, field }) => ({
          reason: "FieldManagerConflict",
          message: `conflict with "${manager}"`,
          field: `.${(JSON.parse(field) as string[]).join(".")}`,
        })),
      });
    }
    return this.#settle(resource, namespace, name, result.object, owners, ask.strict);
  }

  create(where: Where, body: Record<string, unknown>, ask: ChangeAsk): Stored {
    const { resource, namespace } = where;
    const given = isRecord(body.metadata) ? body.metadata : {};
    const name = String(given.name ?? "");
    this.#checkIdentity(where, name, body);
    if (this.#objects.has(this.#key(resource, namespace, name))) {
      throw new Refusal(409, "AlreadyExists", `${resource.plural} "${name}" already exists`);
    }
    this.#mayCreate(resource, namespace);
    const blank = this.#blank(resource, namespace, name);
    const object = { ...writeQuantities(body), ...blank, metadata: { ...given, ...blank.metadata } };
    const owners: Owners = new Map([[ask.manager, new Set(fieldsOf(object).keys())]]);
    return this.#settle(resource, namespace, name, object, owners, ask.strict);
  }

  /** JSON merge patch (RFC 7396), as somebody's hand would. */
  merge(where: Where, name: string, patch: Record<string, unknown>, ask: ChangeAsk): Stored {
    const { resource, namespace } = where;
    const known = this.#objects.get(this.#key(resource, namespace, name));
    if (known === undefined) throw notFound(resource.plural, name);
    const asked = at(patch, "metadata", "resourceVersion");
    if (asked !== undefined && asked !== known.object.metadata.resourceVersion) {
      throw new Refusal(
        409,
        "Conflict",
        "the object has been modified; please apply your changes to the latest version",
      );
    }
    const object = mergePatch(structuredClone(known.object), writeQuantities(patch)) as Record<string, unknown>;
    const [before, after] = [fieldsOf(known.object), fieldsOf(object)];
    const owners: Owners = new Map([...known.owners].map(([who, paths]) => [who, new Set(paths)]));
    const mine = owners.get(ask.manager) ?? new Set<string>();
    for (const [path, value] of after) {
      if (before.has(path) && same(before.get(path), value)) continue;
      for (const paths of owners.values()) paths.delete(path);
      mine.add(path);
    }
    owners.set(ask.manager, mine);
    return this.#settle(resource, namespace, name, object, owners, ask.strict);
  }

  /** Adds an object as the cluster itself does, past all checks. */
  put(given: {
    kind: string;
    namespace: string;
    name: string;
    labels: Record<string, string>;
    more: Record<string, unknown>;
    fields: Record<string, unknown>;
  }): Stored {
    const { kind, namespace, name, labels, more, fields } = given;
    const resource = resources.find((one) => one.kind === kind);
    if (resource === undefined) throw new Error(`not served: ${kind}`);
    const blank = this.#blank(resource, resource.clusterWide ? undefined : namespace, name);
    const object: Stored = { ...blank, ...fields, metadata: { ...blank.metadata, ...more, labels } };
    object.metadata.resourceVersion = String(++this.#version);
    this.#objects.set(this.#key(resource, object.metadata.namespace, name), { object, owners: new Map() });
    this.#tell();
    return object;
  }

  /** Marks for deletion, or deletes at once when nothing holds the object. */
  remove(object: Stored, propagation: string): Stored {
    const { metadata, kind } = object;
    if (propagation === "Foreground" && kind === "Deployment") metadata.finalizers = ["foregroundDeletion"];
    const held = (metadata.finalizers?.length ?? 0) > 0;
    if (held || kind === "Namespace" || kind === "Pod") {
      // Pods end when their node says so.
      this.touch(object, () => {
        metadata.deletionTimestamp ??= new Date().toISOString().replace(/\.\d+Z$/, "Z");
        if (kind === "Namespace") Reflect.set(Object(object.status), "phase", "Terminating");
      });
    } else this.forget(object);
    return object;
  }

  forget({ kind, metadata }: Stored): void {
    this.#objects.delete(`${kind}/${metadata.namespace ?? ""}/${metadata.name}`);
    this.#version++;
    this.#tell();
  }

  /** A change by the cluster itself, such as of a status. */
  touch(object: Stored, change: () => void): void {
    const before = JSON.stringify(object);
    change();
    if (JSON.stringify(object) === before) return;
    object.metadata.resourceVersion = String(++this.#version);
    this.#tell();
  }

  #settle(
    resource: Resource,
    namespace: string | undefined,
    name: string,
    object: Record<string, unknown>,
    owners: Owners,
    strict: boolean,
  ): Stored {
    const key = this.#key(resource, namespace, name);
    const before = this.#objects.get(key)?.object;
    fillIn(resource.kind, object);
    this.bend(object);
    admit(resource, object, strict);
    if (before !== undefined) {
      const canGrow = (name: string) => this.find("StorageClass", name)?.allowVolumeExpansion === true;
      admitChange(resource.kind, before, object, canGrow);
    }
    for (const quota of this.list("ResourceQuota", namespace)) admitByQuota(resource.kind, quota);
    if (before !== undefined && same(before, object)) {
      this.#objects.set(key, { object: before, owners });
      return before;
    }
    if (before === undefined) this.created++;
    const stored = object as Stored;
    if (before !== undefined && !same(before.spec, stored.spec))
      stored.metadata.generation = before.metadata.generation + 1;
    stored.metadata.resourceVersion = String(++this.#version);
    this.#objects.set(key, { object: stored, owners });
    this.#tell();
    return stored;
  }

  #blank(resource: Resource, namespace: string | undefined, name: string): Stored {
    return {
      apiVersion: apiVersionOf(resource),
      kind: resource.kind,
      metadata: {
        name,
        ...(namespace === undefined ? {} : { namespace }),
        uid: randomUUID(),
        resourceVersion: "0",
        generation: 1,
        creationTimestamp: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
      },
    };
  }

  #checkIdentity({ resource, namespace }: Where, name: string, body: Record<string, unknown>): void {
    if (body.kind !== resource.kind || body.apiVersion !== apiVersionOf(resource)) {
      throw new Refusal(400, "BadRequest", `${String(body.kind)} does not match ${resource.kind}`);
    }
    const there = at(body, "metadata", "namespace");
    if (there !== undefined && there !== namespace) {
      throw new Refusal(400, "BadRequest", "the namespace of the object does not match the namespace on the request");
    }
    const own = at(body, "metadata", "name");
    if (own !== name) throw invalid(resource.kind, name, "metadata.name", "must match the name on the request");
  }

  #mayCreate(resource: Resource, namespace: string | undefined): void {
    if (resource.clusterWide) return;
    const holder = this.find("Namespace", namespace ?? "");
    if (holder === undefined) throw notFound("namespaces", namespace ?? "");
    if (holder.metadata.deletionTimestamp === undefined) return;
    throw new Refusal(
      403,
      "Forbidden",
      `unable to create new content in namespace ${namespace} because it is being terminated`,
      { causes: [{ reason: "NamespaceTerminating", message: `namespace ${namespace} is being terminated` }] },
    );
  }
}

const at = (object: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), object);

function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const object = isRecord(target) ? target : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete object[key];
    else object[key] = mergePatch(object[key], value);
  }
  return object;
}
