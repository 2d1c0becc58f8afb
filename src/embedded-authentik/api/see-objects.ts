import { rightsOf } from "../enforce-rights.ts";
import type { Store } from "../store/open-store.ts";
import type { User } from "../store/records.ts";
import { ApiFault, forbidden, notFound } from "./faults.ts";

/** A kind of thing as Authentik's rights name it. */
export type Model = { app: string; model: string; label: string };

export const models = {
  group: { app: "authentik_core", model: "group", label: "Group" },
  user: { app: "authentik_core", model: "user", label: "User" },
  application: { app: "authentik_core", model: "application", label: "Application" },
  provider: { app: "authentik_providers_oauth2", model: "oauth2provider", label: "OAuth2Provider" },
  scopeMapping: { app: "authentik_providers_oauth2", model: "scopemapping", label: "ScopeMapping" },
  accessToken: { app: "authentik_providers_oauth2", model: "accesstoken", label: "AccessToken" },
  refreshToken: { app: "authentik_providers_oauth2", model: "refreshtoken", label: "RefreshToken" },
  binding: { app: "authentik_policies", model: "policybinding", label: "PolicyBinding" },
  flow: { app: "authentik_flows", model: "flow", label: "Flow" },
  keyPair: { app: "authentik_crypto", model: "certificatekeypair", label: "CertificateKeyPair" },
} as const satisfies Record<string, Model>;

export const rightTo = (act: "view" | "add" | "change" | "delete", { app, model }: Model) => `${app}.${act}_${model}`;
export const modelKey = ({ app, model }: Model) => `${app}.${model}`;

/**
 * The records that the caller may see: all with the global right to view, else those with the right on the object.
 * @throws ApiFault 403 when there is none, as Authentik does even for a single, missing object
 */
export function visible<T>(store: Store, caller: User, model: Model, records: T[], pk: (record: T) => string | number) {
  const right = rightTo("view", model);
  const rights = rightsOf(store, caller);
  if (rights.everywhere(right)) return records;
  const seen = records.filter((record) => rights.on(right, pk(record)));
  if (seen.length === 0) throw forbidden();
  return seen;
}

/** One record to view, change or delete. @throws ApiFault 403 or 404, in Authentik's order */
export function pick<T>(
  store: Store,
  caller: User,
  model: Model,
  act: "view" | "change" | "delete",
  records: T[],
  pk: (record: T) => string | number,
  matches: (record: T) => boolean,
): T {
  const record = visible(store, caller, model, records, pk).find(matches);
  if (!record) throw notFound(model.label);
  if (act !== "view" && !rightsOf(store, caller).on(rightTo(act, model), pk(record))) throw forbidden();
  return record;
}

/** @throws ApiFault 403 without the global right to add such a thing */
export function mayAdd(store: Store, caller: User, model: Model): void {
  if (!rightsOf(store, caller).everywhere(rightTo("add", model))) throw forbidden();
}

/** @throws ApiFault 404 for a number in an address that is none */
export function numberIn(params: Record<string, string>, name: string): number {
  const value = params[name] ?? "";
  if (!/^\d+$/.test(value)) throw new ApiFault(404, { detail: "Not found." });
  return Number(value);
}
