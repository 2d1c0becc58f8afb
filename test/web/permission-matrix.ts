import type { Hub } from "../../src/domain/hub.ts";
import type { Fields } from "../support/visitor.ts";

/**
 * Who may see and do what: one row a route, and what each role gets there. The test beside this file tries every row
 * as every role, and fails when a route of the app has no row.
 *
 * To add a page or an act: add a row with the method and path exactly as registered. In `gets`, name the roles that
 * get something, and under `others` what all remaining people who are signed in get. People who are not signed in are
 * sent to sign in, unless `signedOut` says otherwise. When a role is added, add it to `roles` and to the rows where it
 * differs from `others`.
 */
export const roles = [
  "signedOut",
  /** A student with no relation to the hub. */
  "stranger",
  /** Has asked for access to the hub. */
  "applicant",
  /** Is accepted and has access. */
  "participant",
  /** Teaches, but not this hub. */
  "otherTeacher",
  /** Helps with the hub's participants. */
  "tutor",
  /** Leads the hub beside its teacher. */
  "coTeacher",
  /** The hub's teacher, who requested it. */
  "teacher",
  "governance",
] as const;
export type Role = (typeof roles)[number];

/** A status, or `sign-in` for a redirect to signing in. */
export type Expected = number | "sign-in";

export type Row = {
  /** Method and path as registered; `:id` is the hub's, the other parts as the test fills them. */
  route: string;
  /** What the hub is like; made anew for each try. */
  hub: Partial<Hub>;
  gets: Partial<Record<Role | "others", Expected>>;
  /** What the form holds. */
  fields?: Fields;
  /** Whose participation `:participationId` is: somebody's who is none of the roles, or the person's own. */
  participation?: "applied" | "accepted" | "own";
  /** Called by Authentik, not by a browser: it has proof of its own instead of session and CSRF token. */
  byMachine?: true;
  /** A GET that is noted on the timeline. */
  isNoted?: true;
  /** For which roles a POST changes nothing although it is allowed. */
  changesNothing?: readonly Role[];
};

const at = new Date("2026-11-24T09:00:00Z");
const pending: Partial<Hub> = {};
const scheduled: Partial<Hub> = {
  decision: "accepted",
  groupId: "group",
  period: { start: "2026-12-01", end: "2027-03-31" },
};
const deployed: Partial<Hub> = { decision: "accepted", groupId: "group", deployment: "deployed", deployedAt: at };

const failing: Partial<Hub> = {
  ...deployed,
  deployment: "failed",
  failureReason: "The cluster is full.",
  attempts: 3,
  nextAttemptAt: new Date("2026-11-25T09:00:00Z"),
};

export const requestForm: Fields = {
  name: "Statistics I",
  slug: "statistics-1",
  description: "Exercises.",
  startDate: "2026-11-24",
  endDate: "2027-03-31",
  notebookType: "minimal",
  customImage: "",
  customDefaultUrl: "/lab",
  participants: "25",
  ramGib: "0.5",
  cpus: "0.5",
  storageGib: "1",
  gpus: "0",
};
const edited = { ...requestForm, version: "1", comment: "More people" };
const changed = { ...requestForm, startDate: "2026-12-01", participants: "30", version: "1", openId: "", comment: "" };
const filled = { ...requestForm, submissionKey: "one-form" };

const everybody = (status: number) => ({ signedOut: status, others: status });
/** Who may request hubs: a role of the whole portal. */
const teachers = (status: number) => ({ teacher: status, otherTeacher: status, others: 403 });
/** Who sees a hub. */
const seers = (status: number) => ({ ...staff(status), governance: status });
const staff = (status: number) => ({ tutor: status, coTeacher: status, teacher: status, governance: 403, others: 404 });
const leaders = (status: number) => ({ ...staff(status), tutor: 403 });
/** Who leads the hub, and governance. */
const oversight = (status: number) => ({ ...leaders(status), governance: status });
const governanceOnly = (status: number) => ({ ...staff(403), governance: status });

export const matrix: readonly Row[] = [
  // For everybody.
  { route: "GET /healthz", hub: pending, gets: everybody(200) },
  { route: "GET /readyz", hub: pending, gets: everybody(200) },
  // No token is set in this test; test/web/metrics.test.ts sets one.
  { route: "GET /metrics", hub: pending, gets: everybody(404) },
  { route: "GET /theme.css", hub: pending, gets: everybody(200) },
  { route: "GET /logo", hub: pending, gets: everybody(200) },

  { route: "GET /help", hub: pending, gets: everybody(200) },
  { route: "GET /help/participants", hub: pending, gets: everybody(200) },
  { route: "GET /help/teachers", hub: pending, gets: everybody(200) },
  { route: "GET /help/governance", hub: pending, gets: everybody(200) },
  { route: "GET /help/:picture.png", hub: pending, gets: everybody(404) },
  { route: "GET /terms", hub: pending, gets: everybody(200) },
  { route: "GET /terms/:version", hub: pending, gets: everybody(404) },
  { route: "GET /", hub: pending, gets: { signedOut: 200, others: 303 } },
  // Authentik does not answer in this test.
  { route: "GET /sign-in", hub: pending, gets: { signedOut: 503, others: 303 } },
  { route: "GET /sign-in/callback", hub: pending, gets: { signedOut: 403, others: 303 } },
  { route: "POST /sign-in/back-channel-logout", hub: pending, gets: everybody(400), byMachine: true },
  // No secret is set in this test.
  { route: "POST /webhooks/authentik", hub: pending, gets: everybody(404), byMachine: true },
  { route: "POST /sign-out", hub: pending, gets: everybody(303), changesNothing: roles },

  // Own data.
  { route: "GET /account", hub: pending, gets: { others: 200 } },
  { route: "GET /account/data.json", hub: pending, gets: { others: 200 } },
  {
    route: "POST /account/language",
    hub: pending,
    fields: { language: "de" },
    gets: { others: 303 },
    // But for the person, whom this test does not look at: they are read again from Authentik now and then.
    changesNothing: roles,
  },
  // The teacher of a live hub cannot.
  { route: "GET /account/deletion", hub: pending, gets: { teacher: 409, others: 200 } },
  { route: "POST /account/deletion", hub: pending, gets: { teacher: 409, others: 303 } },
  { route: "GET /account/deleted", hub: pending, gets: everybody(200) },

  // Taking part.
  { route: "GET /participation", hub: deployed, gets: { others: 200 } },
  { route: "GET /invitations/:token", hub: scheduled, gets: { others: 200 } },
  {
    route: "POST /invitations/:token",
    hub: scheduled,
    gets: { tutor: 409, coTeacher: 409, teacher: 409, others: 303 },
    // They have asked already.
    changesNothing: ["applicant", "participant"],
  },
  {
    route: "GET /participations/:participationId/withdrawal",
    hub: deployed,
    participation: "own",
    gets: { applicant: 200, participant: 200, others: 404 },
  },
  {
    route: "POST /participations/:participationId/withdrawal",
    hub: deployed,
    participation: "own",
    gets: { applicant: 303, participant: 303, others: 404 },
  },
  { route: "GET /hubs/:id/open", hub: deployed, gets: { ...seers(303), participant: 303 } },

  // Leadership.
  { route: "GET /leadership", hub: pending, gets: { tutor: 200, coTeacher: 200, ...teachers(200), others: 404 } },
  { route: "GET /hubs/new", hub: pending, gets: teachers(200) },
  { route: "GET /hubs/review", hub: pending, gets: { others: 303 } },
  { route: "GET /hubs", hub: pending, gets: { others: 303 } },
  { route: "POST /hubs/new", hub: pending, fields: filled, gets: teachers(200), changesNothing: roles },
  { route: "POST /hubs/review", hub: pending, fields: filled, gets: teachers(200), changesNothing: roles },
  { route: "POST /hubs", hub: pending, fields: filled, gets: teachers(303) },
  { route: "GET /hubs/:id", hub: pending, gets: seers(200) },
  { route: "GET /hubs/:id/timeline", hub: pending, gets: seers(200) },
  { route: "GET /hubs/:id/progress", hub: deployed, gets: { signedOut: 404, ...seers(200) } },
  { route: "GET /hubs/:id/cancellation", hub: scheduled, gets: oversight(200) },
  { route: "POST /hubs/:id/cancellation", hub: scheduled, gets: oversight(303) },
  { route: "GET /hubs/:id/degradation", hub: deployed, gets: oversight(200) },
  { route: "POST /hubs/:id/degradation", hub: deployed, gets: oversight(303) },
  { route: "GET /hubs/:id/invitation", hub: deployed, gets: leaders(200) },
  { route: "POST /hubs/:id/invitation", hub: deployed, fields: { version: "1" }, gets: leaders(303) },
  { route: "POST /hubs/:id/applications", hub: deployed, fields: { open: "no" }, gets: leaders(303) },
  { route: "GET /hubs/:id/admission", hub: deployed, gets: staff(200) },
  {
    route: "POST /hubs/:id/admission",
    hub: deployed,
    // The print of an empty list.
    fields: { entries: "ada@example.org", seen: "e3b0c44298fc1c149afbf4c8996fb924" },
    gets: leaders(303),
  },
  { route: "GET /hubs/:id/staff", hub: deployed, gets: seers(200) },
  {
    route: "POST /hubs/:id/staff",
    hub: deployed,
    fields: { named: "governance2", role: "tutor" },
    gets: leaders(303),
  },
  { route: "POST /hubs/:id/staff/:personId/role", hub: deployed, fields: { role: "teacher" }, gets: leaders(303) },
  { route: "GET /hubs/:id/staff/:personId/removal", hub: deployed, gets: leaders(200) },
  { route: "POST /hubs/:id/staff/:personId/removal", hub: deployed, gets: leaders(303) },
  // Who owns the hub hands it over first.
  { route: "GET /hubs/:id/leaving", hub: deployed, gets: { ...staff(200), teacher: 409 } },
  { route: "POST /hubs/:id/leaving", hub: deployed, gets: { ...staff(303), teacher: 409 } },
  { route: "GET /hubs/:id/handing-over", hub: deployed, gets: { ...staff(403), teacher: 200, governance: 200 } },
  {
    route: "POST /hubs/:id/handing-over",
    hub: deployed,
    fields: { named: "teacher2", former: "stays", from: "teacher" },
    gets: { ...staff(403), teacher: 303, governance: 303 },
  },
  // Before the decision a request is edited, after it a change is proposed.
  { route: "GET /hubs/:id/edit", hub: pending, gets: leaders(200) },
  { route: "POST /hubs/:id/edit", hub: pending, fields: edited, gets: leaders(200), changesNothing: roles },
  { route: "GET /hubs/:id/edit/review", hub: pending, gets: leaders(200) },
  { route: "POST /hubs/:id/edit/review", hub: pending, fields: edited, gets: leaders(200), changesNothing: roles },
  { route: "GET /hubs/:id/edit/save", hub: pending, gets: leaders(200) },
  { route: "POST /hubs/:id/edit/save", hub: pending, fields: edited, gets: leaders(303) },
  { route: "GET /hubs/:id/change", hub: scheduled, gets: leaders(200) },
  { route: "POST /hubs/:id/change", hub: scheduled, fields: changed, gets: leaders(200), changesNothing: roles },
  { route: "GET /hubs/:id/change/review", hub: scheduled, gets: leaders(200) },
  {
    route: "POST /hubs/:id/change/review",
    hub: scheduled,
    fields: changed,
    gets: leaders(200),
    changesNothing: roles,
  },
  { route: "GET /hubs/:id/changes", hub: scheduled, gets: leaders(200) },
  { route: "POST /hubs/:id/changes", hub: scheduled, fields: changed, gets: leaders(303) },
  { route: "GET /hubs/:id/changes/:changeId/withdrawal", hub: scheduled, gets: leaders(200) },
  { route: "POST /hubs/:id/changes/:changeId/withdrawal", hub: scheduled, gets: leaders(303) },
  { route: "GET /hubs/:id/participants", hub: deployed, gets: seers(200) },
  { route: "GET /hubs/:id/participants.csv", hub: deployed, gets: seers(200) },
  {
    route: "POST /hubs/:id/participants/selection",
    hub: deployed,
    fields: { decision: "accepted", all: "yes", status: "applied" },
    gets: staff(303),
  },
  {
    route: "POST /hubs/:id/participants/:participationId/decision",
    hub: deployed,
    participation: "applied",
    fields: { decision: "accepted" },
    gets: staff(303),
  },
  {
    route: "GET /hubs/:id/participants/:participationId/removal",
    hub: deployed,
    participation: "accepted",
    gets: staff(200),
  },
  {
    route: "POST /hubs/:id/participants/:participationId/removal",
    hub: deployed,
    participation: "accepted",
    gets: staff(303),
  },

  { route: "GET /hubs/:id/servers", hub: deployed, gets: seers(200) },
  // Nobody has a server, and nobody with access has this name.
  {
    route: "POST /hubs/:id/servers/start",
    hub: deployed,
    fields: { username: "nobody" },
    gets: staff(422),
    changesNothing: roles,
  },
  { route: "GET /hubs/:id/servers/stop", hub: deployed, gets: staff(200) },
  { route: "POST /hubs/:id/servers/stop", hub: deployed, gets: staff(303), changesNothing: roles },
  { route: "GET /hubs/:id/servers/:username/stop", hub: deployed, gets: staff(409) },
  { route: "POST /hubs/:id/servers/:username/stop", hub: deployed, gets: staff(409), changesNothing: roles },
  { route: "GET /hubs/:id/servers/:username/visit", hub: deployed, gets: leaders(409) },
  { route: "GET /hubs/:id/admin-view", hub: deployed, gets: leaders(303), isNoted: true },

  // Administration.
  { route: "GET /administration", hub: pending, gets: { governance: 200, others: 404 } },
  { route: "GET /administration/requests", hub: pending, gets: { governance: 200, others: 404 } },
  { route: "GET /administration/hubs", hub: pending, gets: { governance: 200, others: 404 } },
  { route: "GET /administration/hubs.csv", hub: pending, gets: { governance: 200, others: 404 } },
  { route: "GET /administration/mails", hub: pending, gets: { governance: 200, others: 404 } },
  {
    route: "POST /administration/mails",
    hub: pending,
    fields: { mail: "all" },
    gets: { governance: 303, others: 404 },
  },
  { route: "GET /administration/users", hub: pending, gets: { governance: 200, others: 404 } },
  { route: "GET /administration/users/:personId", hub: pending, gets: { governance: 200, others: 404 } },
  { route: "GET /administration/users/:personId/teacher", hub: pending, gets: { governance: 200, others: 404 } },
  {
    route: "POST /administration/users/:personId/teacher",
    hub: pending,
    fields: { teacher: "yes" },
    gets: { governance: 303, others: 404 },
  },
  { route: "GET /administration/audit", hub: pending, gets: { governance: 200, others: 404 } },
  { route: "GET /administration/audit.csv", hub: pending, gets: { governance: 200, others: 404 } },
  { route: "GET /administration/check", hub: pending, gets: { governance: 200, others: 404 } },
  { route: "GET /administration/terms", hub: pending, gets: { governance: 200, others: 404 } },
  { route: "GET /administration/terms/draft", hub: pending, gets: { governance: 200, others: 404 } },
  {
    route: "POST /administration/terms/draft",
    hub: pending,
    fields: { markdown: "Rules", revision: "0" },
    gets: { governance: 303, others: 404 },
  },
  { route: "GET /administration/terms/publication", hub: pending, gets: { others: 404 } },
  {
    route: "POST /administration/terms/publication",
    hub: pending,
    fields: { validFrom: "2030-01-01", revision: "1" },
    gets: { governance: 409, others: 404 },
    changesNothing: ["governance"],
  },
  { route: "GET /administration/terms/:version/withdrawal", hub: pending, gets: { others: 404 } },
  { route: "POST /administration/terms/:version/withdrawal", hub: pending, gets: { others: 404 } },
  { route: "GET /administration/terms/:version/acceptances", hub: pending, gets: { others: 404 } },
  { route: "GET /hubs/:id/decision", hub: pending, gets: governanceOnly(200) },
  {
    route: "POST /hubs/:id/decision",
    hub: pending,
    fields: { version: "1", decision: "accepted" },
    gets: governanceOnly(303),
  },
  { route: "GET /hubs/:id/question", hub: pending, gets: governanceOnly(200) },
  {
    route: "POST /hubs/:id/question",
    hub: pending,
    fields: { version: "1", question: "How many?" },
    gets: governanceOnly(303),
  },
  { route: "GET /hubs/:id/changes/:changeId/decision", hub: scheduled, gets: governanceOnly(200) },
  {
    route: "POST /hubs/:id/changes/:changeId/decision",
    hub: scheduled,
    fields: { version: "1", decision: "accepted" },
    gets: governanceOnly(303),
  },
  { route: "GET /hubs/:id/changes/:changeId/question", hub: scheduled, gets: governanceOnly(200) },
  {
    route: "POST /hubs/:id/changes/:changeId/question",
    hub: scheduled,
    fields: { version: "1", question: "How many?" },
    gets: governanceOnly(303),
  },
  { route: "POST /hubs/:id/retry", hub: failing, gets: oversight(303) },
  { route: "GET /hubs/:id/redeployment", hub: deployed, gets: governanceOnly(200) },
  { route: "POST /hubs/:id/redeployment", hub: deployed, fields: { version: "1" }, gets: governanceOnly(303) },
];
