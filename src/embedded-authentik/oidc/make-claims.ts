import { uidOf } from "../derive-uid.ts";
import { directGroups } from "../enforce-rights.ts";
import type { Provider, User } from "../store/records.ts";
import type { World } from "../world.ts";

/** `sub`: who the person is to this provider. */
export function subjectOf(world: World, provider: Provider, user: User): string {
  const upn = user.attributes.upn;
  switch (provider.subMode) {
    case "hashed_user_id":
      return uidOf(world, user);
    case "user_id":
      return String(user.pk);
    case "user_uuid":
      return user.uuid;
    case "user_username":
      return user.username;
    case "user_email":
      return user.email;
    case "user_upn":
      return typeof upn === "string" ? upn : uidOf(world, user);
  }
}

/** Scopes that the provider has a mapping for. Others are dropped from a request without a word. */
export function scopesOf({ store }: World, provider: Provider): string[] {
  return provider.propertyMappings.flatMap((pk) => store.scopeMappings.get(pk)?.scope ?? []).sort();
}

/**
 * What the scopes tell about the person, as Authentik's built-in mappings do. `groups` names the groups the person is
 * a direct member of, now.
 */
export function claimsOf(world: World, provider: Provider, user: User, scopes: readonly string[]) {
  const granted = scopesOf(world, provider).filter((scope) => scopes.includes(scope));
  return Object.assign({}, ...granted.map((scope) => claimsOfScope(world, user, scope))) as Record<string, unknown>;
}

function claimsOfScope({ store, traits }: World, user: User, scope: string): Record<string, unknown> {
  switch (scope) {
    case "email":
      return { email: user.email, email_verified: traits.emailVerified };
    case "profile":
      return {
        name: user.name,
        given_name: user.name,
        preferred_username: user.username,
        nickname: user.username,
        groups: directGroups(store, user).map((group) => group.name),
      };
    case "entitlements":
      return { entitlements: [], roles: [] };
    default:
      return {};
  }
}
