import { Refusal } from "./refusal.ts";
import { isRecord } from "./schema.ts";
import type { Stored } from "./store.ts";

type Test = (object: Stored) => boolean;

/** Takes a label selector as text; returns the test it stands for. */
export function labelTest(selector: string | null): Test {
  const tests = splitOutside(selector ?? "").map((part): Test => {
    const set = /^(\S+) (in|notin) \(([^)]*)\)$/.exec(part);
    if (set !== null) {
      const [, key = "", operator, list = ""] = set;
      const values = list.split(",").map((value) => value.trim());
      return ({ metadata }) => values.includes(metadata.labels?.[key] ?? "") === (operator === "in");
    }
    const equal = /^([^=!\s]+)(==|=|!=)([^=!\s]*)$/.exec(part);
    if (equal !== null) {
      const [, key = "", operator, value = ""] = equal;
      return ({ metadata }) => (metadata.labels?.[key] === value) === (operator !== "!=");
    }
    if (/^!?[A-Za-z0-9./_-]+$/.test(part)) {
      const key = part.replace("!", "");
      return ({ metadata }) => (metadata.labels?.[key] !== undefined) === !part.startsWith("!");
    }
    throw new Refusal(400, "BadRequest", `unable to parse requirement: ${part}`);
  });
  return (object) => tests.every((test) => test(object));
}

const splitOutside = (text: string) => text.split(/,(?![^(]*\))/).filter((part) => part !== "");

const fieldNames: Record<string, readonly string[]> = {
  Event: ["involvedObject.kind", "involvedObject.name", "involvedObject.namespace", "reason", "type"],
  Pod: ["spec.nodeName", "status.phase"],
};

/** Takes a field selector as text; only fields that the API server indexes may be asked for. */
export function fieldTest(kind: string, selector: string | null): Test {
  const tests = (selector ?? "")
    .split(",")
    .filter(Boolean)
    .map((part): Test => {
      const [, path = "", operator, value] = /^([^=!]+)(==|=|!=)(.*)$/.exec(part) ?? [];
      if (!["metadata.name", "metadata.namespace", ...(fieldNames[kind] ?? [])].includes(path)) {
        throw new Refusal(400, "BadRequest", `field label not supported: ${path}`);
      }
      return (object) => {
        const found = path.split(".").reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), object);
        return (String(found ?? "") === value) === (operator !== "!=");
      };
    });
  return (object) => tests.every((test) => test(object));
}
