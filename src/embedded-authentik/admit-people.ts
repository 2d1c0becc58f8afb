import { allGroups } from "./enforce-rights.ts";
import type { Store } from "./store/open-store.ts";
import type { Application, Binding, User } from "./store/records.ts";

/**
 * Whether Authentik lets a person through to an application. Decided by the enabled bindings: without any, everyone
 * is let in. Being in a child of the bound group is as good as being in the group.
 */
export function mayUse(store: Store, user: User, application: Application): boolean {
  const bindings = store.bindings.filter((binding) => binding.enabled && binding.target === application.pk);
  if (bindings.length === 0) return true;
  const groups = new Set(allGroups(store, user).map((group) => group.pk));
  const admits = (binding: Binding) => {
    const matches = binding.group !== null ? groups.has(binding.group) : binding.user === user.pk;
    return matches !== binding.negate;
  };
  return application.policyEngineMode === "all" ? bindings.every(admits) : bindings.some(admits);
}
