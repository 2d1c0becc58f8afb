import { z } from "zod";
import { participationStatuses } from "../../domain/participation.ts";
import {
  type ListedParticipant,
  listParticipants,
  showParticipants,
} from "../../usecases/participants/show-participants.ts";
import type { CurrentActor } from "../../usecases/people/current-actor.ts";
import { type CsvColumn, csvOf } from "../csv.ts";
import { type Answer, addGet, type Web } from "../page.ts";
import { paths } from "../paths.ts";
import { participationWords } from "../words.ts";
import { freeText, hubId, pageNumber } from "./inputs.ts";

/** How many people one page holds: enough for a class, and few enough to look at. */
const size = 50;

/** Which people of a hub are listed, as in the address of the page. */
export const listInput = {
  id: hubId,
  page: pageNumber,
  text: freeText,
  status: z.enum(participationStatuses).nullable().catch(null),
};
export type ListInput = z.infer<z.ZodObject<typeof listInput>>;

/** A hub's participants, as a page and as a file. */
export function addParticipants(web: Web): void {
  const { core } = web;
  addGet(web, {
    path: paths.participants(":id"),
    input: z.object(listInput),
    handle: ({ actor, input }) => participantsPage(web, actor, input),
  });

  addGet(web, {
    path: paths.participantsCsv(":id"),
    input: z.object(listInput),
    async handle({ actor, input: { id, text, status } }) {
      const { hub, rows } = await listParticipants(core, actor, { hubId: id, filter: { text, status } });
      return { download: `${hub.slug}-participants.csv`, body: csvOf(columns, rows) };
    },
  });
}

/** The list with its form; what was chosen and typed is kept when it is shown again. */
export async function participantsPage(
  web: Web,
  actor: CurrentActor,
  { id, page, text, status }: ListInput,
  again: { selected?: readonly string[]; reason?: string; trouble?: string } = {},
): Promise<Answer & { template: string }> {
  const view = await showParticipants(web.core, actor, { hubId: id, filter: { text, status }, ask: { page, size } });
  return {
    template: "participants",
    title: `Participants of ${view.hub.name}`,
    tab: view.standing.staff !== null ? "leadership" : "administration",
    view,
    filter: { text, status: status ?? "" },
    selected: again.selected ?? [],
    reason: again.reason ?? "",
    trouble: again.trouble ?? null,
  };
}

/** Where to go after an act: back to the same part of the list. */
export function backToList({ id, page, text, status }: ListInput): string {
  const query = new URLSearchParams();
  if (text !== "") query.set("text", text);
  if (status !== null) query.set("status", status);
  if (page > 1) query.set("page", String(page));
  return query.size === 0 ? paths.participants(id) : `${paths.participants(id)}?${query}`;
}

const columns: CsvColumn<ListedParticipant>[] = [
  { header: "Name", value: ({ person }) => person.name },
  { header: "Username", value: ({ person }) => person.username },
  { header: "E-mail", value: ({ person }) => person.email },
  { header: "Status", value: ({ participation }) => participationWords[participation.status].label },
  { header: "Place on the waiting list", value: ({ place }) => place },
  { header: "Applied", value: ({ participation }) => participation.appliedAt },
  { header: "Decided", value: ({ participation }) => participation.decidedAt },
  { header: "Reason", value: ({ participation }) => participation.reason },
];
