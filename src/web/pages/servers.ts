import { z } from "zod";
import { isStaff } from "../../domain/actor.ts";
import { Conflict, Forbidden } from "../../domain/errors.ts";
import {
  type ServersView,
  showServers,
  startServer,
  stopAllServers,
  stopServer,
  visitAdminView,
  visitServer,
} from "../../usecases/hubs/manage-servers.ts";
import type { CurrentActor } from "../../usecases/people/current-actor.ts";
import { addGet, addPost, type Web } from "../page.ts";
import { paths } from "../paths.ts";
import { freeText, hubId } from "./inputs.ts";

const tabOf = (view: ServersView) =>
  view.standing.staff !== null ? ("leadership" as const) : ("administration" as const);
const username = z.string().min(1).max(255);

/** Who has a server on a hub, and what its staff can do about it. */
export function addServers(web: Web): void {
  const { core } = web;
  const page = async (actor: CurrentActor, id: string, typed: string) => {
    const view = await showServers(core, actor, { hubId: id });
    return { template: "servers", title: `Servers of ${view.hub.name}`, tab: tabOf(view), view, typed } as const;
  };
  addGet(web, {
    path: paths.servers(":id"),
    input: z.object({ id: hubId }),
    handle: ({ actor, input: { id } }) => page(actor, id, ""),
  });

  addPost(web, {
    path: paths.serverStart(":id"),
    input: z.object({ id: hubId, username: freeText }),
    again: ({ actor, input }) => page(actor, input.id, input.username),
    async handle({ actor, input }) {
      const person = await startServer(core, actor, { hubId: input.id, username: input.username });
      return { redirect: paths.servers(input.id), notice: `The server of ${person.name} is starting.` };
    },
  });

  const confirm = async (actor: CurrentActor, id: string, of: (view: ServersView) => object) => {
    const view = await showServers(core, actor, { hubId: id });
    if (!isStaff(view.standing)) throw new Forbidden("Only the teachers and tutors of this hub may do this.");
    if (view.trouble !== null) throw new Conflict(view.trouble);
    return { template: "confirm", tab: tabOf(view), danger: true, back: paths.servers(id), title: "", ...of(view) };
  };
  const lost = "What is not saved is lost, and running computations end. Files that are saved stay.";
  addGet(web, {
    path: paths.serversStop(":id"),
    input: z.object({ id: hubId }),
    handle: ({ actor, input: { id } }) =>
      confirm(actor, id, (view) => ({
        title: `Stop all servers of ${view.hub.name}`,
        sentences: [`${view.servers.length} ${view.servers.length === 1 ? "server runs" : "servers run"}.`, lost],
        action: paths.serversStop(id),
        button: "Stop all servers",
      })),
  });
  addPost(web, {
    path: paths.serversStop(":id"),
    input: z.object({ id: hubId }),
    async handle({ actor, input: { id } }) {
      const { stopped, failed } = await stopAllServers(core, actor, { hubId: id });
      const trouble = failed === 0 ? "" : ` ${failed} could not be stopped; try again.`;
      const notice = `${stopped} ${stopped === 1 ? "server is" : "servers are"} being stopped.${trouble}`;
      return { redirect: paths.servers(id), notice };
    },
  });
  const one = z.object({ id: hubId, username });
  addGet(web, {
    path: "/hubs/:id/servers/:username/stop",
    input: one,
    handle: ({ actor, input: { id, username: whose } }) =>
      confirm(actor, id, (view) => {
        const server = view.servers.find((each) => each.username === whose.toLowerCase());
        if (server === undefined) throw new Conflict("This server has stopped already.");
        const name = server.person?.name ?? server.username;
        const action = paths.serverStop(id, server.username);
        return { title: `Stop the server of ${name}`, sentences: [lost], action, button: "Stop server" };
      }),
  });
  addPost(web, {
    path: "/hubs/:id/servers/:username/stop",
    input: one,
    async handle({ actor, input: { id, username: whose } }) {
      const name = await stopServer(core, actor, { hubId: id, username: whose });
      return { redirect: paths.servers(id), notice: `The server of ${name} is stopped.` };
    },
  });

  // Links rather than forms: a form would not be let through to the hub's host by the pages' own policy.
  addGet(web, {
    path: "/hubs/:id/servers/:username/visit",
    input: one,
    handle: async ({ actor, input: { id, username: whose } }) => ({
      redirect: await visitServer(core, actor, { hubId: id, username: whose }),
    }),
  });
  addGet(web, {
    path: paths.adminView(":id"),
    input: z.object({ id: hubId }),
    handle: async ({ actor, input: { id } }) => ({ redirect: await visitAdminView(core, actor, { hubId: id }) }),
  });
}
