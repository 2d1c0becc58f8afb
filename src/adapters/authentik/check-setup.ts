import { randomBytes, randomUUID } from "node:crypto";
import { Unavailable } from "../../domain/errors.ts";
import { doubtful, type Finding, good, wrong } from "../../domain/finding.ts";
import type { IdentityHub } from "../../ports/identity.ts";
import type { GroupAnswer } from "./answers.ts";
import { checkRights } from "./check-rights.ts";
import { checkSignIn, type OwnClient } from "./check-sign-in.ts";
import { hasStatus } from "./fault.ts";
import { type AuthentikOptions, createAuthentikIdentity, makeParts } from "./identity.ts";
import { groupByName, isAtLeast, neededFlow, scopeMappings, self, signingKey } from "./look-up.ts";
import type { Parts } from "./parts.ts";

export type CheckOptions = AuthentikOptions & {
  /** The portal's own client; its part is left out when null. */
  own: OwnClient | null;
  /** True makes and removes everything that a hub needs, under a name of its own. */
  trial?: boolean;
};

/** Releases that the portal is tested with. */
const oldest = { year: 2024, month: 12 };
const newest = { year: 2026, month: 8 };

/**
 * Looks whether an Authentik is set up so that the portal works with it. Changes nothing there unless `trial` is set.
 * @returns findings in the order in which to mend them; never throws for what is wrong with Authentik
 */
export async function checkAuthentikSetup(options: CheckOptions): Promise<Finding[]> {
  const parts = makeParts(options);
  const clock = options.clock ?? { now: () => new Date() };
  const findings = options.own ? await checkSignIn(parts, options.own, clock) : [];

  let release: string;
  try {
    const account = await self(parts.client);
    findings.push(
      account.is_superuser
        ? wrong(
            `The API token belongs to ${account.username}, a superuser.`,
            "Use a token of the service account that the blueprint makes: a stolen one can do less.",
          )
        : good(`The API token belongs to ${account.username}.`),
    );
    release = await parts.version();
  } catch (error) {
    return [...findings, wrong(sentenceOf(error), "Check AUTHENTIK_URL and AUTHENTIK_TOKEN.")];
  }
  findings.push(checkVersion(release));

  const groups = { parent: parts.parentGroup, teacher: parts.teacherGroup, governance: parts.governanceGroup };
  const parent = await checkGroup(parts, groups.parent, "hubs' groups are made below it", findings);
  const teacher = await checkGroup(parts, groups.teacher, "its members may request hubs", findings);
  const governance = await checkGroup(parts, groups.governance, "its members decide", findings);
  if (parent?.is_superuser) {
    findings.push(
      wrong(
        `The group ${groups.parent} makes superusers, and with it every participant of every hub.`,
        "Choose another AUTHENTIK_PARENT_GROUP, or take the superuser right from the group.",
      ),
    );
  }

  const lookUps: [string, () => Promise<unknown>][] = [
    [
      "the flow for authorizing without a question",
      () => neededFlow(parts.client, "default-provider-authorization-implicit-consent"),
    ],
    [
      "the flow for signing out",
      () => neededFlow(parts.client, "default-invalidation-flow", "default-provider-invalidation-flow"),
    ],
    ["the scope mappings openid, email and profile", () => scopeMappings(parts.client)],
    ["a key to sign tokens with", () => signingKey(parts.client)],
  ];
  for (const [what, call] of lookUps) findings.push(await checkThere(what, call));

  findings.push(...(await checkRights(parts, release, { teacher, governance })));
  if (options.trial) findings.push(...(await tryOneHub(options)));
  return findings;
}

function checkVersion(release: string): Finding {
  if (!isAtLeast(release, oldest.year, oldest.month)) {
    return wrong(`Authentik is ${release}, which is too old.`, `Update it to ${oldest.year}.${oldest.month} or later.`);
  }
  if (isAtLeast(release, newest.year, newest.month + 1)) {
    return doubtful(
      `Authentik is ${release}, newer than what the portal is tested with.`,
      "Run npm run test:contract:authentik against a test server of this version.",
    );
  }
  return good(`Authentik is ${release}.`);
}

async function checkGroup(parts: Parts, name: string, use: string, findings: Finding[]): Promise<GroupAnswer | null> {
  try {
    const group = await groupByName(parts.client, name);
    findings.push(
      group
        ? good(`The group ${name} is there; ${use}.`)
        : wrong(
            `The group ${name} is missing; ${use}.`,
            "Apply the blueprint again, create the group, or set its name.",
          ),
    );
    return group;
  } catch (error) {
    findings.push(wrong(sentenceOf(error), `Only then can be seen whether the group ${name} is there.`));
    return null;
  }
}

async function checkThere(what: string, call: () => Promise<unknown>): Promise<Finding> {
  try {
    await call();
    return good(`Authentik has ${what}.`);
  } catch (error) {
    return wrong(`Authentik does not give ${what}.`, sentenceOf(error));
  }
}

/** Everything that a hub needs, made and removed: shows what no harmless call can, the rights on what was made. */
async function tryOneHub(options: CheckOptions): Promise<Finding[]> {
  const identity = createAuthentikIdentity(options);
  const slug = `doctor-${randomBytes(4).toString("hex")}`;
  const url = `${options.publicUrl.replace(/\/+$/, "")}/doctor/`;
  const hub: IdentityHub = {
    id: randomUUID(),
    slug,
    name: "Trial of the portal's set-up",
    description: "Made and removed by npm run doctor.",
    period: { start: "2000-01-01", end: "2000-01-01" },
    url,
    callbackUrl: `${url}oauth_callback`,
    clientId: randomBytes(20).toString("hex"),
    clientSecret: randomBytes(48).toString("hex"),
  };
  const findings: Finding[] = [];
  try {
    const groupId = await identity.ensureGroup(hub);
    await identity.ensureApplication(hub);
    await identity.ensureBindings(hub, groupId);
    await identity.ensureProvider(hub);
    await identity.attachProvider(hub, groupId);
    findings.push(good("Everything that a hub needs in Authentik could be made."));
  } catch (error) {
    findings.push(wrong(`A trial hub could not be made. ${sentenceOf(error)}`, adviceFor(error)));
  }
  try {
    await identity.removeApplication(hub);
    await identity.removeProvider(hub);
    await identity.removeGroup(hub);
    findings.push(good("The trial hub could be removed again."));
  } catch (error) {
    findings.push(
      wrong(
        `The trial hub could not be removed. ${sentenceOf(error)}`,
        `Remove what is named jh-${slug} and jh_${slug} in Authentik by hand. ${adviceFor(error)}`,
      ),
    );
  }
  return findings;
}

const adviceFor = (error: unknown) =>
  hasStatus(error, 403)
    ? "The role hub-portal-service needs rights on what it makes: initial permissions since 2025.4, rights on everything before."
    : "Mend what else is wrong, and try again.";

function sentenceOf(error: unknown): string {
  if (error instanceof Unavailable) return error.sentence;
  throw error;
}
