import { z } from "zod";
import { hubPhases } from "../../domain/hub-phase.ts";
import { type HubOrder, hubOrders } from "../../ports/hub-search.ts";
import { exportHubs, type FoundHubView, searchHubs } from "../../usecases/hubs/search-hubs.ts";
import { type CsvColumn, csvOf } from "../csv.ts";
import { addGet, type Web } from "../page.ts";
import { paths } from "../paths.ts";
import { phaseWords } from "../words.ts";
import { dateSpan, readDateSpan } from "./date-span.ts";
import { freeText, pageNumber, pageSize } from "./inputs.ts";
import { mustHaveTab } from "./must-have-tab.ts";

const input = z.object({
  page: pageNumber,
  text: freeText,
  teacher: freeText,
  state: z
    .enum([...hubPhases, "expiring"])
    .nullable()
    .catch(null),
  ...dateSpan,
  sort: z.templateLiteral([z.enum(["", "-"]), z.enum(hubOrders)]).catch("-created"),
});
type Input = z.infer<typeof input>;

/** Search JupyterHubs, and what was found as a file. */
export function addHubSearch(web: Web): void {
  const { core } = web;
  const ask = ({ text, teacher, state, from, to, sort }: Input) => {
    const { span, faults } = readDateSpan({ from, to });
    return { wanted: { text, teacher, state, ...span, order: orderOf(sort) }, faults };
  };
  addGet(web, {
    path: paths.hubSearch,
    input,
    async handle({ actor, input: given }) {
      mustHaveTab(actor);
      const { wanted, faults } = ask(given);
      const { text, teacher, state, from, to, sort, page } = given;
      const list =
        faults.length > 0 ? null : await searchHubs(core, actor, { ...wanted, ask: { page, size: pageSize } });
      return {
        template: "hub-search",
        title: "Search JupyterHubs",
        tab: "administration",
        query: { text, teacher, state: state ?? "", from, to, sort },
        order: wanted.order,
        list,
        faults,
        status: faults.length > 0 ? 422 : 200,
      };
    },
  });
  addGet(web, {
    path: paths.hubSearchCsv,
    input,
    async handle({ actor, input: given }) {
      mustHaveTab(actor);
      const { wanted, faults } = ask(given);
      if (faults.length > 0)
        return {
          redirect: `${paths.hubSearch}?from=${encodeURIComponent(given.from)}&to=${encodeURIComponent(given.to)}`,
        };
      return { download: "jupyterhubs.csv", body: csvOf(columns, exportHubs(core, actor, wanted)) };
    },
  });
}

function orderOf(sort: Input["sort"]): HubOrder {
  const by = hubOrders.find((each) => each === sort.replace("-", "")) ?? "created";
  return { by, descending: sort.startsWith("-") };
}

const columns: CsvColumn<FoundHubView>[] = [
  { header: "Project Name", value: ({ hub }) => hub.name },
  { header: "Slug", value: ({ hub }) => hub.slug },
  { header: "State", value: ({ phase }) => phaseWords[phase].label },
  { header: "Teacher", value: (row) => row.teacherName },
  { header: "Username", value: (row) => row.teacherUsername },
  { header: "E-mail", value: (row) => row.teacherEmail },
  { header: "Start date", value: ({ hub }) => hub.period.start },
  { header: "End date", value: ({ hub }) => hub.period.end },
  { header: "Notebook Type", value: ({ hub }) => hub.notebookType },
  { header: "Image", value: ({ hub }) => hub.image },
  { header: "Number of participants", value: ({ hub }) => hub.usage.participants },
  { header: "Accepted participants", value: (row) => row.accepted },
  { header: "RAM per participant (GiB)", value: ({ hub }) => hub.usage.ramGib },
  { header: "CPUs per participant", value: ({ hub }) => hub.usage.cpus },
  { header: "Storage per participant (GiB)", value: ({ hub }) => hub.usage.storageGib },
  { header: "GPUs per participant", value: ({ hub }) => hub.usage.gpus },
  { header: "Requested", value: ({ hub }) => hub.createdAt },
  { header: "Decided", value: ({ hub }) => hub.decidedAt },
  { header: "Deployed", value: ({ hub }) => hub.deployedAt },
  { header: "Removed", value: ({ hub }) => hub.removedAt },
];
