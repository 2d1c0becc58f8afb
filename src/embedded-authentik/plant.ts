import { randomUUID } from "node:crypto";
import { randomText } from "./make-secrets.ts";
import { makeKeyPair } from "./make-signing-keys.ts";
import type { Store } from "./store/open-store.ts";
import type { Flow, Group, KeyPair, Provider, User, UserType } from "./store/records.ts";

/** Find-or-create for each kind of thing that the seed needs. */
export function planter(store: Store, now: Date) {
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
              accessTokenValidity: "hours=24",
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
