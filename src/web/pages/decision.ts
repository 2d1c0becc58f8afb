import { z } from "zod";
import type { CurrentActor } from "../../usecases/current-actor.ts";
import { decideHub } from "../../usecases/decide-hub.ts";
import { showRequest } from "../../usecases/review-requests.ts";
import { addGet, addPost, type Web } from "../page.ts";
import { paths } from "../paths.ts";
import { freeText, hubId } from "./inputs.ts";

/** Where governance decides about a request. */
export function addDecision(web: Web): void {
  const { core } = web;
  const page = async (actor: CurrentActor, id: string, reason: string) => {
    const view = await showRequest(core, actor, { hubId: id });
    return { template: "decision", title: view.hub.name, tab: "administration", view, reason } as const;
  };
  addGet(web, {
    path: paths.decision(":id"),
    input: z.object({ id: hubId }),
    handle: ({ actor, input: { id } }) => page(actor, id, ""),
  });
  addPost(web, {
    path: paths.decision(":id"),
    input: z.object({
      id: hubId,
      version: z.coerce.number().int(),
      decision: z.enum(["accepted", "declined"]),
      reason: freeText,
    }),
    again: ({ actor, input: { id, reason } }) => page(actor, id, reason),
    async handle({ actor, input: { id, ...decision } }) {
      const hub = await decideHub(core, actor, { hubId: id, ...decision });
      return { redirect: paths.hub(id), notice: `${hub.name} is ${decision.decision}.` };
    },
  });
}
