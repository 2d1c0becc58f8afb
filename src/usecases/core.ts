import type { UsageLimits, UsageTotal } from "../domain/expected-usage.ts";
import type { Hint } from "../domain/hint.ts";
import type { HubFormRules } from "../domain/hub-request.ts";
import type { NotebookType } from "../domain/notebook-type.ts";
import type { RoleGroups } from "../domain/person.ts";
import { type CalendarDate, dateIn } from "../domain/usage-period.ts";
import type { Clock } from "../ports/clock.ts";
import type { HubApi } from "../ports/hub-api.ts";
import type { HubBackend } from "../ports/hub-backend.ts";
import type { Identity } from "../ports/identity.ts";
import type { Log } from "../ports/log.ts";
import type { Mailer } from "../ports/mailer.ts";
import type { SetupCheck } from "../ports/setup-check.ts";
import type { Store } from "../ports/store.ts";

/** What the provider decided once, in the settings. */
export type Rules = {
  /** Address of the portal as browsers see it, without a trailing slash. */
  publicUrl: string;
  roleGroups: RoleGroups;
  timeZone: string;
  leadDays: number;
  retentionDays: number;
  /** How long steps that wait for something may take, in minutes, before they count as failed and are tried again. */
  deadlines: {
    /** For the place where hubs run to be ready. */
    place: number;
    /** From being asked for to answering the health check. */
    start: number;
    /** For servers and hub to end. */
    stop: number;
  };
  maxYearsAhead: number;
  maxPeriodDays: number;
  /** Teachers may propose changes to a hub that is deployed. */
  updates: boolean;
  limits: UsageLimits;
  catalogue: readonly NotebookType[];
  /** Of the cluster, as far as the provider says. */
  capacity: Partial<UsageTotal>;
  /** E-mail addresses in Authentik are checked and not for their holders to change; admission lists go by them. */
  trustEmails: boolean;
  /** Name of the institution, where to get help, and its colour, for mails. */
  institution: { name: string; supportEmail: string | null /** As `#rrggbb`. */; colour: string };
  /** What is done about people whom somebody put into a hub's group in Authentik by hand. */
  strangers: "keep" | "report" | "remove";
  /** Where mails for governance go instead of to its members; null for the members. */
  governanceEmail: string | null;
};

/** Everything a use case works with. Built in one place (compose.ts), handed to each use case as it is. */
export type Core = {
  store: Store;
  clock: Clock;
  identity: Identity;
  backend: HubBackend;
  hubApi: HubApi;
  mailer: Mailer;
  /** What governance can have looked at. */
  checks: readonly SetupCheck[];
  log: Log;
  rules: Rules;
  /** Asks the reconciler to look at a hub now. A wake-up that gets lost is made good by the next scheduled look. */
  wake(hubId: string): void;
  /** Takes word that something changed in Authentik. What gets lost is made good by the regular looks. */
  hint(hint: Hint): void;
};

/** Today in the institution's time zone. */
export function todayOf(core: Pick<Core, "clock" | "rules">): CalendarDate {
  return dateIn(core.rules.timeZone, core.clock.now());
}

/** The rules of the request form, as of today. */
export function formRules(core: Pick<Core, "clock" | "rules">): HubFormRules {
  const { maxYearsAhead, maxPeriodDays, limits, catalogue } = core.rules;
  return { period: { today: todayOf(core), maxYearsAhead, maxDays: maxPeriodDays }, limits, catalogue };
}
