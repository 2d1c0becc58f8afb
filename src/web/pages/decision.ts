import { z } from "zod";
import { Conflict } from "../../domain/errors.ts";
import type { CurrentActor } from "../../usecases/people/current-actor.ts";
import { decideHub } from "../../usecases/requests/decide-hub.ts";
import { showRequest } from "../../usecases/requests/review-requests.ts";
import { sendBackRequest } from "../../usecases/requests/send-back.ts";
import { type Answer, addGet, addPost, type Web } from "../page.ts";
import { paths } from "../paths.ts";
import { freeText, hubId } from "./inputs.ts";

/** What was typed on the decision page. */
export type Typed = { reason: string; question: string };
const nothingTyped: Typed = { reason: "", question: "" };

/** Where governance decides about a request. */
export function addDecision(web: Web): void {
  const { core } = web;
  const page = async (actor: CurrentActor, id: string, typed: Partial<Typed> = {}, since?: number) => {
    const view = await showRequest(core, actor, { hubId: id, ...(since === undefined ? {} : { since }) });
    const title = view.hub.name;
    return { template: "decision", title, tab: "administration", view, ...nothingTyped, ...typed } as const;
  };
  // The address of the question stays in the address bar when the form has faults, and is reloaded.
  for (const path of [paths.decision(":id"), paths.question(":id")]) {
    addGet(web, {
      path,
      input: z.object({ id: hubId }),
      async handle({ actor, input: { id } }) {
        const answer = await page(actor, id);
        // Where mails lead to, also those about a change.
        const { openChangeId } = answer.view;
        return openChangeId === null ? answer : { redirect: paths.changeDecision(id, openChangeId) };
      },
    });
  }
  const ids = { id: hubId, version: z.coerce.number().int() };
  addPost(web, {
    path: paths.decision(":id"),
    input: z.object({ ...ids, decision: z.enum(["accepted", "declined"]), reason: freeText }),
    again: ({ actor, input: { id, reason } }) => page(actor, id, { reason }),
    handle: ({ actor, input: { id, ...decision } }) =>
      orTheLatest(
        async () => {
          const hub = await decideHub(core, actor, { hubId: id, ...decision });
          return { redirect: paths.hub(id), notice: `${hub.name} is ${decision.decision}.` };
        },
        () => page(actor, id, { reason: decision.reason }, decision.version),
      ),
  });
  addPost(web, {
    path: paths.question(":id"),
    input: z.object({ ...ids, question: freeText }),
    again: ({ actor, input: { id, question } }) => page(actor, id, { question }),
    handle: ({ actor, input: { id, version, question } }) =>
      orTheLatest(
        async () => {
          const hub = await sendBackRequest(core, actor, { hubId: id, version, question });
          return { redirect: paths.openRequests, notice: `${hub.name} is sent back. The teacher is told by mail.` };
        },
        () => page(actor, id, { question }, version),
      ),
  });
}

/**
 * Does what governance asked for. When that comes too late, shows the decision page as it is now instead of an error
 * page: with the reason on top, what is different, and what was typed.
 */
export async function orTheLatest(
  act: () => Promise<Answer>,
  latest: () => Promise<Answer & { template: string }>,
): Promise<Answer> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    return { ...(await latest()), status: 409, faults: [{ field: "decide", message: error.sentence }] };
  }
}
