import { z } from "zod";
import { NotFound } from "../../domain/errors.ts";
import { decideParticipation } from "../../usecases/decide-participation.ts";
import { showParticipant } from "../../usecases/show-participant.ts";
import { addGet, addPost, type Web } from "../page.ts";
import { paths } from "../paths.ts";
import { freeText, hubId, participationId } from "./inputs.ts";

const done = { accepted: "is accepted", rejected: "is rejected", removed: "is removed" } as const;

/** What the teacher decides about one person. */
export function addParticipants(web: Web): void {
  const { core } = web;
  const ids = { id: hubId, participationId };
  addPost(web, {
    path: paths.participantDecision(":id", ":participationId"),
    input: z.object({ ...ids, decision: z.enum(["accepted", "rejected", "removed"]), reason: freeText }),
    async handle({ actor, input: { id, participationId: participation, decision, reason } }) {
      const given = { hubId: id, participationId: participation };
      await decideParticipation(core, actor, { ...given, decision, reason });
      const { person } = await showParticipant(core, actor, given);
      return { redirect: `${paths.hub(id)}#participants`, notice: `${person.name} ${done[decision]}.` };
    },
  });

  addGet(web, {
    path: paths.participantRemoval(":id", ":participationId"),
    input: z.object(ids),
    async handle({ actor, input: { id, participationId: participation } }) {
      const { hub, person } = await showParticipant(core, actor, { hubId: id, participationId: participation });
      if (hub.id !== id) throw new NotFound();
      return {
        template: "confirm",
        title: `Remove ${person.name}`,
        tab: "leadership",
        sentences: [
          `${person.name} can no longer open ${hub.name}: the running server is stopped, and the session on the hub ends.`,
          "The files stay until the hub's home folders are erased. You can accept the person again.",
        ],
        action: paths.participantRemoval(id, participation),
        button: `Remove ${person.name}`,
        danger: true,
        back: `${paths.hub(id)}#participants`,
        reasonLabel: "Reason (optional)",
        reasonHint: "It is in the mail to the person.",
      };
    },
  });
  addPost(web, {
    path: paths.participantRemoval(":id", ":participationId"),
    input: z.object({ ...ids, reason: freeText }),
    async handle({ actor, input: { id, participationId: participation, reason } }) {
      const given = { hubId: id, participationId: participation };
      await decideParticipation(core, actor, { ...given, decision: "removed", reason });
      const { person } = await showParticipant(core, actor, given);
      return { redirect: `${paths.hub(id)}#participants`, notice: `${person.name} is removed.` };
    },
  });
}
