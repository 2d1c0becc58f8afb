import type { UsagePeriod } from "../domain/usage-period.ts";

/** A user of Authentik as the portal needs one. */
export type IdentityUser = {
  /** uuid; equals the `sub` claim. */
  id: string;
  username: string;
  name: string;
  email: string;
  active: boolean;
  /** Names of the groups the user is a direct member of. */
  groups: readonly string[];
};

/** What of a hub shows in Authentik. */
export type IdentityHub = {
  id: string;
  slug: string;
  name: string;
  description: string;
  period: UsagePeriod;
  /** Where the hub answers, with a trailing slash; launch URL of the application. */
  url: string;
  /** The one redirect URI of the hub's provider. */
  callbackUrl: string;
  clientId: string;
  clientSecret: string;
};

/** The OIDC addresses a hub needs for one provider; as seen by browser and hub alike. */
export type OidcEndpoints = {
  issuer: string;
  authorizeUrl: string;
  tokenUrl: string;
  userinfoUrl: string;
  endSessionUrl: string;
};

/**
 * Authentik, in our words. Every `ensure…` is find-or-create, keyed by a name made from the slug, safe to repeat and
 * to run twice at once; every `remove…` succeeds when the thing is already gone. A thing that carries the name but
 * was not made for this hub is never taken over or deleted.
 *
 * All methods throw `Unavailable` (domain/errors.ts), whose sentence names what was tried, never a token.
 */
export interface Identity {
  /** The user with this uuid, or null when Authentik knows none. */
  user(id: string): Promise<IdentityUser | null>;
  /** Up to `limit` users whose username, name or e-mail matches `text`. */
  searchUsers(text: string, limit: number): Promise<IdentityUser[]>;
  /** All users of exactly this username, or this e-mail address whatever its case; without service accounts. */
  usersNamed(text: string): Promise<IdentityUser[]>;

  /** Makes sure that group `jh_<slug>` exists below the parent group. Returns its pk (uuid). */
  ensureGroup(hub: IdentityHub): Promise<string>;
  /** Users in the group; null when the group is gone. */
  groupMembers(groupId: string): Promise<IdentityUser[] | null>;
  /** Puts a user into a group; nothing happens when they are in it. */
  addToGroup(groupId: string, userId: string): Promise<void>;
  /** Takes a user out of a group; nothing happens when they, or the group, are not there. */
  removeFromGroup(groupId: string, userId: string): Promise<void>;

  /** Users who are direct members of the group of this name; an empty list when there is no such group. */
  membersOfNamedGroup(name: string): Promise<IdentityUser[]>;
  /** Adds to or takes from a group named in the settings (teachers). */
  setNamedGroupMembership(name: string, userId: string, member: boolean): Promise<void>;

  /** Application without a provider: nobody can sign in through it yet. Also brings name, description and period up to date. */
  ensureApplication(hub: IdentityHub): Promise<void>;
  /** Bindings of the application to the hub's group and to the governance group. */
  ensureBindings(hub: IdentityHub, groupId: string): Promise<void>;
  /** OAuth2 provider with the hub's client id, secret and redirect URI. */
  ensureProvider(hub: IdentityHub): Promise<void>;
  /** Attaches the provider to the application, after making sure that the bindings are there. */
  attachProvider(hub: IdentityHub, groupId: string): Promise<void>;

  removeApplication(hub: IdentityHub): Promise<void>;
  removeProvider(hub: IdentityHub): Promise<void>;
  removeGroup(hub: IdentityHub): Promise<void>;

  /** Ends the tokens that a user holds for the hub's provider, where the portal's rights allow it. */
  revokeTokens(hub: IdentityHub, userId: string): Promise<void>;

  /** OIDC addresses of the hub's provider. Pure: makes no request. */
  oidcEndpoints(slug: string): OidcEndpoints;
  /** Name of the hub's group in Authentik, as it appears in the `groups` claim. Pure. */
  groupName(slug: string): string;
  /** Name of the governance group. Pure. */
  readonly governanceGroup: string;
}
