import type { Traits } from "./versions.ts";

/** Rights of the portal's service account on everything, in all versions. */
export const globalRights = [
  "authentik_core.view_user",
  "authentik_core.view_group",
  "authentik_core.add_group",
  "authentik_core.add_application",
  "authentik_providers_oauth2.add_oauth2provider",
  "authentik_providers_oauth2.view_scopemapping",
  "authentik_policies.add_policybinding",
  "authentik_policies.view_policybinding",
  "authentik_flows.view_flow",
  "authentik_crypto.view_certificatekeypair",
  "authentik_providers_oauth2.view_accesstoken",
  "authentik_providers_oauth2.delete_accesstoken",
  "authentik_providers_oauth2.view_refreshtoken",
  "authentik_providers_oauth2.delete_refreshtoken",
] as const;

/** Rights on what the service account creates; before 2025.4 there is no such thing, and they must be global. */
export const initialRights = [
  "authentik_core.change_group",
  "authentik_core.delete_group",
  "authentik_core.add_user_to_group",
  "authentik_core.remove_user_from_group",
  "authentik_core.view_application",
  "authentik_core.change_application",
  "authentik_core.delete_application",
  "authentik_providers_oauth2.view_oauth2provider",
  "authentik_providers_oauth2.change_oauth2provider",
  "authentik_providers_oauth2.delete_oauth2provider",
  "authentik_policies.delete_policybinding",
] as const;

/** Rights on the teachers' group, which exists before the portal does. */
export const teacherGroupRights = [
  "authentik_core.add_user_to_group",
  "authentik_core.remove_user_from_group",
] as const;

/** What the service account's role carries in a version. */
export function serviceRights(traits: Traits): { rights: string[]; initialRights: string[] } {
  if (traits.initialPermissions) return { rights: [...globalRights], initialRights: [...initialRights] };
  return { rights: [...new Set([...globalRights, ...initialRights])], initialRights: [] };
}
