import { type Actor, maySeeHub } from "../../domain/actor.ts";
import { Conflict, NotFound } from "../../domain/errors.ts";
import { phaseOf } from "../../domain/hub-phase.ts";
import { type Core, todayOf } from "../core.ts";
import { standingOf } from "../find-hub.ts";

/**
 * Where the actor opens a hub they take part in, lead or oversee.
 * @returns the hub's address
 * @throws NotFound for everybody else; Conflict with what to wait for while the hub or the access is not ready
 */
export async function openHub(core: Core, actor: Actor, given: { hubId: string }): Promise<string> {
  const hub = await core.store.hubs.byId(given.hubId);
  if (hub === null) throw new NotFound();
  if (!maySeeHub(await standingOf(core, actor, hub))) {
    const own = await core.store.participations.of(hub.id, actor.person.id);
    if (own === null || own.status !== "accepted") throw new NotFound();
    if (own.access !== "granted") throw new Conflict("Your access is being set up. Try again in a moment.");
  }
  const phase = phaseOf(hub, todayOf(core));
  if (phase === "deploying" && hub.deployedAt !== null) {
    throw new Conflict("This hub is being updated. Try again in a moment.");
  }
  if (phase !== "deployed") throw new Conflict("This hub is not open at the moment.");
  return (await core.backend.address(hub)).url;
}
