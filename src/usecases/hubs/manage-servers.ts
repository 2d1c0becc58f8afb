import type { Actor, Standing } from "../../domain/actor.ts";
import { isStaff, leads } from "../../domain/actor.ts";
import { ActError, Conflict, Forbidden, Invalid, NotFound } from "../../domain/errors.ts";
import type { Hub } from "../../domain/hub.ts";
import type { HubEventKind } from "../../domain/hub-event.ts";
import { phaseOf } from "../../domain/hub-phase.ts";
import type { Person } from "../../domain/person.ts";
import type { HubApiRef, RunningServer } from "../../ports/hub-api.ts";
import { type Core, todayOf } from "../core.ts";
import { hubSeenBy } from "../find-hub.ts";
import { secretsWithoutKeeping } from "../reconcile/hub-spec.ts";
import { recordEvent } from "../record-event.ts";

/** How many servers are asked to stop side by side. */
const together = 10;

export type ServersView = {
  hub: Hub;
  standing: Standing;
  /** Those who were waiting longest for something to do last. */
  servers: (RunningServer & { person: Person | null })[];
  /** Why the servers cannot be shown, as a sentence; null when they can. */
  trouble: string | null;
  /** People with access and without a server, by name. */
  startable: Person[];
  may: { manage: boolean; visit: boolean };
};

/** Who has a server on a hub, for its staff and for governance. Throws `NotFound` for others. */
export async function showServers(core: Core, actor: Actor, given: { hubId: string }): Promise<ServersView> {
  const { hub, standing } = await hubSeenBy(core, actor, given.hubId);
  const people = await peopleWithAccess(core, hub);
  const may = { manage: isStaff(standing), visit: leads(standing) };
  const closed = closedSentence(core, hub);
  const nothing = { hub, standing, servers: [], startable: [], may };
  if (closed !== null) return { ...nothing, trouble: closed, may: { manage: false, visit: false } };
  try {
    const running = await core.hubApi.runningServers(await apiOf(core, hub));
    const byUsername = new Map(people.map((person) => [person.username.toLowerCase(), person]));
    const busy = new Set(running.map(({ username }) => username));
    const startable = people.filter(({ username }) => !busy.has(username.toLowerCase()));
    const servers = running.map((server) => ({ ...server, person: byUsername.get(server.username) ?? null }));
    const lastActivity = (server: RunningServer) => server.lastActivity?.getTime() ?? 0;
    return {
      ...nothing,
      servers: servers.sort((a, b) => lastActivity(b) - lastActivity(a)),
      startable: startable.sort((a, b) => a.name.localeCompare(b.name)),
      trouble: null,
    };
  } catch (error) {
    if (!(error instanceof ActError)) throw error;
    return { ...nothing, trouble: error.sentence };
  }
}

/**
 * Staff start the server of somebody who has access, also of one who never signed in.
 * @param given.username as in Authentik
 * @returns the person
 * @throws Invalid when nobody with access has this username; Conflict when the hub is not open
 */
export async function startServer(
  core: Core,
  actor: Actor,
  given: { hubId: string; username: string },
): Promise<Person> {
  const hub = await openHubStaffedBy(core, actor, given.hubId);
  const username = given.username.trim();
  if (username === "") throw new Invalid([{ field: "username", message: "Enter a username" }]);
  const people = await peopleWithAccess(core, hub);
  const person = people.find((each) => each.username.toLowerCase() === username.toLowerCase());
  if (person === undefined) {
    const message = "Nobody who has access to this hub has this username";
    throw new Invalid([{ field: "username", message }]);
  }
  await core.hubApi.startServer(await apiOf(core, hub), person.username);
  await note(core, actor, hub, "server-started", person);
  return person;
}

/**
 * Staff stop one server.
 * @returns whose it was, as a name
 * @throws Conflict when none of this username runs, or the hub is not open
 */
export async function stopServer(
  core: Core,
  actor: Actor,
  given: { hubId: string; username: string },
): Promise<string> {
  const hub = await openHubStaffedBy(core, actor, given.hubId);
  const { api, server, person } = await runningServerOf(core, hub, given.username);
  await core.hubApi.stopServer(api, server.username);
  await note(core, actor, hub, "server-stopped", person, server.username);
  return person?.name ?? server.username;
}

/**
 * Staff stop all servers of a hub.
 * @returns how many were asked to stop, and how many could not be
 */
export async function stopAllServers(
  core: Core,
  actor: Actor,
  given: { hubId: string },
): Promise<{ stopped: number; failed: number }> {
  const hub = await openHubStaffedBy(core, actor, given.hubId);
  const api = await apiOf(core, hub);
  const waiting = (await core.hubApi.runningServers(api)).map(({ username }) => username);
  let stopped = 0;
  let failed = 0;
  const work = async () => {
    for (let username = waiting.pop(); username !== undefined; username = waiting.pop()) {
      try {
        await core.hubApi.askToStop(api, username);
        stopped++;
      } catch (error) {
        if (!(error instanceof ActError)) throw error;
        failed++;
      }
    }
  };
  await Promise.all(Array.from({ length: together }, work));
  if (stopped > 0) {
    const event = { hubId: hub.id, kind: "servers-stopped", actorId: actor.person.id } as const;
    await recordEvent(core.store, core.clock, { ...event, to: String(stopped) });
  }
  return { stopped, failed };
}

/**
 * A teacher opens somebody's running server. The visit is on the timeline before the address is given away.
 * @returns the server's address
 * @throws Forbidden for tutors and governance, whom the hub itself would not let in
 */
export async function visitServer(
  core: Core,
  actor: Actor,
  given: { hubId: string; username: string },
): Promise<string> {
  const hub = await openHubLedBy(core, actor, given.hubId);
  const { server, person } = await runningServerOf(core, hub, given.username);
  await note(core, actor, hub, "server-visited", person, server.username);
  const { url } = await core.backend.address(hub);
  return `${url}user/${encodeURIComponent(server.username)}/`;
}

/** A teacher opens the hub's own admin view. Returns its address; throws as `visitServer` does. */
export async function visitAdminView(core: Core, actor: Actor, given: { hubId: string }): Promise<string> {
  const hub = await openHubLedBy(core, actor, given.hubId);
  const event = { hubId: hub.id, kind: "admin-view-visited", actorId: actor.person.id } as const;
  await recordEvent(core.store, core.clock, event);
  return `${(await core.backend.address(hub)).url}hub/admin`;
}

async function openHubStaffedBy(core: Core, actor: Actor, hubId: string): Promise<Hub> {
  const { hub, standing } = await hubSeenBy(core, actor, hubId);
  if (!isStaff(standing)) throw new Forbidden("Only the teachers and tutors of this hub may do this.");
  return mustBeOpen(core, hub);
}

async function openHubLedBy(core: Core, actor: Actor, hubId: string): Promise<Hub> {
  const { hub, standing } = await hubSeenBy(core, actor, hubId);
  if (!leads(standing)) throw new Forbidden("Only the teachers of this hub may do this.");
  return mustBeOpen(core, hub);
}

function mustBeOpen(core: Core, hub: Hub): Hub {
  const closed = closedSentence(core, hub);
  if (closed !== null) throw new Conflict(closed);
  return hub;
}

function closedSentence(core: Core, hub: Hub): string | null {
  const phase = phaseOf(hub, todayOf(core));
  if (phase === "deployed") return null;
  return phase === "deploying" && hub.deployedAt !== null
    ? "This hub is being updated. Its servers are shown again in a moment."
    : "This hub is not open at the moment, so nobody has a server.";
}

async function apiOf(core: Core, hub: Hub): Promise<HubApiRef> {
  const [{ apiUrl }, { apiToken }] = await Promise.all([core.backend.address(hub), secretsWithoutKeeping(core, hub)]);
  return { apiUrl, apiToken };
}

/** Accepted participants, and the hub's staff. */
async function peopleWithAccess(core: Core, hub: Hub): Promise<Person[]> {
  const [accepted, staff] = await Promise.all([
    core.store.participations.peopleOf(hub.id, "accepted"),
    core.store.staff.listOf(hub.id),
  ]);
  const ids = new Set([hub.teacherId, ...staff.map(({ person }) => person.id), ...accepted]);
  return (await core.store.people.byIds([...ids])).filter((person) => person.active);
}

async function runningServerOf(core: Core, hub: Hub, username: string) {
  if (username.length > 255) throw new NotFound();
  const api = await apiOf(core, hub);
  const running = await core.hubApi.runningServers(api);
  const server = running.find((each) => each.username === username.toLowerCase());
  if (server === undefined) throw new Conflict("This server has stopped already.");
  const people = await peopleWithAccess(core, hub);
  const person = people.find((each) => each.username.toLowerCase() === server.username) ?? null;
  return { api, server, person };
}

/** Of somebody whom the portal does not know, such as one of governance, the username is kept as the reason. */
async function note(
  core: Core,
  actor: Actor,
  hub: Hub,
  kind: HubEventKind,
  person: Person | null,
  username = "",
): Promise<void> {
  const about = person === null ? { reason: username } : { subjectId: person.id };
  await recordEvent(core.store, core.clock, { hubId: hub.id, kind, actorId: actor.person.id, ...about });
}
