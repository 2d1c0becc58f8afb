import { z } from "zod";
import { isSettled } from "../../domain/participation.ts";
import { showParticipations } from "../../usecases/participants/show-participations.ts";
import { showWithdrawal } from "../../usecases/participants/show-withdrawal.ts";
import { withdrawParticipation } from "../../usecases/participants/withdraw-participation.ts";
import { addGet, addPost, type Web } from "../page.ts";
import { describeParticipation } from "../participation-words.ts";
import { paths } from "../paths.ts";
import { pageNumber, pageSize, participationId } from "./inputs.ts";

/** Tab Participation: the person's own applications and hubs. */
export function addParticipation(web: Web): void {
  const { core, format } = web;
  addGet(web, {
    path: paths.participation,
    input: z.object({ page: pageNumber }),
    async handle({ actor, input }) {
      const list = await showParticipations(core, actor, { page: input.page, size: pageSize });
      const items = list.items.map((row) => ({ ...row, ...describeParticipation(row, format) }));
      const underWay = list.items.some(
        ({ participation, phase }) =>
          participation.status === "accepted" && (phase === "deploying" || !isSettled(participation)),
      );
      return {
        template: "participation",
        title: "Participation",
        tab: "participation",
        list: { ...list, items },
        underWay,
      };
    },
  });

  const withdrawal = paths.withdrawal(":participationId");
  const input = z.object({ participationId });
  addGet(web, {
    path: withdrawal,
    input,
    async handle({ actor, input: { participationId: id } }) {
      const { hub, participation } = await showWithdrawal(core, actor, { participationId: id });
      const waits = participation.status === "applied";
      return {
        template: "confirm",
        title: waits ? `Withdraw your application to ${hub.name}` : `Leave ${hub.name}`,
        tab: "participation",
        sentences: waits
          ? ["The teacher no longer sees it as waiting. You can request access again through the invitation link."]
          : [
              "You can no longer open the hub: your server on it is stopped, and what is not saved is lost.",
              "Your files stay until the hub's home folders are erased. You can request access again through the invitation link.",
            ],
        action: paths.withdrawal(id),
        button: waits ? "Withdraw application" : "Leave hub",
        danger: true,
        back: paths.participation,
      };
    },
  });
  addPost(web, {
    path: withdrawal,
    input,
    async handle({ actor, input: { participationId: id } }) {
      await withdrawParticipation(core, actor, { participationId: id });
      return { redirect: paths.participation, notice: "You have withdrawn." };
    },
  });
}
