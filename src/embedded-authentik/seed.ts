import { randomUUID } from "node:crypto";
import { demoPassword, demoPeople } from "./demo-people.ts";
import { grant } from "./enforce-rights.ts";
import { hashPassword, randomText } from "./make-secrets.ts";
import { makeKeyPair } from "./make-signing-keys.ts";
import { serviceRights, teacherGroupRights } from "./service-rights.ts";
import type { Store } from "./store/open-store.ts";
import type { Flow, Group, KeyPair, Provider, User, UserType } from "./store/records.ts";
import type { Traits } from "./versions.ts";
import type { ShownPerson } from "./world.ts";

export type SeedPerson = {
  username: string;
  name: string;
  email: string;
  password: string;
  groups: readonly string[];
  active?: boolean;
};

/** What is there from the start, beside what every Authentik brings. Each part has a preset for trying out. */
export type Seed = {
  /** Address of the portal as browsers see it; its callback is `<portalUrl>/sign-in/callback`. */
  portalUrl?: string;
  /** Where the portal wants to be told that a session ended (back-channel logout, since 2025.8); preset nowhere. */
  portalLogoutUri?: string;
  applicationSlug?: string;
  parentGroup?: string;
  teacherGroup?: string;
  governanceGroup?: string;
  people?: readonly SeedPerson[];
  /** Whether the sign-in page tells who can sign in with which password; preset for the demo people only. */
  showPeople?: boolean;
  /** Signing keys beside the one that every Authentik brings. */
  moreKeys?: readonly { name: string; algorithm: KeyPair["algorithm"] }[];
};

export const presetSeed = {
  portalUrl: "http://localhost:3000",
  applicationSlug: "hub-portal",
  parentGroup: "jupyterhubs",
  teacherGroup: "portal-leaders",
  governanceGroup: "portal-admins",
} as const;

/** The demo people as the seed takes them. */
export function demoSeedPeople(groups: { teachers: string; governance: string }): SeedPerson[] {
  return demoPeople(groups).map((person) => ({ ...person, password: demoPassword }));
}

/** Who the sign-in page names: the demo people, or those given where `showPeople` says so. */
export function shownPeople(seed: Seed): ShownPerson[] {
  const { teacherGroup: teachers, governanceGroup: governance } = { ...presetSeed, ...seed };
  const people = seed.people ?? demoSeedPeople({ teachers, governance });
  if (!(seed.showPeople ?? seed.people === undefined)) return [];
  const roleOf = (groups: readonly string[]) =>
    groups.includes(governance) ? "Governance" : groups.includes(teachers) ? "Teacher" : "Participant";
  return people.map(({ username, name, password, groups }) => ({ username, name, password, role: roleOf(groups) }));
}

/** Username of the portal's service account, and name of its role and group. */
export const serviceAccount = "hub-portal-service";
/** The account that owns the set-up; its API token is a superuser's. */
export const superuserAccount = "akadmin";
const selfSigned = "authentik Self-signed Certificate";

/**
 * Find-or-create of everything the stand-in starts with: what every Authentik brings (flows, scope mappings, a
 * signing key, the superusers), and the portal's own provider, application, groups, service account and people.
 * What is there is left as it is; only what holds the portal's address follows it.
 */
export function plantSeed(store: Store, traits: Traits, seed: Seed, now: Date): void {
  const wanted = { ...presetSeed, ...seed };
  const plant = planter(store, now);
  store.keep("install id", () => randomUUID());

  for (const flow of builtInFlows) plant.flow(flow);
  for (const scope of builtInScopes(traits)) plant.scopeMapping(scope.scope, scope.name, scope.description);
  const signingKey = plant.keyPair(selfSigned, "RS256");

  for (const { name, algorithm } of seed.moreKeys ?? []) plant.keyPair(name, algorithm);

  const admins = plant.group("authentik Admins", { isSuperuser: true });
  const superuser = plant.user(superuserAccount, { name: "authentik Default Admin", email: "admin@example.org" });
  plant.member(admins, superuser);
  plant.apiToken("akadmin-api", superuser);

  plant.group(wanted.parentGroup, {});
  const teachers = plant.group(wanted.teacherGroup, {});
  plant.group(wanted.governanceGroup, {});

  const rights = serviceRights(traits);
  const role = plant.role(serviceAccount, rights.rights, rights.initialRights);
  for (const right of teacherGroupRights) grant(store, role, right, teachers.pk);
  const servicePeople = plant.group(serviceAccount, { roles: [role] });
  const service = plant.user(serviceAccount, {
    name: "Hub portal",
    type: "service_account",
    path: "goauthentik.io/service-accounts",
  });
  plant.member(servicePeople, service);
  plant.apiToken("hub-portal-api", service);

  const portalUrl = wanted.portalUrl.replace(/\/+$/, "");
  plant.portal(wanted.applicationSlug, portalUrl, wanted.portalLogoutUri ?? "", signingKey);

  const groups = { teachers: wanted.teacherGroup, governance: wanted.governanceGroup };
  for (const person of seed.people ?? demoSeedPeople(groups)) {
    // Only people who are new get their groups: a demotion by hand outlives a restart.
    if (store.users.find((user) => user.username === person.username)) continue;
    const user = plant.user(person.username, {
      name: person.name,
      email: person.email,
      passwordHash: hashPassword(person.password),
      active: person.active ?? true,
    });
    for (const name of person.groups) plant.member(plant.group(name, {}), user);
  }
}

const builtInFlows: Omit<Flow, "pk" | "targetPk">[] = [
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

function builtInScopes(traits: Traits): { scope: string; name: string; description: string }[] {
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

function planter(store: Store, now: Date) {
  const time = now.toISOString();
  const flowPk = (slug: string) => {
    const flow = store.flows.find((known) => known.slug === slug);
    if (!flow) throw new Error(`There is no flow ${slug}.`);
    return flow.pk;
  };
  const scopePk = (scope: string) => store.scopeMappings.find((known) => known.scope === scope)?.pk ?? "";

  return {
    flow(flow: Omit<Flow, "pk" | "targetPk">): void {
      if (store.flows.find((known) => known.slug === flow.slug)) return;
      store.flows.put({ ...flow, pk: randomUUID(), targetPk: randomUUID() });
    },

    scopeMapping(scope: string, name: string, description: string): void {
      const managed = `goauthentik.io/providers/oauth2/scope-${scope}`;
      if (store.scopeMappings.find((known) => known.managed === managed)) return;
      store.scopeMappings.put({ pk: randomUUID(), managed, name, scope, description });
    },

    keyPair(name: string, algorithm: KeyPair["algorithm"]): string {
      const known = store.keyPairs.find((pair) => pair.name === name);
      return (known ?? store.keyPairs.put(makeKeyPair(name, algorithm, null))).pk;
    },

    group(name: string, more: { isSuperuser?: boolean; roles?: readonly string[] }): Group {
      const known = store.groups.find((group) => group.name === name);
      if (known) return known;
      return store.groups.put({
        pk: randomUUID(),
        numPk: store.next("group"),
        name,
        isSuperuser: more.isSuperuser ?? false,
        parents: [],
        users: [],
        roles: more.roles ?? [],
        attributes: {},
      });
    },

    role(name: string, rights: string[], initialRights: string[]): string {
      const known = store.roles.find((role) => role.name === name);
      // The rights follow the version that the stand-in runs as.
      return store.roles.put({ pk: known?.pk ?? randomUUID(), name, rights, initialRights }).pk;
    },

    user(
      username: string,
      more: {
        name: string;
        email?: string;
        type?: UserType;
        path?: string;
        passwordHash?: string;
        active?: boolean;
      },
    ): User {
      const known = store.users.find((user) => user.username === username);
      if (known) return known;
      return store.users.put({
        pk: store.next("user"),
        uuid: randomUUID(),
        username,
        name: more.name,
        email: more.email ?? "",
        active: more.active ?? true,
        type: more.type ?? "internal",
        path: more.path ?? "users",
        attributes: {},
        joined: time,
        lastLogin: null,
        passwordHash: more.passwordHash ?? null,
        passwordChanged: time,
        updated: time,
      });
    },

    member(group: Group, user: User): void {
      const current = store.groups.get(group.pk) ?? group;
      if (current.users.includes(user.pk)) return;
      store.groups.put({ ...current, users: [...current.users, user.pk] });
    },

    apiToken(identifier: string, user: User): void {
      if (store.apiTokens.has(identifier)) return;
      store.apiTokens.put({ id: identifier, user: user.pk, key: randomText(60) });
    },

    portal(slug: string, portalUrl: string, logoutUri: string, signingKey: string): void {
      const redirectUris: Provider["redirectUris"] = [
        { mode: "strict", url: `${portalUrl}/sign-in/callback`, type: "authorization" },
        { mode: "strict", url: `${portalUrl}/`, type: "logout" },
      ];
      const known = store.providers.find((provider) => provider.name === slug);
      const provider = store.providers.put(
        known
          ? { ...known, redirectUris, logoutUri }
          : {
              pk: store.next("provider"),
              name: slug,
              authenticationFlow: null,
              authorizationFlow: flowPk("default-provider-authorization-implicit-consent"),
              invalidationFlow: flowPk("default-invalidation-flow"),
              propertyMappings: ["openid", "email", "profile"].map(scopePk),
              clientType: "confidential",
              grantTypes: ["authorization_code", "refresh_token"],
              clientId: randomText(40),
              clientSecret: randomText(128),
              accessCodeValidity: "minutes=1",
              accessTokenValidity: "minutes=5",
              refreshTokenValidity: "days=30",
              refreshTokenThreshold: "hours=1",
              includeClaimsInIdToken: true,
              signingKey,
              encryptionKey: null,
              redirectUris,
              logoutUri,
              logoutMethod: "backchannel",
              subMode: "user_uuid",
              issuerMode: "per_provider",
            },
      );
      const application = store.applications.find((one) => one.slug === slug);
      if (application) {
        store.applications.put({ ...application, launchUrl: `${portalUrl}/` });
        return;
      }
      store.applications.put({
        pk: randomUUID(),
        name: "Hub portal",
        slug,
        provider: provider.pk,
        backchannelProviders: [],
        group: "",
        policyEngineMode: "any",
        openInNewTab: false,
        launchUrl: `${portalUrl}/`,
        icon: "",
        description: "",
        publisher: "",
        hide: false,
      });
    },
  };
}
