import { z } from "zod";
import { NotFound } from "../../domain/errors.ts";
import type { ParticipantRow } from "../../ports/store.ts";
import type { Core } from "../../usecases/core.ts";
import {
  decideParticipation,
  decideParticipations,
  type ParticipationDecision,
  SeatsTaken,
} from "../../usecases/participants/decide-participation.ts";
import { selectParticipants } from "../../usecases/participants/select-participants.ts";
import { showParticipant } from "../../usecases/participants/show-participant.ts";
import { tellOutcomes } from "../../usecases/participants/tell-outcomes.ts";
import type { CurrentActor } from "../../usecases/people/current-actor.ts";
import { type Answer, type Asked, addGet, addPost, type Web } from "../page.ts";
import { paths } from "../paths.ts";
import { freeText, participationId } from "./inputs.ts";
import { backToList, type ListInput, listInput, participantsPage } from "./participants.ts";

const done = { accepted: "is accepted", rejected: "is rejected", removed: "is removed" } as const;
const decisions = ["accepted", "rejected", "removed"] as const;

/** Where an act came from and leads back to: `list` is the page of all participants, otherwise the hub's page. */
const from = { ...listInput, list: z.literal("yes").nullable().catch(null) };
type From = ListInput & { list: "yes" | null };
const backTo = (input: From) => (input.list === null ? `${paths.hub(input.id)}#participants` : backToList(input));

/** What staff decide about participants, one or a selection. */
export function addParticipantActs(web: Web): void {
  addSelection(web);
  addDecision(web);
  addRemoval(web);
}

/** Accepting beyond the seats shows the list again, with what can be done about it. */
async function orSeatsTaken(
  web: Web,
  { actor, input }: Asked<From>,
  selected: readonly string[],
  work: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SeatsTaken)) throw error;
    return { ...(await participantsPage(web, actor, input, { selected, trouble: error.sentence })), status: 409 };
  }
}

const selection = z.object({
  ...from,
  selected: z.array(participationId),
  /** Everybody whom the filter lists, also on other pages. */
  all: z.literal("yes").nullable().catch(null),
  decision: z.enum(decisions),
  reason: freeText,
  confirmed: z.literal("yes").nullable().catch(null),
});
type Selection = z.infer<typeof selection>;

function addSelection(web: Web): void {
  const { core } = web;
  addPost(web, {
    path: paths.participantSelection(":id"),
    input: selection,
    lists: ["selected"],
    async again({ actor, input }, faults) {
      const { selected, reason } = input;
      if (input.confirmed !== null && faults.every(({ field }) => field === "reason")) {
        return askWhetherToRemove(input, await selectedBy(core, actor, input));
      }
      return { ...(await participantsPage(web, actor, input, { selected, reason })), faults };
    },
    async handle(asked) {
      const { actor, input } = asked;
      const { id, decision } = input;
      const people = await selectedBy(core, actor, input);
      const ids = people.map(({ participation }) => participation.id);
      if (decision === "removed" && input.confirmed === null) return askWhetherToRemove(input, people);
      const reason = decision === "accepted" ? "" : input.reason;
      return orSeatsTaken(web, asked, ids, async () => {
        const given = { hubId: id, participationIds: ids, decision, reason };
        const outcomes = await decideParticipations(core, actor, given);
        return { redirect: backToList(input), notice: tellOutcomes(decision, outcomes) };
      });
    },
  });
}

function selectedBy(core: Core, actor: CurrentActor, input: Selection): Promise<ParticipantRow[]> {
  const { id, decision, selected: ids, text, status } = input;
  const filter = { text, status, all: input.all !== null };
  return selectParticipants(core, actor, { hubId: id, decision, ids, filter });
}

/** The page that comes before a selection is removed; it names everybody. */
function askWhetherToRemove(input: Selection, people: readonly ParticipantRow[]): Answer & { template: string } {
  const count = people.length === 1 ? "1 person" : `${people.length} people`;
  return {
    template: "confirm",
    title: `Remove ${count}`,
    tab: "leadership",
    sentences: [
      "They can no longer open the hub: their running servers are stopped, and their sessions on the hub end.",
      "Their files stay until the hub's home folders are erased. You can accept them again.",
    ],
    names: people.map(({ person }) => person.name),
    hidden: [
      ...people.map(({ participation }) => ["selected", participation.id]),
      ...Object.entries({ decision: "removed", confirmed: "yes", text: input.text, status: input.status ?? "" }),
    ],
    action: paths.participantSelection(input.id),
    button: `Remove ${count}`,
    danger: true,
    back: backToList(input),
    reasonLabel: "Reason (optional)",
    reasonHint: "It is in the mail to each of them.",
    reason: input.reason,
  };
}

function addDecision(web: Web): void {
  const { core } = web;
  addPost(web, {
    path: paths.participantDecision(":id", ":participationId"),
    input: z.object({ ...from, participationId, decision: z.enum(decisions), reason: freeText }),
    again: async ({ actor, input }, faults) => ({
      ...(await participantsPage(web, actor, input, { reason: input.reason })),
      faults,
    }),
    async handle(asked) {
      const { actor, input } = asked;
      const given = { hubId: input.id, participationId: input.participationId };
      const reason = reasonFor(input.decision, input.reason);
      return orSeatsTaken(web, asked, [], async () => {
        await decideParticipation(core, actor, { ...given, decision: input.decision, reason });
        const { person } = await showParticipant(core, actor, given);
        return { redirect: backTo(input), notice: `${person.name} ${done[input.decision]}.` };
      });
    },
  });
}

/** The field for a reason stands beside the buttons for all acts, and is meant for those that refuse. */
function reasonFor(decision: ParticipationDecision, reason: string): string {
  return decision === "accepted" ? "" : reason;
}

function addRemoval(web: Web): void {
  const { core } = web;
  const input = z.object({ ...from, participationId, reason: freeText });
  const page = async ({
    actor,
    input: given,
  }: Asked<z.infer<typeof input>>): Promise<Answer & { template: string }> => {
    const { id, participationId: participation } = given;
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
      hidden: given.list === null ? [] : [["list", "yes"]],
      action: paths.participantRemoval(id, participation),
      button: `Remove ${person.name}`,
      danger: true,
      back: backTo(given),
      reasonLabel: "Reason (optional)",
      reasonHint: "It is in the mail to the person.",
      reason: given.reason,
    };
  };
  addGet(web, { path: paths.participantRemoval(":id", ":participationId"), input, handle: page });
  addPost(web, {
    path: paths.participantRemoval(":id", ":participationId"),
    input,
    again: page,
    async handle({ actor, input: given }) {
      const about = { hubId: given.id, participationId: given.participationId };
      await decideParticipation(core, actor, { ...about, decision: "removed", reason: given.reason });
      const { person } = await showParticipant(core, actor, about);
      return { redirect: backTo(given), notice: `${person.name} is removed.` };
    },
  });
}
