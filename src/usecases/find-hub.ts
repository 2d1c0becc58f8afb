import { type Actor, isStaff, leads, maySeeHub, type Standing } from "../domain/actor.ts";
import { Forbidden, NotFound } from "../domain/errors.ts";
import type { Hub } from "../domain/hub.ts";
import type { Core } from "./core.ts";

/** What the actor is to the hub: owner, co-teacher, tutor, and whether they govern. */
export async function standingOf(
  core: Pick<Core, "store">,
  actor: Actor,
  hub: Pick<Hub, "id" | "teacherId">,
): Promise<Standing> {
  const { governance } = actor.roles;
  if (actor.person.id === hub.teacherId) return { staff: "owner", governance };
  const staff = await core.store.staff.of(hub.id, actor.person.id);
  return { staff: staff?.active ? staff.role : null, governance };
}

/** A hub with what the actor is to it. */
export type SeenHub = { hub: Hub; standing: Standing };

/** The hub, for those who may see its page: staff and governance. Others must not learn of it: throws `NotFound`. */
export async function hubSeenBy(core: Core, actor: Actor, hubId: string): Promise<SeenHub> {
  const hub = await core.store.hubs.byId(hubId);
  if (hub === null) throw new NotFound();
  const standing = await standingOf(core, actor, hub);
  if (!maySeeHub(standing)) throw new NotFound();
  return { hub, standing };
}

/** The hub, for an act of its teachers or of governance. Tutors, who see it, get `Forbidden`; others `NotFound`. */
export async function hubOversightOf(core: Core, actor: Actor, hubId: string): Promise<Hub> {
  const { hub, standing } = await hubSeenBy(core, actor, hubId);
  if (!leads(standing) && !standing.governance) throw new Forbidden(onlyTeacher);
  return hub;
}

/** The hub, for an act of its teachers. Tutors and governance, who see it, get `Forbidden`; others `NotFound`. */
export async function hubLedBy(core: Core, actor: Actor, hubId: string): Promise<Hub> {
  const { hub, standing } = await hubSeenBy(core, actor, hubId);
  if (!leads(standing)) throw new Forbidden(onlyTeacher);
  return hub;
}

/** The hub, for looking after its participants: teachers and tutors. Governance gets `Forbidden`; others `NotFound`. */
export async function hubStaffedBy(core: Core, actor: Actor, hubId: string): Promise<Hub> {
  const { hub, standing } = await hubSeenBy(core, actor, hubId);
  if (!isStaff(standing)) throw new Forbidden("Only the teachers and tutors of this hub may do this.");
  return hub;
}

/** The hub, for an act of governance. Its staff, who see it, get `Forbidden`; others `NotFound`. */
export async function hubGovernedBy(core: Core, actor: Actor, hubId: string): Promise<Hub> {
  const { hub, standing } = await hubSeenBy(core, actor, hubId);
  if (!standing.governance) throw new Forbidden("Only governance may do this.");
  return hub;
}

export const onlyTeacher = "Only the teacher of this hub may do this.";

/** Ids of those who are told about the hub as its teachers: the owner, then the co-teachers. */
export async function teachersOf(core: Pick<Core, "store">, hub: Pick<Hub, "id" | "teacherId">): Promise<string[]> {
  const staff = await core.store.staff.listOf(hub.id);
  const others = staff.filter(({ staff: { role } }) => role === "teacher").map(({ person }) => person.id);
  return [...new Set([hub.teacherId, ...others])];
}
