import { IANAZone } from "luxon";
import { validate as isCronPattern } from "node-cron";
import { z } from "zod";
import { colour, decimalNumber, onOff, optionalText, optionalUrl, range, text, wholeNumber } from "./fields.ts";
import { kubernetesSettings } from "./kubernetes-settings.ts";

/**
 * Every setting the portal reads, with its preset and one line for the README's table (a test compares both).
 * A setting whose name is in `secretSettings` may also be given as `<NAME>_FILE`, a path to a file that holds it.
 */
export const settings = z.object({
  NODE_ENV: z.string().default("development").describe("`production` refuses everything that is only for trying out"),
  HOST: optionalText.describe("Address to listen on; preset `127.0.0.1`, in production `0.0.0.0`"),
  PORT: wholeNumber(1, 65535).default(3000).describe("Port to listen on"),
  PUBLIC_URL: optionalUrl.describe("Address of the portal as browsers see it; preset `http://localhost:<PORT>`"),
  TRUST_PROXY: wholeNumber(0, 10)
    .default(0)
    .describe("How many reverse proxies stand in front of the portal; at least 1 with https"),
  DATA_DIR: text.default("data").describe("Folder for the database and, when trying out, everything else"),
  SECRET_KEY: optionalText.describe(
    "At least 32 characters; signs cookies and encrypts hub secrets in the database. Needed in production; when trying out it is made and kept in `DATA_DIR`",
  ),
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error", "silent"]).default("info").describe("How much is logged"),
  METRICS_TOKEN: optionalText.describe("Bearer token for `/metrics` (Prometheus); left out, there are none"),

  INSTITUTION_NAME: text.default("JHaaS").describe("Name in the page header"),
  INSTITUTION_LOGO: optionalText.describe("Path to an SVG or PNG file for the page header"),
  BRAND_COLOUR: colour.default("#0b4f8a").describe("Colour of the header and buttons; contrast to white is checked"),
  ACCENT_COLOUR: colour.default("#0f766e").describe("Colour of the active tab; contrast to white is checked"),
  IMPRINT_URL: optionalUrl.describe("Link in the footer"),
  PRIVACY_URL: optionalUrl.describe("Link in the footer"),
  ACCESSIBILITY_URL: optionalUrl.describe("Link in the footer"),
  SUPPORT_EMAIL: optionalText.describe("Address for help, on error pages and in mails"),
  TIME_ZONE: z
    .string()
    .default("Europe/Berlin")
    .refine((zone) => IANAZone.isValidZone(zone), { error: "must be an IANA time zone such as Europe/Berlin" })
    .describe("Time zone in which usage periods begin and end"),

  AUTHENTIK_URL: optionalUrl.describe("Address of Authentik; left out, the embedded stand-in runs (not in production)"),
  AUTHENTIK_TOKEN: optionalText.describe("API token of the portal's service account in Authentik"),
  AUTHENTIK_PARENT_GROUP: text.default("jupyterhubs").describe("Group below which the hubs' groups are made"),
  AUTHENTIK_APPLICATION_SLUG: text
    .default("hub-portal")
    .describe("Slug of the portal's own application in Authentik; makes up the issuer"),
  AUTHENTIK_WEBHOOK_SECRET: optionalText
    .refine((value) => value === undefined || value.length >= 32, { error: "must have at least 32 characters" })
    .describe("Shared with `authentik/webhook.blueprint.yaml`; left out, Authentik's webhook is not taken in"),
  OIDC_CLIENT_ID: optionalText.describe("Client id of the portal's own provider in Authentik"),
  OIDC_CLIENT_SECRET: optionalText.describe("Client secret of the portal's own provider in Authentik"),
  TEACHER_GROUP: text.default("portal-leaders").describe("Authentik group whose members may request hubs"),
  GOVERNANCE_GROUP: text.default("portal-admins").describe("Authentik group whose members decide and oversee"),
  TRUST_AUTHENTIK_EMAILS: onOff
    .optional()
    .describe(
      "`on` says that e-mail addresses in Authentik are checked, and that nobody can change their own there: hubs may then accept people by a list of addresses. Preset `off`; when trying out, `on`",
    ),
  EMBEDDED_AUTHENTIK_PORT: wholeNumber(1, 65535).default(9000).describe("Port of the embedded stand-in for Authentik"),

  HUB_BACKEND: z
    .enum(["local", "kubernetes"])
    .default("local")
    .describe("Where hubs run: `kubernetes`, or `local` for trying out (not in production)"),
  HUB_LEAD_DAYS: wholeNumber(0, 30).default(0).describe("Days before the start date on which deploying begins"),
  HUB_DATA_RETENTION_DAYS: wholeNumber(0, 3650)
    .default(7)
    .describe("Days that home folders are kept after removal; 0 erases at once"),
  HUB_STRANGERS: z
    .enum(["keep", "report", "remove"])
    .default("report")
    .describe(
      "People whom somebody put into a hub's group in Authentik by hand: `report` shows them to the teacher, `remove` also takes them out, `keep` leaves them without a word",
    ),
  PLACE_MINUTES: wholeNumber(1, 1440)
    .default(30)
    .describe("Minutes that the place where hubs run may take to be ready before setting up a hub counts as failed"),
  HUB_START_MINUTES: wholeNumber(1, 1440)
    .default(15)
    .describe("Minutes from asking for a hub to its health check before it counts as failed"),
  HUB_STOP_MINUTES: wholeNumber(1, 1440)
    .default(10)
    .describe("Minutes that a hub and its servers may take to end before removing it counts as failed"),
  RECONCILE_SCHEDULE: z
    .string()
    .default("* * * * *")
    .refine((pattern) => isCronPattern(pattern), { error: "must be a cron pattern such as * * * * *" })
    .describe("When the reconciler looks at every hub, as a cron pattern"),
  LOCAL_PORT_BASE: wholeNumber(1024, 60000).default(9100).describe("First port for local hubs; each takes three"),
  PYTHON: text.default("python3").describe("Python 3.10 or later, for local hubs"),
  LOCAL_PYTHON_ENV: optionalText.describe(
    "Folder of a Python environment with JupyterHub for local hubs; left out, one is made in `DATA_DIR`",
  ),

  NOTEBOOK_CATALOGUE: optionalText.describe("Path to a JSON file that replaces the shipped list of notebook types"),
  MAX_YEARS_AHEAD: wholeNumber(1, 10).default(3).describe("How far ahead a usage period may start"),
  MAX_PERIOD_DAYS: wholeNumber(1, 3660).default(400).describe("Longest usage period"),
  LIMIT_PARTICIPANTS: range.default({ min: 1, max: 500, step: 1, preset: 25 }).describe("`min:max:step:preset`"),
  LIMIT_RAM_GIB: range.default({ min: 0.25, max: 4, step: 0.25, preset: 0.5 }).describe("`min:max:step:preset`"),
  LIMIT_CPUS: range.default({ min: 0.25, max: 2, step: 0.25, preset: 0.5 }).describe("`min:max:step:preset`"),
  LIMIT_STORAGE_GIB: range.default({ min: 0.5, max: 10, step: 0.5, preset: 1 }).describe("`min:max:step:preset`"),
  LIMIT_GPUS: range
    .default({ min: 0, max: 0, step: 1, preset: 0 })
    .describe("`min:max:step:preset`; a max of 0 offers no graphics cards"),
  CAPACITY_RAM_GIB: decimalNumber(0, 1e9).optional().describe("Memory of the cluster, for the decision page"),
  CAPACITY_CPUS: decimalNumber(0, 1e9).optional().describe("CPUs of the cluster, for the decision page"),
  CAPACITY_STORAGE_GIB: decimalNumber(0, 1e9).optional().describe("Storage of the cluster, for the decision page"),
  CAPACITY_GPUS: decimalNumber(0, 1e9).optional().describe("Graphics cards of the cluster, for the decision page"),
  HUB_UPDATES: onOff.default(false).describe("`on` lets teachers propose changes to a deployed hub"),

  SMTP_URL: optionalText
    .refine((value) => value === undefined || /^smtps?:\/\//.test(value), { error: "must begin smtp:// or smtps://" })
    .describe("Mail server, such as `smtp://user:password@mail.example.org:587`; left out, mails are logged"),
  MAIL_FROM: text.default("JHaaS <jhaas@localhost>").describe("Sender of mails"),
  GOVERNANCE_EMAIL: optionalText.describe("Mails for governance go here instead of to each member of its group"),

  ...kubernetesSettings,
});

export type Settings = z.infer<typeof settings>;

/** Settings that may be given as a file, and that never appear in a fault or a log. */
export const secretSettings = [
  "SECRET_KEY",
  "AUTHENTIK_TOKEN",
  "AUTHENTIK_WEBHOOK_SECRET",
  "OIDC_CLIENT_SECRET",
  "SMTP_URL",
  "METRICS_TOKEN",
] as const satisfies readonly (keyof Settings)[];
