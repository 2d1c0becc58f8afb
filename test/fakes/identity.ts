import { Unavailable } from "../../src/domain/errors.ts";
import type { Identity, IdentityHub, IdentityUser } from "../../src/ports/identity.ts";

type FakeGroup = { id: string; hubId: string; members: Set<string> };
type FakeApplication = { hubId: string; bound: boolean; provider: boolean };

export type FakeIdentity = Identity & {
  groups: Map<string, FakeGroup>;
  applications: Map<string, FakeApplication>;
  providers: Map<string, { hubId: string; clientSecret: string }>;
  users: Map<string, IdentityUser>;
  revoked: string[];
};

/**
 * An Authentik in memory that keeps what the port promises, and refuses what would be unsafe.
 * @param before called with the name of each method that would go outside; may throw, or return a promise to wait for
 */
export function createFakeIdentity(before: (call: string) => unknown = () => {}): FakeIdentity {
  const groups = new Map<string, FakeGroup>();
  const applications = new Map<string, FakeApplication>();
  const providers = new Map<string, { hubId: string; clientSecret: string }>();
  const users = new Map<string, IdentityUser>();
  const revoked: string[] = [];
  let made = 0;
  const outside = async (call: string) => {
    await before(`identity.${call}`);
  };
  const groupById = (id: string) => [...groups.values()].find((group) => group.id === id);
  const applicationOf = (hub: IdentityHub) => {
    const application = applications.get(hub.slug);
    if (application === undefined) throw new Error("no application yet: the steps are out of order");
    return application;
  };
  return {
    groups,
    applications,
    providers,
    users,
    revoked,
    async user(id) {
      await outside("user");
      return users.get(id) ?? null;
    },
    async usersNamed(text) {
      await outside("usersNamed");
      const lower = text.toLowerCase();
      return [...users.values()].filter((user) => user.username === text || user.email.toLowerCase() === lower);
    },
    async searchUsers(text, limit) {
      await outside("searchUsers");
      const found = [...users.values()].filter(({ username, name, email }) =>
        [username, name, email].some((each) => each.toLowerCase().includes(text.toLowerCase())),
      );
      return found.slice(0, limit);
    },
    async ensureGroup(hub) {
      await outside("ensureGroup");
      const group = groups.get(hub.slug) ?? { id: `group-${++made}`, hubId: hub.id, members: new Set() };
      groups.set(hub.slug, group);
      return group.id;
    },
    async groupMembers(groupId) {
      await outside("groupMembers");
      const group = groupById(groupId);
      if (group === undefined) return null;
      // Whoever a test does not speak of is there, and active.
      const ordinary = (id: string) => ({
        id,
        username: id,
        name: id,
        email: `${id}@example.org`,
        active: true,
        groups: [],
      });
      return [...group.members].map((id) => users.get(id) ?? ordinary(id));
    },
    async addToGroup(groupId, userId) {
      await outside("addToGroup");
      const group = groupById(groupId);
      if (group === undefined) throw new Unavailable("The group is gone.");
      group.members.add(userId);
    },
    async removeFromGroup(groupId, userId) {
      await outside("removeFromGroup");
      groupById(groupId)?.members.delete(userId);
    },
    async membersOfNamedGroup(name) {
      await outside("membersOfNamedGroup");
      return [...users.values()].filter((user) => user.groups.includes(name));
    },
    async setNamedGroupMembership(name, userId, member) {
      await outside("setNamedGroupMembership");
      const user = users.get(userId);
      if (user === undefined) return;
      const others = user.groups.filter((group) => group !== name);
      users.set(userId, { ...user, groups: member ? [...others, name] : others });
    },
    async ensureApplication(hub) {
      await outside("ensureApplication");
      if (!applications.has(hub.slug)) applications.set(hub.slug, { hubId: hub.id, bound: false, provider: false });
    },
    async ensureBindings(hub, groupId) {
      await outside("ensureBindings");
      if (groupById(groupId) === undefined) throw new Error("bindings to a group that is gone");
      applicationOf(hub).bound = true;
    },
    async ensureProvider(hub) {
      await outside("ensureProvider");
      providers.set(hub.slug, { hubId: hub.id, clientSecret: hub.clientSecret });
    },
    async attachProvider(hub) {
      await outside("attachProvider");
      const application = applicationOf(hub);
      if (!application.bound) throw new Error("an application with a provider and no binding is open to everyone");
      application.provider = true;
    },
    async removeApplication(hub) {
      await outside("removeApplication");
      applications.delete(hub.slug);
    },
    async removeProvider(hub) {
      await outside("removeProvider");
      providers.delete(hub.slug);
    },
    async removeGroup(hub) {
      await outside("removeGroup");
      if (applications.has(hub.slug)) throw new Error("deleting the group first leaves the application open");
      groups.delete(hub.slug);
    },
    async revokeTokens(_hub, userId) {
      await outside("revokeTokens");
      revoked.push(userId);
    },
    oidcEndpoints(slug) {
      const base = "https://authentik.example.org/application/o";
      return {
        issuer: `${base}/jh-${slug}/`,
        authorizeUrl: `${base}/authorize/`,
        tokenUrl: `${base}/token/`,
        userinfoUrl: `${base}/userinfo/`,
        endSessionUrl: `${base}/jh-${slug}/end-session/`,
      };
    },
    groupName: (slug) => `jh_${slug}`,
    governanceGroup: "portal-admins",
  };
}
