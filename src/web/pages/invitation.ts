import { z } from "zod";
import type { ParticipationStatus } from "../../domain/participation.ts";
import { requestAccess } from "../../usecases/participants/request-access.ts";
import { showInvitation } from "../../usecases/participants/show-invitation.ts";
import type { CurrentActor } from "../../usecases/people/current-actor.ts";
import { addGet, addPost, type Web } from "../page.ts";
import { describePlace } from "../participation-words.ts";
import { paths } from "../paths.ts";

const sentences: Record<ParticipationStatus, string> = {
  applied: "You have requested access. The teacher decides; you find the hub under Participation.",
  accepted: "You have access to this hub.",
  rejected: "The teacher has rejected your application.",
  withdrawn: "You have withdrawn.",
  removed: "The teacher has ended your access.",
};

/** What an invitation link leads to. */
export function addInvitation(web: Web): void {
  const input = z.object({ token: z.string().max(100), terms: z.coerce.number().int().nullable().catch(null) });
  const path = paths.invitation(":token");
  const page = async (actor: CurrentActor, token: string) => {
    const view = await showInvitation(web.core, actor, { token });
    const status = view.participation?.status;
    const opens = `You are accepted. The hub opens on ${web.format.date(view.hub.period.start)}; you find it under Participation.`;
    const said =
      status === undefined ? "" : status === "accepted" && view.phase === "scheduled" ? opens : sentences[status];
    const sentence = view.place === null ? said : describePlace(view.place, view.full);
    const tab = "participation" as const;
    return { template: "invitation", title: view.hub.name, tab, view, token, sentence };
  };
  addGet(web, {
    path,
    input,
    handle: ({ actor, input: { token } }) => page(actor, token),
  });
  addPost(web, {
    path,
    input,
    again: ({ actor, input: { token } }) => page(actor, token),
    async handle({ actor, input: { token, terms } }) {
      const { hub, admitted } = await requestAccess(web.core, actor, { token, acceptedTerms: terms });
      return {
        redirect: paths.participation,
        notice: admitted ? `You have access to ${hub.name}.` : `You have requested access to ${hub.name}.`,
      };
    },
  });
}
