import { type Actor, leads, type Standing } from "../../domain/actor.ts";
import { totalOf, type UsageTotal } from "../../domain/expected-usage.ts";
import { type Hub, isBeforeDeployment, wanted } from "../../domain/hub.ts";
import { changeRefusal } from "../../domain/hub-change.ts";
import { type HubPhase, phaseOf } from "../../domain/hub-phase.ts";
import { warningAbout } from "../../domain/image-reference.ts";
import { notebookName } from "../../domain/notebook-type.ts";
import type { ParticipationStatus } from "../../domain/participation.ts";
import type { Person } from "../../domain/person.ts";
import { addDays, type CalendarDate, dateIn } from "../../domain/usage-period.ts";
import type { Stranger } from "../../ports/hub-identities.ts";
import type { Page, PageAsk, TimelineEvent } from "../../ports/store.ts";
import { type Core, todayOf } from "../core.ts";
import { hubSeenBy } from "../find-hub.ts";
import type { SeatCount } from "../participants/count-seats.ts";
import { type ListedParticipant, participantsOf } from "../participants/show-participants.ts";
import { type ChangeView, changesOf, type EditView, editsOf } from "../requests/show-changes.ts";
import { type StaffMember, staffFrom } from "../staff/show-staff.ts";
import { invitationUrl } from "./invitation-url.ts";
import { maySkipWait } from "./retry-hub.ts";

export type HubView = {
  hub: Hub;
  /** What the actor is to the hub. */
  standing: Standing;
  phase: HubPhase;
  notebookName: string;
  teacher: Person;
  /** Who looks after the hub; its owner first. */
  staff: StaffMember[];
  total: UsageTotal;
  /** Day on which deploying begins. */
  deploysOn: CalendarDate;
  /** Day on which the hub is taken down, and until when home folders are kept, as dates in the institution's zone. */
  removedOn: CalendarDate;
  erasedOn: CalendarDate;
  /** Where the hub is reached; null until it is deployed. */
  address: string | null;
  invitationUrl: string | null;
  participants: Page<ListedParticipant>;
  counts: Record<ParticipationStatus, number>;
  seats: SeatCount;
  /** Of the hub's group in Authentik: who is in it without a reason, and what kept the portal from looking. */
  group: { strangers: Stranger[]; trouble: string | null };
  /** How the request was edited before the decision, and what was proposed since, the newest first. */
  edits: EditView[];
  changes: ChangeView[];
  /** Who asked the question that the request was sent back with. */
  askedByName: string | null;
  /** What to think about before the image is used. */
  imageWarning: string | null;
  /** Why changes cannot be asked for; null when they can. */
  changeRefusal: string | null;
  /** What happened last; the rest has a page of its own. */
  timeline: TimelineEvent[];
  /** Something is under way that the page should be kept up to date about. */
  underWay: boolean;
  may: {
    lead: boolean;
    decide: boolean;
    edit: boolean;
    requestChange: boolean;
    decideChange: boolean;
    requestAgain: boolean;
    cancel: boolean;
    degrade: boolean;
    redeploy: boolean;
    /** Have a step that failed tried again at once. */
    retry: boolean;
    open: boolean;
    /** Accept, reject, remove. */
    manageParticipants: boolean;
    /** Propose more seats by a change request. */
    askForSeats: boolean;
    /** Close applications; replace the link. */
    manageInvitation: boolean;
  };
};

/** How many events the hub's page tells. */
const latestEvents = 10;

/** Everything on a hub's page, for its teacher and for governance. Throws `NotFound` for others. */
export async function showHub(
  core: Core,
  actor: Actor,
  given: { hubId: string; status: ParticipationStatus | null; text: string; ask: PageAsk },
): Promise<HubView> {
  const { store, rules, backend } = core;
  const seen = await hubSeenBy(core, actor, given.hubId);
  const { hub, standing } = seen;
  const oversees = leads(standing) || standing.governance;
  const today = todayOf(core);
  const phase = phaseOf(hub, today);
  const refusal = changeRefusal(hub, { updates: rules.updates, today });
  const want = wanted(hub, { today, leadDays: rules.leadDays });
  const filter = { status: given.status, text: given.text };
  const listedStaff = store.staff.listOf(hub.id);
  const [owner, others, { participants, counts, seats, may }, strangers, looked, timeline, edits, changes, askedBy] =
    await Promise.all([
      store.people.byId(hub.teacherId),
      listedStaff,
      participantsOf(core, seen, listedStaff, { filter, ask: given.ask }),
      store.identities.strangers(hub.id),
      store.identities.of(hub.id),
      store.events.ofHub(hub.id, latestEvents),
      editsOf(core, hub.id),
      changesOf(core, hub.id),
      hub.askedBy === null ? null : store.people.byId(hub.askedBy),
    ]);
  const staff = staffFrom(hub, owner, others);
  const removedOn = hub.removedAt === null ? addDays(hub.period.end, 1) : dateIn(rules.timeZone, hub.removedAt);
  const live = phase === "deploying" || phase === "deployed" || phase === "failed";
  const unsettled = participants.items.some(({ settled }) => !settled);
  return {
    hub,
    standing,
    phase,
    notebookName: notebookName(hub.notebookType, rules.catalogue),
    teacher: staff[0].person,
    staff,
    total: totalOf(hub.usage),
    deploysOn: addDays(hub.period.start, -rules.leadDays),
    removedOn,
    erasedOn:
      hub.eraseDataAt === null ? addDays(removedOn, rules.retentionDays) : dateIn(rules.timeZone, hub.eraseDataAt),
    address: phase === "deployed" ? (await backend.address(hub)).url : null,
    invitationUrl: invitationUrl(core, hub),
    participants,
    counts,
    seats,
    group: want.group ? { strangers, trouble: looked.trouble } : { strangers: [], trouble: null },
    edits,
    changes,
    askedByName: askedBy?.name ?? null,
    imageWarning: warningAbout(hub),
    changeRefusal: refusal,
    timeline,
    underWay:
      phase === "deploying" ||
      phase === "removing" ||
      phase === "failed" ||
      (phase === "scheduled" && (want.hub || hub.groupId === null)) ||
      (want.group && unsettled),
    may: {
      lead: leads(standing),
      decide: actor.roles.governance && phase === "pending",
      edit: leads(standing) && phase === "pending",
      requestChange: leads(standing) && refusal === null,
      decideChange: actor.roles.governance,
      requestAgain: leads(standing) && actor.roles.teacher && phase !== "pending",
      cancel: oversees && (phase === "pending" || (phase === "scheduled" && isBeforeDeployment(hub))),
      degrade: oversees && live,
      redeploy: actor.roles.governance && want.hub && (phase === "deployed" || phase === "failed"),
      retry: oversees && maySkipWait(hub, core.clock.now()),
      open: phase === "deployed",
      ...may,
      manageInvitation: leads(standing) && want.group,
    },
  };
}
