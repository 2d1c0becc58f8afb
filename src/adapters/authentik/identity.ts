import type { Clock } from "../../ports/clock.ts";
import type { Identity } from "../../ports/identity.ts";
import type { Log } from "../../ports/log.ts";
import { attachProvider } from "./attach-provider.ts";
import { addToGroup, removeFromGroup, setNamedGroupMembership } from "./change-membership.ts";
import { makeClient, type Timings } from "./client.ts";
import { ensureApplication } from "./ensure-application.ts";
import { ensureBindings } from "./ensure-bindings.ts";
import { ensureGroup } from "./ensure-group.ts";
import { ensureProvider } from "./ensure-provider.ts";
import { findUser, groupMembers, membersOfNamedGroup, searchUsers, usersNamed } from "./find-users.ts";
import { readVersion } from "./look-up.ts";
import { groupNameOf } from "./names.ts";
import { oidcEndpoints } from "./oidc-endpoints.ts";
import type { Parts } from "./parts.ts";
import { removeApplication, removeGroup, removeProvider } from "./remove-hub.ts";
import { revokeTokens } from "./revoke-tokens.ts";

export type AuthentikOptions = {
  /** Address of Authentik, as browsers and servers see it. */
  url: string;
  /** API token of the portal's service account. */
  token: string;
  /** Names of groups that are there before the portal is. */
  parentGroup: string;
  teacherGroup: string;
  governanceGroup: string;
  /** Address of the portal. */
  publicUrl: string;
  log: Log;
  clock?: Clock;
  fetch?: typeof fetch;
  timings?: Partial<Timings>;
};

/** How long the version of Authentik is taken for known, in milliseconds. */
const versionKept = 10 * 60_000;

/** Port `Identity` on a real Authentik, 2024.12 or later. Makes no request by itself. */
export function createAuthentikIdentity(options: AuthentikOptions): Identity {
  const parts = makeParts(options);
  return {
    user: (id) => findUser(parts, id),
    searchUsers: (text, limit) => searchUsers(parts, text, limit),
    usersNamed: (text) => usersNamed(parts, text),

    ensureGroup: (hub) => ensureGroup(parts, hub),
    groupMembers: (groupId) => groupMembers(parts, groupId),
    addToGroup: (groupId, userId) => addToGroup(parts, groupId, userId),
    removeFromGroup: (groupId, userId) => removeFromGroup(parts, groupId, userId),
    membersOfNamedGroup: (name) => membersOfNamedGroup(parts, name),
    setNamedGroupMembership: (name, userId, member) => setNamedGroupMembership(parts, name, userId, member),

    ensureApplication: (hub) => ensureApplication(parts, hub),
    async ensureBindings(hub, groupId) {
      await ensureBindings(parts, hub, groupId);
    },
    ensureProvider: (hub) => ensureProvider(parts, hub),
    attachProvider: (hub, groupId) => attachProvider(parts, hub, groupId),

    removeApplication: (hub) => removeApplication(parts, hub),
    removeProvider: (hub) => removeProvider(parts, hub),
    removeGroup: (hub) => removeGroup(parts, hub),
    revokeTokens: (hub, userId) => revokeTokens(parts, hub, userId),

    oidcEndpoints: (slug) => oidcEndpoints(parts.url, slug),
    groupName: groupNameOf,
    governanceGroup: parts.governanceGroup,
  };
}

/** What the steps of this adapter, and the check of a set-up, work with. */
export function makeParts(options: AuthentikOptions): Parts {
  const clock = options.clock ?? { now: () => new Date() };
  const url = options.url.replace(/\/+$/, "");
  const client = makeClient({
    url,
    token: options.token,
    log: options.log,
    clock,
    ...(options.fetch ? { fetch: options.fetch } : {}),
    ...(options.timings ? { timings: options.timings } : {}),
  });
  let known: { version: string; until: number } | null = null;
  return {
    client,
    log: options.log,
    url,
    parentGroup: options.parentGroup,
    teacherGroup: options.teacherGroup,
    governanceGroup: options.governanceGroup,
    publicUrl: options.publicUrl.replace(/\/+$/, ""),
    async version() {
      const now = clock.now().getTime();
      if (!known || known.until < now) known = { version: await readVersion(client), until: now + versionKept };
      return known.version;
    },
  };
}
