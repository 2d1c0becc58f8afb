/** What the stand-in keeps, one type per kind of thing. Times are ISO 8601 in UTC. */

export type Group = {
  pk: string;
  numPk: number;
  name: string;
  isSuperuser: boolean;
  /** At most one before 2025.12. */
  parents: readonly string[];
  users: readonly number[];
  roles: readonly string[];
  attributes: Record<string, unknown>;
};

export type UserType = "internal" | "external" | "service_account" | "internal_service_account";

export type User = {
  pk: number;
  uuid: string;
  username: string;
  name: string;
  email: string;
  active: boolean;
  type: UserType;
  path: string;
  attributes: Record<string, unknown>;
  /** Roles held without a group, since 2025.12. */
  roles?: readonly string[];
  joined: string;
  lastLogin: string | null;
  /** scrypt, see `make-secrets.ts`; null for accounts that never sign in by password. */
  passwordHash: string | null;
  passwordChanged: string;
  updated: string;
};

export type Application = {
  pk: string;
  name: string;
  slug: string;
  provider: number | null;
  backchannelProviders: readonly number[];
  group: string;
  policyEngineMode: "any" | "all";
  openInNewTab: boolean;
  launchUrl: string;
  icon: string;
  description: string;
  publisher: string;
  hide: boolean;
};

export type Binding = {
  pk: string;
  target: string;
  group: string | null;
  user: number | null;
  negate: boolean;
  enabled: boolean;
  order: number;
  timeout: number;
  failureResult: boolean;
};

export type RedirectUri = { mode: "strict" | "regex"; url: string; type: "authorization" | "logout" };

export type SubMode = "hashed_user_id" | "user_id" | "user_uuid" | "user_username" | "user_email" | "user_upn";

export type Provider = {
  pk: number;
  name: string;
  authenticationFlow: string | null;
  authorizationFlow: string;
  invalidationFlow: string;
  propertyMappings: readonly string[];
  clientType: "confidential" | "public";
  grantTypes: readonly string[];
  clientId: string;
  clientSecret: string;
  accessCodeValidity: string;
  accessTokenValidity: string;
  refreshTokenValidity: string;
  refreshTokenThreshold: string;
  includeClaimsInIdToken: boolean;
  signingKey: string | null;
  encryptionKey: string | null;
  redirectUris: readonly RedirectUri[];
  logoutUri: string;
  logoutMethod: "backchannel" | "frontchannel";
  subMode: SubMode;
  issuerMode: "per_provider" | "global";
};

export type ScopeMapping = { pk: string; managed: string; name: string; scope: string; description: string };

export type Flow = {
  pk: string;
  targetPk: string;
  name: string;
  slug: string;
  title: string;
  designation: "authentication" | "authorization" | "invalidation";
  /** The invalidation flow that signs the person out everywhere; the provider's own one only leaves the application. */
  endsSession: boolean;
};

export type KeyPair = { pk: string; name: string; managed: string | null; algorithm: "RS256" | "ES256"; pkcs8: string };

export type Role = {
  pk: string;
  name: string;
  /** Rights on every object, as `app_label.codename`. */
  rights: readonly string[];
  /** Rights that a member gets on what they create. */
  initialRights: readonly string[];
};

/** A right of a role on one object. */
export type Grant = { id: string; role: string; right: string; object: string };

export type ApiToken = { id: string; user: number; key: string };

/** A browser that signed in. `id` is the SHA-256 of what its cookie holds; `sid` in tokens is the same. */
export type Session = {
  id: string;
  user: number;
  signedInAt: string;
  expires: string;
  /** Signed in and not yet sent on to an application: answers a request that wants the password typed again. */
  fresh: boolean;
  /** pks of the providers that this session was used with. */
  logins?: readonly number[];
};

export type AuthorizationCode = {
  id: string;
  provider: number;
  user: number;
  session: string;
  redirectUri: string;
  scope: readonly string[];
  nonce: string | null;
  challenge: string | null;
  challengeMethod: "S256" | "plain";
  authTime: string;
  expires: string;
};

/** An access or a refresh token. `secret` is what the client holds: a JWT for access tokens. */
export type Token = {
  pk: number;
  secret: string;
  provider: number;
  user: number;
  session: string | null;
  scope: readonly string[];
  nonce: string | null;
  idToken: Record<string, unknown>;
  revoked: boolean;
  authTime: string;
  expires: string;
};

/** Single values: secrets and counters. */
export type Value = { id: string; value: string };
