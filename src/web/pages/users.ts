import { z } from "zod";
import { Conflict } from "../../domain/errors.ts";
import { searchPeople } from "../../usecases/people/search-people.ts";
import { setTeacherRole } from "../../usecases/people/set-teacher-role.ts";
import { showPerson } from "../../usecases/people/show-person.ts";
import { addGet, addPost, type Web } from "../page.ts";
import { paths } from "../paths.ts";
import { freeText, pageNumber, pageSize, personId } from "./inputs.ts";
import { mustHaveTab } from "./must-have-tab.ts";

/** Who there is, what they take part in, and who is a teacher. */
export function addUsers(web: Web): void {
  const { core } = web;
  addGet(web, {
    path: paths.users,
    input: z.object({
      page: pageNumber,
      text: freeText,
      role: z.enum(["teacher", "governance"]).nullable().catch(null),
    }),
    async handle({ actor, input: { page, text, role } }) {
      mustHaveTab(actor);
      const found = await searchPeople(core, actor, { text, role, ask: { page, size: pageSize } });
      const query = { text, role: role ?? "" };
      return { template: "users", title: "Users", tab: "administration", query, found };
    },
  });

  addGet(web, {
    path: paths.user(":personId"),
    input: z.object({ personId, page: pageNumber, hubs: pageNumber }),
    async handle({ actor, input: { personId: id, page, hubs } }) {
      mustHaveTab(actor);
      const lists = { hubs: { page: hubs, size: 10 }, participations: { page, size: 10 } };
      const view = await showPerson(core, actor, { personId: id, ...lists });
      const { governance } = core.rules.roleGroups;
      return { template: "user", title: view.name, tab: "administration", view, governanceGroup: governance };
    },
  });

  addGet(web, {
    path: paths.teacherRole(":personId"),
    input: z.object({ personId }),
    async handle({ actor, input: { personId: id } }) {
      mustHaveTab(actor);
      const one = { page: 1, size: 1 };
      const view = await showPerson(core, actor, { personId: id, hubs: one, participations: one });
      const { name, roles, hubs } = view;
      if (!roles.teacher && !view.active) throw new Conflict(`The account of ${name} is deactivated in Authentik.`);
      const group = core.rules.roleGroups.teachers;
      const keeps =
        hubs.total === 0
          ? `${name} has no hubs.`
          : `${name} keeps their ${hubs.total === 1 ? "hub" : `${hubs.total} hubs`} and can look after ${hubs.total === 1 ? "it" : "them"} as before, but request no new ones.`;
      return {
        template: "confirm",
        title: roles.teacher ? `Take the teacher role from ${name}` : `Make ${name} a teacher`,
        tab: "administration",
        sentences: roles.teacher
          ? [`${name} leaves the group ${group} in Authentik.`, keeps]
          : [
              `${name} (${view.username}) joins the group ${group} in Authentik.`,
              "Teachers request hubs for their courses; governance decides about each.",
            ],
        action: paths.teacherRole(id),
        hidden: [["teacher", roles.teacher ? "no" : "yes"]],
        button: roles.teacher ? "Take the teacher role" : "Make teacher",
        danger: roles.teacher,
        back: paths.user(id),
      };
    },
  });
  addPost(web, {
    path: paths.teacherRole(":personId"),
    input: z.object({ personId, teacher: z.enum(["yes", "no"]) }),
    async handle({ actor, input: { personId: id, teacher } }) {
      mustHaveTab(actor);
      const { name } = await setTeacherRole(core, actor, { personId: id, teacher: teacher === "yes" });
      const notice = teacher === "yes" ? `${name} is a teacher now.` : `${name} is no longer a teacher.`;
      return { redirect: paths.user(id), notice };
    },
  });
}
