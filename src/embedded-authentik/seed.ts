import { randomUUID } from "node:crypto";
import { builtInFlows, builtInScopes } from "./built-in.ts";
import { demoPassword, demoPeople } from "./demo-people.ts";
import { grant } from "./enforce-rights.ts";
import { hashPassword } from "./make-secrets.ts";
import { planter } from "./plant.ts";
import { serviceRights, teacherGroupRights } from "./service-rights.ts";
import type { Store } from "./store/open-store.ts";
import type { KeyPair } from "./store/records.ts";
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
  // Hashing is slow on purpose: the demo people share one password, and its hash.
  const hashes = new Map<string, string>();
  const hashOf = (password: string) => {
    const hash = hashes.get(password) ?? hashPassword(password);
    hashes.set(password, hash);
    return hash;
  };
  for (const person of seed.people ?? demoSeedPeople(groups)) {
    // Only people who are new get their groups: a demotion by hand outlives a restart.
    if (store.users.find((user) => user.username === person.username)) continue;
    const user = plant.user(person.username, {
      name: person.name,
      email: person.email,
      passwordHash: hashOf(person.password),
      active: person.active ?? true,
    });
    for (const name of person.groups) plant.member(plant.group(name, {}), user);
  }
}
