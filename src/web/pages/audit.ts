import { z } from "zod";
import { hubEventKinds } from "../../domain/hub-event.ts";
import type { AuditEvent } from "../../ports/audit.ts";
import { exportAudit, searchAudit } from "../../usecases/oversight/search-audit.ts";
import { type CsvColumn, csvOf } from "../csv.ts";
import { addGet, type Web } from "../page.ts";
import { paths } from "../paths.ts";
import { eventSentence } from "../words.ts";
import { dateSpan, readDateSpan } from "./date-span.ts";
import { freeText, personId } from "./inputs.ts";
import { mustHaveTab } from "./must-have-tab.ts";

const pageSize = 50;

const input = z.object({
  who: personId.nullable().catch(null),
  person: freeText,
  hub: freeText,
  kind: z.enum(hubEventKinds).nullable().catch(null),
  ...dateSpan,
  /** A place in the log: milliseconds and the id of an event. */
  after: z
    .string()
    .regex(/^\d{1,15}-\d{1,15}$/)
    .transform((text) => text.split("-").map(Number))
    .transform(([at = 0, id = 0]) => ({ at: new Date(at), id }))
    .nullable()
    .catch(null),
});
type Input = z.infer<typeof input>;

/** The audit log, and what was found as a file. */
export function addAudit(web: Web): void {
  const { core } = web;
  const ask = ({ who, person, hub, kind, from, to }: Input) => {
    const { span, faults } = readDateSpan({ from, to });
    return { wanted: { personId: who, person, hub, kind, firstDay: span.from, lastDay: span.to }, faults };
  };
  addGet(web, {
    path: paths.audit,
    input,
    async handle({ actor, input: given }) {
      mustHaveTab(actor);
      const { wanted, faults } = ask(given);
      const { who, person, hub, kind, from, to, after } = given;
      const found = faults.length > 0 ? null : await searchAudit(core, actor, { ...wanted, after, size: pageSize });
      return {
        template: "audit",
        title: "Audit",
        tab: "administration",
        query: { who: who ?? "", person, hub, kind: kind ?? "", from, to },
        whoName: who === null ? null : ((await core.store.people.byId(who))?.name ?? "somebody unknown"),
        kinds: hubEventKinds,
        atStart: after === null,
        found,
        faults,
        status: faults.length > 0 ? 422 : 200,
      };
    },
  });
  addGet(web, {
    path: paths.auditCsv,
    input,
    async handle({ actor, input: given }) {
      mustHaveTab(actor);
      const { wanted, faults } = ask(given);
      if (faults.length > 0)
        return { redirect: `${paths.audit}?${new URLSearchParams({ from: given.from, to: given.to })}` };
      return { download: "audit.csv", body: csvOf(columns, exportAudit(core, actor, wanted)) };
    },
  });
}

const columns: CsvColumn<AuditEvent>[] = [
  { header: "Number", value: (event) => event.id },
  { header: "When", value: (event) => event.at },
  { header: "Kind", value: (event) => event.kind },
  { header: "What happened", value: (event) => eventSentence(event) },
  { header: "Hub", value: (event) => event.hubName },
  { header: "Slug", value: (event) => event.hubSlug },
  { header: "By", value: (event) => event.actorName },
  { header: "By username", value: (event) => event.actorUsername },
  { header: "Whom", value: (event) => event.subjectName },
  { header: "Whom username", value: (event) => event.subjectUsername },
  { header: "Before", value: (event) => event.from },
  { header: "After", value: (event) => event.to },
  { header: "Reason", value: (event) => event.reason },
];
