import { Refusal } from "./refusal.ts";
import { isRecord } from "./schema.ts";

export type Rule = { apiGroups?: string[]; resources?: string[]; verbs: string[]; nonResourceURLs?: string[] };
export type Act = { verb: string; group: string; resource: string };

const holds = (list: readonly string[] | undefined, one: string) => list?.includes(one) || list?.includes("*") || false;

/** Whether rules allow an act; null stands for an administrator. */
export const allows = (rules: readonly Rule[] | null, { verb, group, resource }: Act): boolean =>
  rules === null ||
  rules.some((rule) => holds(rule.apiGroups, group) && holds(rule.resources, resource) && holds(rule.verbs, verb));

/** @throws Refusal as the API server's RBAC authorizer words it */
export function demand(rules: readonly Rule[] | null, act: Act): void {
  if (allows(rules, act)) return;
  const { verb, group, resource } = act;
  throw new Refusal(
    403,
    "Forbidden",
    `${resource} is forbidden: User "portal" cannot ${verb} resource "${resource}" in API group "${group}"`,
  );
}

/** Nobody may grant what they do not hold (kubernetes.io/docs, "Privilege escalation prevention"). */
export function demandHeld(rules: readonly Rule[] | null, granted: unknown): void {
  for (const rule of Array.isArray(granted) ? granted : []) {
    if (!isRecord(rule)) continue;
    const { apiGroups = [], resources = [], verbs = [] } = rule as Partial<Rule>;
    for (const group of apiGroups) {
      for (const resource of resources) {
        for (const verb of verbs) {
          if (allows(rules, { verb, group, resource })) continue;
          const message = `attempting to grant RBAC permissions not currently held: ${verb} ${resource}.${group}`;
          throw new Refusal(403, "Forbidden", `roles is forbidden: user "portal" is ${message}`);
        }
      }
    }
  }
}
