import type { World } from "../world.ts";
import type { Client } from "./find-application.ts";

/** Addresses that all applications share, below the public address. */
export const paths = {
  authorize: "/application/o/authorize/",
  token: "/application/o/token/",
  userinfo: "/application/o/userinfo/",
  introspect: "/application/o/introspect/",
  revoke: "/application/o/revoke/",
  signIn: "/if/flow/default-authentication-flow/",
  consent: "/if/flow/default-provider-authorization-explicit-consent/",
  signOut: "/if/flow/default-invalidation-flow/",
} as const;

/** The issuer as it stands in tokens; its trailing slash counts. */
export function issuerOf(world: World, { application, provider }: Client): string {
  if (provider.issuerMode === "global") return `${world.publicUrl}/`;
  return `${world.publicUrl}/application/o/${application.slug}/`;
}

/** Address of something that belongs to one application, such as `jwks/`. */
export const ownAddress = (world: World, { application }: Client, part: string) =>
  `${world.publicUrl}/application/o/${application.slug}/${part}`;
