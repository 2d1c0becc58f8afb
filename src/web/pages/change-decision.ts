import { z } from "zod";
import type { CurrentActor } from "../../usecases/people/current-actor.ts";
import { decideChange } from "../../usecases/requests/decide-change.ts";
import { sendBackChange } from "../../usecases/requests/send-back.ts";
import { showChangeDecision } from "../../usecases/requests/show-changes.ts";
import { addGet, addPost, type Web } from "../page.ts";
import { paths } from "../paths.ts";
import { orTheLatest, type Typed } from "./decision.ts";
import { changeId, freeText, hubId } from "./inputs.ts";

/** Where governance decides about a change request. */
export function addChangeDecision(web: Web): void {
  const { core } = web;
  const page = async (actor: CurrentActor, id: string, change: string, typed: Partial<Typed> = {}) => {
    const view = await showChangeDecision(core, actor, { hubId: id, changeId: change });
    const title = `Change to ${view.hub.name}`;
    return {
      template: "change-decision",
      title,
      tab: "administration",
      view,
      reason: "",
      question: "",
      ...typed,
    } as const;
  };
  const ids = { id: hubId, changeId };
  const version = z.coerce.number().int();
  // The address of the question stays in the address bar when the form has faults, and is reloaded.
  for (const path of [paths.changeDecision(":id", ":changeId"), paths.changeQuestion(":id", ":changeId")]) {
    addGet(web, {
      path,
      input: z.object(ids),
      handle: ({ actor, input: { id, changeId: change } }) => page(actor, id, change),
    });
  }
  addPost(web, {
    path: paths.changeDecision(":id", ":changeId"),
    input: z.object({ ...ids, version, decision: z.enum(["accepted", "declined"]), reason: freeText }),
    again: ({ actor, input: { id, changeId: change, reason } }) => page(actor, id, change, { reason }),
    handle: ({ actor, input: { id, ...decision } }) =>
      orTheLatest(
        async () => {
          await decideChange(core, actor, { hubId: id, ...decision });
          return { redirect: `${paths.hub(id)}#changes`, notice: `The change is ${decision.decision}.` };
        },
        () => page(actor, id, decision.changeId, { reason: decision.reason }),
      ),
  });
  addPost(web, {
    path: paths.changeQuestion(":id", ":changeId"),
    input: z.object({ ...ids, version, question: freeText }),
    again: ({ actor, input: { id, changeId: change, question } }) => page(actor, id, change, { question }),
    handle: ({ actor, input: { id, ...asked } }) =>
      orTheLatest(
        async () => {
          const hub = await sendBackChange(core, actor, { hubId: id, ...asked });
          const notice = `The change to ${hub.name} is sent back. The teacher is told by mail.`;
          return { redirect: paths.openRequests, notice };
        },
        () => page(actor, id, asked.changeId, { question: asked.question }),
      ),
  });
}
