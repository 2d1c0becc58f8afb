import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isMap, isNode, isScalar, isSeq, parseDocument } from "yaml";

/** Where the blueprints are. */
export const folder = join(import.meta.dirname, "../../authentik");
export const blueprintFiles = readdirSync(folder).filter((file) => file.endsWith(".blueprint.yaml"));

/** A tag of Authentik's and what it was put on. */
export type Tagged = { tag: string; value: unknown };
export type Entry = {
  model: string;
  id?: string;
  identifiers?: Record<string, unknown>;
  attrs: Record<string, unknown>;
  permissions?: { permission: string; role: Tagged }[];
};
export type Blueprint = { version: number; metadata: { name: string }; entries: Entry[] };

/** Reads a blueprint; Authentik's own tags, such as !KeyOf, are kept as they are. */
export function readBlueprint(file: string): Blueprint {
  const document = parseDocument(readFileSync(join(folder, file), "utf8"));
  assert.deepEqual(document.errors, []);
  for (const warning of document.warnings) assert.equal(warning.code, "TAG_RESOLVE_FAILED", warning.message);
  const blueprint = toPlain(document.contents) as Blueprint;
  return { ...blueprint, entries: blueprint.entries.map((entry) => ({ ...entry, attrs: entry.attrs ?? {} })) };
}

/** The document as plain data, with Authentik's tags beside what they were put on. */
function toPlain(node: unknown): unknown {
  const tag = isNode(node) ? node.tag : undefined;
  const value = plainValue(node);
  return tag && /^![A-Z]/.test(tag) ? { tag: tag.slice(1), value } : value;
}

function plainValue(node: unknown): unknown {
  if (isMap(node)) return Object.fromEntries(node.items.map((pair) => [String(pair.key), toPlain(pair.value)]));
  if (isSeq(node)) return node.items.map(toPlain);
  return isScalar(node) ? node.value : node;
}

/** A text with !Format and !Env worked out as Authentik does it. */
export function resolveText(node: unknown, env: Record<string, string>): string {
  if (typeof node === "string") return node;
  const { tag, value } = node as Tagged;
  if (tag === "Env") {
    const found = env[String(value)];
    assert.ok(found !== undefined, `no ${String(value)}`);
    return found;
  }
  assert.equal(tag, "Format");
  const [format, ...given] = value as unknown[];
  const parts = String(format).split("%s");
  assert.equal(parts.length - 1, given.length, "as many %s as values");
  assert.doesNotMatch(parts.join("").replaceAll("%%", ""), /%/, "a % that Python would take for a format");
  return parts.reduce((text, part, at) => text + (at > 0 ? resolveText(given[at - 1], env) : "") + part);
}
