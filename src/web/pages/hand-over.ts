import { z } from "zod";
import type { CurrentActor } from "../../usecases/people/current-actor.ts";
import { handOverHub, hubToHandOver } from "../../usecases/staff/hand-over-hub.ts";
import { addGet, addPost, type Web } from "../page.ts";
import { paths } from "../paths.ts";
import { freeText, hubId } from "./inputs.ts";

type Typed = { named: string; former: string; from: string };

/** A hub gets another teacher. */
export function addHandOver(web: Web): void {
  const { core } = web;
  const path = paths.handOver(":id");
  const page = async (actor: CurrentActor, id: string, typed: Typed | null) => {
    const hub = await hubToHandOver(core, actor, id);
    const owner = await core.store.people.byId(hub.teacherId);
    const own = hub.teacherId === actor.person.id;
    return {
      template: "hand-over",
      title: `Hand over ${hub.name}`,
      tab: own ? "leadership" : "administration",
      hub,
      owner,
      own,
      // The owner whom the page showed first stays what is compared with, however often it is sent.
      typed: typed ?? { named: "", former: "stays", from: hub.teacherId },
    } as const;
  };
  addGet(web, {
    path,
    input: z.object({ id: hubId }),
    handle: ({ actor, input: { id } }) => page(actor, id, null),
  });
  addPost(web, {
    path,
    input: z.object({ id: hubId, named: freeText, former: z.enum(["stays", "leaves"]), from: z.string().max(100) }),
    again: ({ actor, input: { id, ...typed } }) => page(actor, id, typed),
    async handle({ actor, input: { id, named, former, from } }) {
      const owner = await handOverHub(core, actor, { hubId: id, named, from, stays: former === "stays" });
      const gone = from === actor.person.id && former === "leaves" && !actor.roles.governance;
      return { redirect: gone ? paths.home : paths.hub(id), notice: `The hub is now ${owner.name}'s.` };
    },
  });
}
