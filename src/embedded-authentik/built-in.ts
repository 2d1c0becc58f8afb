import type { Flow } from "./store/records.ts";
import type { Traits } from "./versions.ts";

/** The flows that every Authentik brings, as far as they matter here. */
export const builtInFlows: Omit<Flow, "pk" | "targetPk">[] = [
  ["default-authentication-flow", "Welcome to authentik!", "authentication", false],
  ["default-provider-authorization-implicit-consent", "Authorize Application", "authorization", false],
  ["default-provider-authorization-explicit-consent", "Authorize Application", "authorization", false],
  ["default-provider-invalidation-flow", "Logged out of application", "invalidation", false],
  ["default-invalidation-flow", "Logout", "invalidation", true],
].map(([slug, name, designation, endsSession]) => ({
  slug: slug as string,
  name: name as string,
  title: name as string,
  designation: designation as Flow["designation"],
  endsSession: endsSession as boolean,
}));

/** The scope mappings that every Authentik of the version brings. */
export function builtInScopes(traits: Traits): { scope: string; name: string; description: string }[] {
  const scopes = [
    { scope: "openid", name: "authentik default OAuth Mapping: OpenID 'openid'", description: "" },
    {
      scope: "email",
      name: "authentik default OAuth Mapping: OpenID 'email'",
      description: "Email address",
    },
    {
      scope: "profile",
      name: "authentik default OAuth Mapping: OpenID 'profile'",
      description: "General Profile Information",
    },
    {
      scope: "offline_access",
      name: "authentik default OAuth Mapping: OpenID 'offline_access'",
      description: "Access to request new tokens without interaction",
    },
  ];
  if (traits.entitlements) {
    scopes.push({
      scope: "entitlements",
      name: "authentik default OAuth Mapping: Application Entitlements",
      description: "Application entitlements",
    });
  }
  return scopes;
}
