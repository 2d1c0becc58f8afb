import { z } from "zod";
import { setAdmissionList, showAdmissionList } from "../../usecases/participants/admission-list.ts";
import type { CurrentActor } from "../../usecases/people/current-actor.ts";
import { addGet, addPost, type Web } from "../page.ts";
import { paths } from "../paths.ts";
import { readCsv } from "../read-csv.ts";
import { hubId } from "./inputs.ts";

/** Whom a hub accepts without a click. */
export function addAdmission(web: Web): void {
  const { core } = web;
  const path = paths.admission(":id");
  const page = async (actor: CurrentActor, id: string, typed: string | null) => {
    const view = await showAdmissionList(core, actor, { hubId: id });
    return {
      template: "admission",
      title: `Admission list of ${view.hub.name}`,
      tab: "leadership",
      view,
      typed: typed ?? view.entries.join("\n"),
    } as const;
  };
  addGet(web, {
    path,
    input: z.object({ id: hubId }),
    handle: ({ actor, input: { id } }) => page(actor, id, null),
  });
  addPost(web, {
    path,
    // As long as a form may be; what is too much is told as a fault, with nothing of it lost.
    input: z.object({ id: hubId, entries: z.string().catch(""), seen: z.string().catch("") }),
    again: ({ actor, input: { id, entries } }) => page(actor, id, entries),
    async handle({ actor, input: { id, entries, seen } }) {
      const count = await setAdmissionList(core, actor, { hubId: id, ...readCsv(entries), seen });
      const has = count === 1 ? "1 entry" : `${count} entries`;
      return {
        redirect: paths.participants(id),
        notice: count === 0 ? "The admission list is empty." : `The admission list has ${has}.`,
      };
    },
  });
}
