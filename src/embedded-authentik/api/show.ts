import { uidOf } from "../derive-uid.ts";
import { allGroups, directGroups, isSuperuser, rightsOf, rolesOf, withAncestors } from "../enforce-rights.ts";
import type { Application, Binding, Group, Provider, Role, Token, User } from "../store/records.ts";
import type { World } from "../world.ts";

/** The JSON of each kind of thing, with the fields of the version. Source: the published API descriptions. */

export type GroupParts = { users: boolean; parents: boolean; children: boolean; inheritedRoles: boolean };

export function showGroup(world: World, group: Group, parts: GroupParts) {
  const { store, traits } = world;
  const parents = group.parents.flatMap((pk) => store.groups.get(pk) ?? []);
  const members = group.users.flatMap((pk) => store.users.get(pk) ?? []);
  const shared = {
    pk: group.pk,
    num_pk: group.numPk,
    name: group.name,
    is_superuser: group.isSuperuser,
    users: group.users,
    users_obj: parts.users ? members.map((user) => showMember(world, user)) : null,
    attributes: group.attributes,
    roles: group.roles,
    roles_obj: showRoles(world, group.roles),
  };
  if (!traits.manyParents) return { ...shared, parent: parents[0]?.pk ?? null, parent_name: parents[0]?.name ?? null };
  const children = store.groups.filter((other) => other.parents.includes(group.pk));
  const inherited = withAncestors(store, parents).flatMap((ancestor) => ancestor.roles);
  return {
    ...shared,
    parents: group.parents,
    parents_obj: parts.parents ? parents.map(showRelatedGroup) : null,
    inherited_roles_obj: parts.inheritedRoles ? showRoles(world, [...new Set(inherited)]) : null,
    children: children.map((child) => child.pk),
    children_obj: parts.children ? children.map(showRelatedGroup) : null,
  };
}

const showRelatedGroup = (group: Group) => ({
  pk: group.pk,
  name: group.name,
  is_superuser: group.isSuperuser,
  attributes: group.attributes,
  group_uuid: group.pk,
});

/** A group as it is nested in a user or a binding. */
function showNestedGroup({ store, traits }: World, group: Group) {
  const shared = {
    pk: group.pk,
    num_pk: group.numPk,
    name: group.name,
    is_superuser: group.isSuperuser,
    attributes: group.attributes,
  };
  if (traits.manyParents) return shared;
  const parent = store.groups.get(group.parents[0] ?? "");
  return { ...shared, parent: parent?.pk ?? null, parent_name: parent?.name ?? null };
}

const showRoles = ({ store }: World, roles: readonly string[]) =>
  roles.flatMap((pk) => store.roles.get(pk) ?? []).map((role: Role) => ({ pk: role.pk, name: role.name }));

/** A user as they are nested in a group or a binding. */
function showMember(world: World, user: User) {
  return {
    pk: user.pk,
    username: user.username,
    name: user.name,
    is_active: user.active,
    last_login: user.lastLogin,
    email: user.email,
    attributes: user.attributes,
    uid: uidOf(world, user),
  };
}

export function showUser(world: World, user: User, parts: { groups: boolean; roles: boolean }) {
  const { store, traits } = world;
  const groups = directGroups(store, user);
  const shared = {
    pk: user.pk,
    username: user.username,
    name: user.name,
    is_active: user.active,
    last_login: user.lastLogin,
    is_superuser: isSuperuser(store, user),
    groups: groups.map((group) => group.pk),
    groups_obj: parts.groups ? groups.map((group) => showNestedGroup(world, group)) : null,
    email: user.email,
    avatar: avatarOf(user),
    attributes: user.attributes,
    uid: uidOf(world, user),
    path: user.path,
    type: user.type,
    uuid: user.uuid,
  };
  if (!traits.userRoles) return shared;
  return {
    ...shared,
    date_joined: user.joined,
    roles: user.roles ?? [],
    roles_obj: parts.roles ? showRoles(world, user.roles ?? []) : null,
    password_change_date: user.passwordChanged,
    last_updated: user.updated,
  };
}

/** What a caller learns about themselves. */
export function showSelf(world: World, user: User) {
  const { store, traits } = world;
  const self = {
    pk: user.pk,
    username: user.username,
    name: user.name,
    is_active: user.active,
    is_superuser: isSuperuser(store, user),
    groups: allGroups(store, user).map((group) => ({ name: group.name, pk: group.pk })),
    email: user.email,
    avatar: avatarOf(user),
    uid: uidOf(world, user),
    settings: {},
    type: user.type,
    system_permissions: rightsOf(store, user).global.filter((right) => right.startsWith("authentik_rbac.")),
  };
  if (!traits.userRoles) return { user: self };
  const withRoles = { ...self, roles: showRoles(world, rolesOf(store, user)) };
  if (!traits.fields2026) return { user: withRoles };
  const current = { ...withRoles, is_current: true };
  return { user: current, users: [current] };
}

/** Initials on a coloured square. */
function avatarOf(user: User): string {
  const initials = (user.name || user.username)
    .split(/\s+/)
    .map((word) => word.charAt(0).toUpperCase())
    .slice(0, 2)
    .join("")
    .replace(/[^\p{L}\p{N}]/gu, "");
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" fill="#0b4f8a"/><text x="32" y="42" font-size="28" font-family="sans-serif" text-anchor="middle" fill="#fff">${initials}</text></svg>`;
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;
}

export function showApplication(world: World, application: Application) {
  const { store, traits } = world;
  const provider = application.provider === null ? undefined : store.providers.get(application.provider);
  return {
    pk: application.pk,
    name: application.name,
    slug: application.slug,
    provider: application.provider,
    provider_obj: provider ? showProviderBase(world, provider) : null,
    backchannel_providers: application.backchannelProviders,
    backchannel_providers_obj: [],
    launch_url: application.launchUrl === "" ? null : application.launchUrl,
    open_in_new_tab: application.openInNewTab,
    meta_launch_url: application.launchUrl,
    ...(traits.iconWritable
      ? { meta_icon: application.icon, meta_icon_url: application.icon || null, meta_icon_themed_urls: null }
      : { meta_icon: application.icon || null }),
    meta_description: application.description,
    meta_publisher: application.publisher,
    policy_engine_mode: application.policyEngineMode,
    group: application.group,
    ...(traits.fields2026 ? { meta_hide: application.hide, pbm_uuid: application.pk } : {}),
  };
}

/** What all kinds of providers have in common. */
function showProviderBase({ store, traits }: World, provider: Provider) {
  const application = store.applications.find((known) => known.provider === provider.pk);
  // Before 2025 Authentik leaves out what a provider without an application has no value for.
  const assigned = (name: string, value: string | undefined) =>
    value === undefined && !traits.assignedNullable ? {} : { [name]: value ?? null };
  return {
    pk: provider.pk,
    name: provider.name,
    authentication_flow: provider.authenticationFlow,
    authorization_flow: provider.authorizationFlow,
    invalidation_flow: provider.invalidationFlow,
    property_mappings: provider.propertyMappings,
    component: "ak-provider-oauth2-form",
    ...assigned("assigned_application_slug", application?.slug),
    ...assigned("assigned_application_name", application?.name),
    ...assigned("assigned_backchannel_application_slug", undefined),
    ...assigned("assigned_backchannel_application_name", undefined),
    verbose_name: "OAuth2/OpenID Provider",
    verbose_name_plural: "OAuth2/OpenID Providers",
    meta_model_name: "authentik_providers_oauth2.oauth2provider",
  };
}

export function showProvider(world: World, provider: Provider) {
  const { traits } = world;
  return {
    ...showProviderBase(world, provider),
    client_type: provider.clientType,
    ...(traits.grantTypes ? { grant_types: provider.grantTypes } : {}),
    client_id: provider.clientId,
    client_secret: provider.clientSecret,
    access_code_validity: provider.accessCodeValidity,
    access_token_validity: provider.accessTokenValidity,
    refresh_token_validity: provider.refreshTokenValidity,
    include_claims_in_id_token: provider.includeClaimsInIdToken,
    signing_key: provider.signingKey,
    encryption_key: provider.encryptionKey,
    redirect_uris: provider.redirectUris
      // A version that knows no logout addresses never shows one.
      .filter((uri) => traits.postLogout || uri.type === "authorization")
      .map(({ mode, url, type }) => ({
        matching_mode: mode,
        url,
        ...(traits.postLogout ? { redirect_uri_type: type } : {}),
      })),
    ...(traits.logoutUri
      ? {
          refresh_token_threshold: provider.refreshTokenThreshold,
          logout_uri: provider.logoutUri,
          logout_method: provider.logoutMethod,
        }
      : {}),
    sub_mode: provider.subMode,
    issuer_mode: provider.issuerMode,
    jwt_federation_sources: [],
    jwt_federation_providers: [],
  };
}

export function showBinding(world: World, binding: Binding) {
  const { store, traits } = world;
  const group = binding.group === null ? undefined : store.groups.get(binding.group);
  const user = binding.user === null ? undefined : store.users.get(binding.user);
  const whole = { users: true, parents: false, children: false, inheritedRoles: false };
  const nested = traits.shortNested
    ? { group: group && showNestedGroup(world, group), user: user && showMember(world, user) }
    : {
        group: group && showGroup(world, group, whole),
        user: user && showUser(world, user, { groups: true, roles: true }),
      };
  return {
    pk: binding.pk,
    policy: null,
    group: binding.group,
    user: binding.user,
    policy_obj: null,
    group_obj: nested.group ?? null,
    user_obj: nested.user ?? null,
    target: binding.target,
    negate: binding.negate,
    enabled: binding.enabled,
    order: binding.order,
    timeout: binding.timeout,
    failure_result: binding.failureResult,
    ...(traits.fields2026 ? { expires: null, expiring: false } : {}),
  };
}

export function showToken(world: World, token: Token) {
  const { store, traits, clock } = world;
  const provider = store.providers.get(token.provider);
  const user = store.users.get(token.user);
  return {
    pk: token.pk,
    provider: provider && (traits.shortNested ? showProviderBase(world, provider) : showProvider(world, provider)),
    user: user && showUser(world, user, { groups: true, roles: true }),
    is_expired: Date.parse(token.expires) < clock.now().getTime(),
    expires: token.expires,
    scope: token.scope,
    id_token: JSON.stringify(token.idToken, null, 4),
    revoked: token.revoked,
  };
}
