import { z } from "zod";
import { Conflict, Forbidden } from "../../domain/errors.ts";
import { staffRoles } from "../../domain/hub-staff.ts";
import type { CurrentActor } from "../../usecases/people/current-actor.ts";
import { addStaff, changeStaffRole, leaveStaff, ownerStays, removeStaff } from "../../usecases/staff/change-staff.ts";
import { showStaff, showStaffMember } from "../../usecases/staff/show-staff.ts";
import { type Answer, addGet, addPost, type Web } from "../page.ts";
import { paths } from "../paths.ts";
import { staffWords } from "../words.ts";
import { freeText, hubId } from "./inputs.ts";

/** Id of a person, as Authentik's uuid; who it is not finds nobody. */
const personId = z.string().max(100);

/** Who looks after a hub beside its teacher. */
export function addStaffPages(web: Web): void {
  addList(web);
  addRemoval(web);
  addLeaving(web);
}

function addList(web: Web): void {
  const { core } = web;
  const page = async (actor: CurrentActor, id: string, typed: { named: string; role: string }) => {
    const view = await showStaff(core, actor, { hubId: id });
    const tab = view.standing.staff !== null ? "leadership" : "administration";
    return { template: "staff", title: `Staff of ${view.hub.name}`, tab, view, typed } as const;
  };
  addGet(web, {
    path: paths.staff(":id"),
    input: z.object({ id: hubId }),
    handle: ({ actor, input: { id } }) => page(actor, id, { named: "", role: "" }),
  });

  const role = z.enum(staffRoles);
  addPost(web, {
    path: paths.staff(":id"),
    input: z.object({ id: hubId, named: freeText, role }),
    again: ({ actor, input: { id, named, role } }) => page(actor, id, { named, role }),
    async handle({ actor, input: { id, named, role } }) {
      const person = await addStaff(core, actor, { hubId: id, named, role });
      return { redirect: paths.staff(id), notice: `${person.name} is now ${staffWords[role].toLowerCase()}.` };
    },
  });
  addPost(web, {
    path: paths.staffRole(":id", ":personId"),
    input: z.object({ id: hubId, personId, role }),
    async handle({ actor, input: { id, personId: changed, role } }) {
      await changeStaffRole(core, actor, { hubId: id, personId: changed, role });
      const person = await core.store.people.byId(changed);
      return { redirect: paths.staff(id), notice: `${person?.name} is now ${staffWords[role].toLowerCase()}.` };
    },
  });
}

function addRemoval(web: Web): void {
  const { core } = web;
  const path = paths.staffRemoval(":id", ":personId");
  const input = z.object({ id: hubId, personId });
  addGet(web, {
    path,
    input,
    async handle({ actor, input: { id, personId: leaving } }) {
      const { hub, part, person, takesPart } = await showStaffMember(core, actor, { hubId: id, personId: leaving });
      return {
        template: "confirm",
        title: `Take ${person.name} off the staff`,
        tab: "leadership",
        sentences: [
          `${person.name} is no longer ${staffWords[part.role].toLowerCase()} of ${hub.name}, and is told by mail.`,
          takesPart
            ? `As a participant, ${person.name} keeps access to the hub, and takes a seat again.`
            : "Access to the hub ends at once: the running server is stopped, and the session on the hub ends.",
        ],
        action: paths.staffRemoval(id, leaving),
        button: `Take ${person.name} off the staff`,
        danger: true,
        back: paths.staff(id),
      };
    },
  });
  addPost(web, {
    path,
    input,
    async handle({ actor, input: { id, personId: leaving } }) {
      await removeStaff(core, actor, { hubId: id, personId: leaving });
      // Who takes themselves off does not see the hub any more.
      if (leaving === actor.person.id) return { redirect: paths.leadership, notice: "You have left the staff." };
      const person = await core.store.people.byId(leaving);
      return { redirect: paths.staff(id), notice: `${person?.name} is no longer on the staff.` };
    },
  });
}

function addLeaving(web: Web): void {
  const { core } = web;
  const path = paths.staffLeaving(":id");
  const input = z.object({ id: hubId });
  addGet(web, {
    path,
    input,
    async handle({ actor, input: { id } }): Promise<Answer> {
      const { hub, standing, may } = await showStaff(core, actor, { hubId: id });
      if (standing.staff === "owner") throw new Conflict(ownerStays);
      if (!may.leave) throw new Forbidden("You are not on the staff of this hub.");
      return {
        template: "confirm",
        title: `Leave the staff of ${hub.name}`,
        tab: "leadership",
        sentences: [
          "You no longer see the hub's page and get no mails about it.",
          "Your access to the hub ends, unless you also take part in it.",
        ],
        action: paths.staffLeaving(id),
        button: "Leave the staff",
        danger: true,
        back: paths.staff(id),
      };
    },
  });
  addPost(web, {
    path,
    input,
    async handle({ actor, input: { id } }) {
      await leaveStaff(core, actor, { hubId: id });
      // Who was on no other staff has no tab Leadership now.
      return { redirect: paths.home, notice: "You have left the staff." };
    },
  });
}
