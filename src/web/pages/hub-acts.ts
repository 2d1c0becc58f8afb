import { z } from "zod";
import { type ActError, Conflict, Forbidden, NotFound } from "../../domain/errors.ts";
import type { Hub } from "../../domain/hub.ts";
import { addDays } from "../../domain/usage-period.ts";
import { todayOf } from "../../usecases/core.ts";
import { onlyTeacher } from "../../usecases/find-hub.ts";
import { cancelHub } from "../../usecases/hubs/cancel-hub.ts";
import { degradeHub } from "../../usecases/hubs/degrade-hub.ts";
import { redeployHub } from "../../usecases/hubs/redeploy-hub.ts";
import { retryHub } from "../../usecases/hubs/retry-hub.ts";
import { replaceInvitation, setApplications } from "../../usecases/hubs/set-applications.ts";
import { type HubView, showHub } from "../../usecases/hubs/show-hub.ts";
import type { CurrentActor } from "../../usecases/people/current-actor.ts";
import { addGet, addPost, type Web } from "../page.ts";
import { paths } from "../paths.ts";
import { freeText, hubId } from "./inputs.ts";

type Act = {
  path: (id: string) => string;
  /** Why the page is not shown; null when it is. */
  refused(view: HubView, actor: CurrentActor): ActError | null;
  title(hub: Hub): string;
  sentences(view: HubView): string[];
  button(hub: Hub): string;
  danger: boolean;
  reason: { label: string; hint: string } | null;
  /** `version` is the hub's when the page was made. */
  act(actor: CurrentActor, given: { hubId: string; reason: string; version: number }): Promise<void>;
  notice(hub: Hub): string;
};

/** What can be done to a hub as a whole. Each act has a page that says what it does, and is done from there. */
export function addHubActs(web: Web): void {
  const { core, format } = web;
  const toParticipants = "The participants who applied are told by mail.";
  const acts: Act[] = [
    {
      path: paths.cancellation,
      refused({ may }, { roles }) {
        if (!may.lead && !roles.governance) return new Forbidden(onlyTeacher);
        return may.cancel ? null : new Conflict("This hub can no longer be cancelled.");
      },
      title: (hub) => `Cancel ${hub.name}`,
      sentences: ({ hub }) =>
        hub.decision === "pending"
          ? [
              "The request is taken back. Governance does not decide about it any more, and its slug is free for others.",
            ]
          : ["The hub will not be deployed, and its slug is free for others.", toParticipants],
      button: (hub) => (hub.decision === "pending" ? "Cancel request" : "Cancel hub"),
      danger: true,
      reason: { label: "Reason (optional)", hint: "It is in the mail to those who applied." },
      act: (actor, given) => cancelHub(core, actor, given),
      notice: (hub) => `${hub.name} is cancelled.`,
    },
    {
      path: paths.degradation,
      refused({ may }, { roles }) {
        if (!may.lead && !roles.governance) return new Forbidden(onlyTeacher);
        return may.degrade ? null : new Conflict("This hub cannot be marked for degradation now.");
      },
      title: (hub) => `Mark ${hub.name} for degradation`,
      sentences: (view) => [
        `The hub is taken down at once, before its end date ${format.date(view.hub.period.end)}. Running servers are stopped; what is not saved in them is lost.`,
        `${lostAccess(view.counts.accepted)} Sign-in, address and invitation link end with the hub.`,
        core.rules.retentionDays === 0
          ? "All home folders are erased with it. This cannot be undone."
          : `Home folders are kept for ${core.rules.retentionDays} days and erased on ${format.date(addDays(todayOf(core), core.rules.retentionDays))}. This cannot be undone.`,
        "Accepted participants are told by mail.",
      ],
      button: () => "Mark for degradation",
      danger: true,
      reason: { label: "Reason (optional)", hint: "It is on the hub's timeline." },
      act: (actor, given) => degradeHub(core, actor, given),
      notice: (hub) => `${hub.name} is marked for degradation.`,
    },
    {
      path: paths.redeployment,
      refused({ may }, { roles }) {
        if (!roles.governance) return new Forbidden("Only governance may do this.");
        return may.redeploy ? null : new Conflict("This hub cannot be redeployed now.");
      },
      title: (hub) => `Trigger redeployment of ${hub.name}`,
      sentences: () => [
        "The hub is set up anew. Running servers are stopped; home folders and participants stay.",
        "For a hub that failed, this is also the next attempt, at once.",
      ],
      button: () => "Trigger redeployment",
      danger: false,
      reason: null,
      act: (actor, { hubId: id, version }) => redeployHub(core, actor, { hubId: id, version }),
      notice: (hub) => `${hub.name} is being redeployed.`,
    },
    {
      path: paths.invitationLink,
      refused({ may }) {
        if (!may.lead) return new Forbidden(onlyTeacher);
        return may.manageInvitation ? null : new Conflict("This hub has no invitation link now.");
      },
      title: (hub) => `Replace the invitation link of ${hub.name}`,
      sentences: () => ["The old link stops working at once. Those who applied already are not affected."],
      button: () => "Replace link",
      danger: true,
      reason: null,
      act: (actor, { hubId: id, version }) => replaceInvitation(core, actor, { hubId: id, version }),
      notice: () => "The invitation link is replaced.",
    },
  ];
  for (const act of acts) addAct(web, act);

  addPost(web, {
    path: paths.retry(":id"),
    input: z.object({ id: hubId }),
    async handle({ actor, input: { id } }) {
      await retryHub(core, actor, { hubId: id });
      return { redirect: paths.hub(id), notice: "The next attempt is made now." };
    },
  });

  addPost(web, {
    path: paths.applications(":id"),
    input: z.object({ id: hubId, open: z.enum(["yes", "no"]) }),
    async handle({ actor, input: { id, open } }) {
      await setApplications(core, actor, { hubId: id, open: open === "yes" });
      const notice = open === "yes" ? "Applications are open." : "Applications are closed.";
      return { redirect: paths.hub(id), notice };
    },
  });
}

function lostAccess(accepted: number): string {
  if (accepted === 0) return "No participants are accepted.";
  return accepted === 1 ? "1 accepted participant loses access." : `${accepted} accepted participants lose access.`;
}

function addAct(web: Web, act: Act): void {
  const { core } = web;
  const path = act.path(":id");
  const page = async (actor: CurrentActor, id: string) => {
    const view = await showHub(core, actor, { hubId: id, status: null, text: "", ask: { page: 1, size: 1 } });
    const { hub } = view;
    return {
      view,
      answer: {
        template: "confirm",
        title: act.title(hub),
        tab: view.standing.staff !== null ? "leadership" : "administration",
        sentences: act.sentences(view),
        action: act.path(id),
        button: act.button(hub),
        danger: act.danger,
        hidden: [["version", hub.version]],
        back: paths.hub(id),
        ...(act.reason === null ? {} : { reasonLabel: act.reason.label, reasonHint: act.reason.hint }),
      } as const,
    };
  };
  addGet(web, {
    path,
    input: z.object({ id: hubId }),
    async handle({ actor, input: { id } }) {
      const { view, answer } = await page(actor, id);
      const refused = act.refused(view, actor);
      if (refused !== null) throw refused;
      return answer;
    },
  });
  addPost(web, {
    path,
    // A form without its version is as good as one from an old tab.
    input: z.object({ id: hubId, reason: freeText, version: z.coerce.number().int().catch(0) }),
    again: async ({ actor, input: { id, reason } }) => ({ ...(await page(actor, id)).answer, reason }),
    async handle({ actor, input: { id, reason, version } }) {
      await act.act(actor, { hubId: id, reason, version });
      const hub = await core.store.hubs.byId(id);
      if (hub === null) throw new NotFound();
      return { redirect: paths.hub(id), notice: act.notice(hub) };
    },
  });
}
