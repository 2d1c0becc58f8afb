import { z } from "zod";
import { doubtful, type Finding, good, wrong } from "../../domain/finding.ts";
import type { GroupAnswer } from "./answers.ts";
import { AuthentikFault, hasStatus } from "./fault.ts";
import { isAtLeast } from "./look-up.ts";
import type { Parts } from "./parts.ts";

const anything = z.unknown();
/** pk of a user who does not exist: the largest number that Authentik can store. */
const nobody = { pk: 2_147_483_647 };

/**
 * Tries each right of the portal's account by a call that changes nothing: a list of one entry, or a body that is
 * refused as such (400) only when the right is there (else 403).
 * @param groups those that exist of the groups the settings name
 */
export async function checkRights(
  parts: Parts,
  release: string,
  groups: { teacher: GroupAnswer | null; governance: GroupAnswer | null },
): Promise<Finding[]> {
  const { client } = parts;
  const list = (path: string) => () => client.get("look", path, anything, { page_size: 1 });
  const empty = (path: string) => () => client.create("see whether it may create", path, {}, anything);
  const rights: { right: string; call: () => Promise<unknown>; optional?: string }[] = [
    { right: "authentik_core.view_user", call: list("/core/users/") },
    { right: "authentik_core.view_group", call: list("/core/groups/") },
    { right: "authentik_core.add_group", call: empty("/core/groups/") },
    { right: "authentik_core.add_application", call: empty("/core/applications/") },
    { right: "authentik_providers_oauth2.add_oauth2provider", call: empty("/providers/oauth2/") },
    { right: "authentik_providers_oauth2.view_scopemapping", call: list("/propertymappings/provider/scope/") },
    { right: "authentik_policies.add_policybinding", call: empty("/policies/bindings/") },
    { right: "authentik_policies.view_policybinding", call: list("/policies/bindings/") },
    { right: "authentik_flows.view_flow", call: list("/flows/instances/") },
    { right: "authentik_crypto.view_certificatekeypair", call: list("/crypto/certificatekeypairs/") },
  ];
  const tokens = "without it, tokens of removed participants run out by themselves instead of being ended";
  for (const kind of ["access", "refresh"]) {
    rights.push({
      right: `authentik_providers_oauth2.view_${kind}token`,
      call: list(`/oauth2/${kind}_tokens/`),
      optional: tokens,
    });
  }
  const { teacher, governance } = groups;
  if (teacher) {
    for (const act of ["add_user", "remove_user"]) {
      rights.push({
        right: `authentik_core.${act === "add_user" ? "add_user_to_group" : "remove_user_from_group"} on the group ${teacher.name}`,
        call: () => client.act("change teachers", `/core/groups/${teacher.pk}/${act}/`, nobody),
        optional: "without it, the portal cannot make or unmake teachers",
      });
    }
  }

  const findings: Finding[] = [];
  const missing: string[] = [];
  for (const { right, call, optional } of rights) {
    const held = await holds(call);
    if (held === true) continue;
    if (held !== false) findings.push(doubtful(held, "Run the check again."));
    else if (optional)
      findings.push(doubtful(`The portal's account does not have the right ${right}.`, `Grant it: ${optional}.`));
    else missing.push(right);
  }
  if (missing.length > 0) {
    findings.push(
      wrong(
        `The portal's account does not have the rights ${missing.join(", ")}.`,
        "Apply the blueprint authentik/jhaas.blueprint.yaml again, or grant them to the role hub-portal-service.",
      ),
    );
  } else findings.push(good("The portal's account has the rights that it needs on everything."));
  // Before 2025.4 these had to be given on everything.
  if (isAtLeast(release, 2025, 4) && governance) {
    findings.push(...(await checkExcess(parts, governance)));
  }
  return findings;
}

/** Rights that would let a stolen token do more than the portal ever does. */
async function checkExcess({ client }: Parts, governance: GroupAnswer): Promise<Finding[]> {
  const call = () => client.act("change governance", `/core/groups/${governance.pk}/add_user/`, nobody);
  if ((await holds(call)) !== true) return [];
  return [
    doubtful(
      `The portal's account may add people to the group ${governance.name}, and so probably to any group.`,
      "Take authentik_core.add_user_to_group away from its role; the initial permissions give it for the hubs' groups alone.",
    ),
  ];
}

/** Whether a right is held; a sentence when that could not be found out. */
async function holds(call: () => Promise<unknown>): Promise<boolean | string> {
  try {
    await call();
    return true;
  } catch (error) {
    // Refused for what was sent, or for whom it was about: past the right.
    if (hasStatus(error, 400, 404)) return true;
    if (hasStatus(error, 403)) return false;
    if (error instanceof AuthentikFault) return error.sentence;
    throw error;
  }
}
