import type { University } from "../support/university.ts";

/** Who looks: somebody whose session the test has. */
export type Looker =
  | "signedOut"
  | "student"
  | "newcomer"
  | "tutor"
  | "coTeacher"
  | "teacher"
  | "otherTeacher"
  | "governance";

/** What is looked at: a page by its address, or what a form answers. */
export type Look = {
  as: Looker;
  path: string;
  /** 200 unless told. */
  status?: number;
  /** Fields by name, typed before the button is pressed; the page that comes back is looked at. */
  typed?: Record<string, string>;
  press?: string;
};

/** GET routes that show no page, and why. */
export const noPages: Record<string, string> = {
  "GET /healthz": "read by machines",
  "GET /readyz": "read by machines",
  "GET /metrics": "read by machines",
  "GET /theme.css": "a style sheet",
  "GET /logo": "a picture",
  "GET /help/:picture.png": "a picture",
  "GET /account/data.json": "a file",
  "GET /hubs/:id/participants.csv": "a file",
  "GET /administration/hubs.csv": "a file",
  "GET /administration/audit.csv": "a file",
  "GET /hubs/:id/progress": "a part of the hub's page, which is looked at as a whole",
  "GET /hubs": "leads to Leadership, for whoever reloads after a POST",
  "GET /hubs/review": "leads to the form, for whoever reloads after a POST",
  "GET /hubs/:id/open": "leads to the hub",
  "GET /hubs/:id/admin-view": "leads to the hub",
  "GET /hubs/:id/servers/:username/visit": "leads to the hub",
};

/** Every page in every state worth a look, by the role that sees most of it. */
export function looksAt({ hub, change, participation }: University): Look[] {
  const of = (slug: string, rest = "") => `/hubs/${hub(slug).id}${rest}`;
  const as = (who: Looker, ...paths: string[]): Look[] => paths.map((path) => ({ as: who, path }));
  const changeOf = (slug: string, rest: string) => of(slug, `/changes/${change(slug).id}${rest}`);
  const open = of("statistik", `/participants/${participation("statistik", "course-s0100")}`);
  const wrong = { name: "", slug: "-x-", startDate: "2020-01-01", participants: "0" };
  return [
    ...as("signedOut", "/", "/help", "/help/participants", "/help/teachers", "/help/governance"),
    ...as("signedOut", "/terms", "/terms/2", "/account/deleted"),
    { as: "signedOut", path: "/nothing", status: 404 },
    // Authentik does not answer in this test, and nobody began to sign in.
    { as: "signedOut", path: "/sign-in", status: 503 },
    { as: "signedOut", path: "/sign-in/callback", status: 403 },

    ...as("student", "/participation", "/account", "/account/deletion"),
    ...as("student", `/participations/${participation("statistik", "student")}/withdrawal`),
    ...as("student", `/participations/${participation("scheduled", "student")}/withdrawal`),
    ...as(
      "student",
      `/invitations/${hub("statistik").invitationToken}`,
      `/invitations/${hub("scheduled").invitationToken}`,
    ),
    { as: "student", path: "/hubs/new", status: 403 },
    { as: "student", path: of("statistik"), status: 404 },
    ...as("newcomer", "/participation", "/account", `/invitations/${hub("statistik").invitationToken}`),
    ...as("newcomer", `/invitations/${hub("a-slug-that-is-as-long-as-a-slug-can-be-x").invitationToken}`),
    { as: "newcomer", path: `/invitations/${hub("statistik").invitationToken}`, press: "Request access", status: 422 },

    ...as("otherTeacher", "/leadership", "/hubs/new", `/hubs/new`),
    { as: "otherTeacher", path: "/hubs/new", typed: wrong, press: "Continue", status: 422 },
    { as: "teacher", path: "/hubs/new", typed: { name: "Statistics II", slug: "stats-2" }, press: "Continue" },
    ...as("teacher", "/leadership", "/leadership?page=2", "/account", `/hubs/new?from=${hub("removed").id}`),
    { as: "teacher", path: "/account/deletion", status: 409 },
    ...["waits", "sent-back", "edited", "declined", "cancelled", "scheduled", "deploying", "statistik", "failed"].map(
      (slug): Look => ({ as: "teacher", path: of(slug) }),
    ),
    ...["removing", "removed", "erased", "a-slug-that-is-as-long-as-a-slug-can-be-x"].map(
      (slug): Look => ({ as: "teacher", path: of(slug) }),
    ),
    ...as("teacher", of("sent-back", "/edit"), of("sent-back", "/edit/review"), of("sent-back", "/edit/save")),
    { as: "teacher", path: of("sent-back", "/edit"), typed: { ...wrong, comment: "" }, press: "Continue", status: 422 },
    { as: "teacher", path: of("sent-back", "/edit"), typed: { comment: "Yes", ramGib: "2" }, press: "Continue" },
    ...as("teacher", of("scheduled", "/change"), of("scheduled", "/change/review"), of("scheduled", "/changes")),
    { as: "teacher", path: of("scheduled", "/change"), typed: { participants: "70" }, press: "Continue" },
    { as: "teacher", path: of("statistik", "/change"), press: "Continue", status: 422 },
    ...as(
      "teacher",
      changeOf("scheduled", "/withdrawal"),
      of("waits", "/cancellation"),
      of("scheduled", "/cancellation"),
    ),
    ...as("teacher", of("statistik", "/degradation"), of("statistik", "/invitation")),
    { as: "teacher", path: of("cancelled", "/cancellation"), status: 409 },
    ...as("teacher", of("statistik", "/participants"), of("statistik", "/participants?status=applied")),
    ...as("teacher", of("statistik", "/participants?text=nobody"), of("deploying", "/participants")),
    ...as("teacher", `${open.replace(/[^/]+$/, participation("statistik", "course-s0002"))}/removal`),
    { as: "teacher", path: of("statistik", "/participants"), press: "Accept selected", status: 422 },
    ...as("teacher", of("statistik", "/admission"), of("failed", "/admission")),
    {
      as: "teacher",
      path: of("statistik", "/admission"),
      typed: { entries: "nobody\n@@" },
      press: "Save list",
      status: 422,
    },
    ...as("teacher", of("statistik", "/staff"), of("failed", "/staff"), of("statistik", "/staff/tutor/removal")),
    {
      as: "teacher",
      path: of("statistik", "/staff"),
      typed: { named: "nobody" },
      press: "Add to the staff",
      status: 422,
    },
    ...as("teacher", of("statistik", "/handing-over")),
    { as: "teacher", path: of("statistik", "/handing-over"), press: "Hand the hub over", status: 422 },
    ...as("teacher", of("statistik", "/servers"), of("statistik", "/servers/stop"), of("scheduled", "/servers")),
    ...as("teacher", of("statistik", "/servers/s0004/stop")),
    {
      as: "teacher",
      path: of("statistik", "/servers"),
      typed: { username: "nobody" },
      press: "Start server",
      status: 422,
    },

    ...as("teacher", of("statistik", "/timeline"), of("waits", "/timeline"), of("waits", "/participants")),
    ...as("coTeacher", "/leadership", of("statistik"), of("statistik", "/leaving")),
    ...as(
      "tutor",
      of("statistik"),
      of("statistik", "/participants"),
      of("statistik", "/servers"),
      of("statistik", "/staff"),
    ),
    ...as("tutor", of("statistik", "/admission")),

    ...as("governance", "/administration", "/administration/requests", "/administration/requests?page=2"),
    ...as("governance", "/administration/hubs", "/administration/hubs?text=nothing+like+it"),
    {
      as: "governance",
      path: "/administration/hubs",
      typed: { from: "2027-02-01", to: "2027-01-01" },
      press: "Search",
      status: 422,
    },
    ...as(
      "governance",
      "/administration/users",
      "/administration/users?text=neumann",
      "/administration/users?text=zzzz",
    ),
    ...as(
      "governance",
      "/administration/users/teacher",
      "/administration/users/student",
      "/administration/users/newcomer",
    ),
    ...as("governance", "/administration/users/teacher/teacher", "/administration/users/student/teacher"),
    ...as("governance", "/administration/audit", "/administration/audit?hub=nothing"),
    ...as("governance", "/administration/mails", "/administration/check", "/administration/terms"),
    ...as("governance", "/administration/terms/draft", "/administration/terms/publication"),
    ...as("governance", "/administration/terms/1/acceptances", "/administration/terms/2/acceptances"),
    ...as("governance", "/administration/terms/2/withdrawal"),
    {
      as: "governance",
      path: "/administration/terms/draft",
      typed: { markdown: " " },
      press: "Save draft",
      status: 422,
    },
    ...as("governance", of("waits"), of("statistik"), of("failed"), of("statistik", "/participants")),
    ...as("governance", of("waits", "/decision"), of("sent-back", "/decision"), of("edited", "/decision")),
    ...as("governance", of("declined", "/decision"), of("waits", "/question")),
    { as: "governance", path: of("waits", "/decision"), press: "Decline", status: 422 },
    { as: "governance", path: of("waits", "/decision"), press: "Send back", status: 422 },
    ...as("governance", changeOf("scheduled", "/decision"), changeOf("scheduled", "/question")),
    ...as("governance", of("statistik", "/redeployment"), of("failed", "/redeployment")),
  ];
}
