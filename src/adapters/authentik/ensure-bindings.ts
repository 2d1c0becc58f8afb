import type { IdentityHub } from "../../ports/identity.ts";
import { type ApplicationAnswer, type BindingAnswer, bindingAnswer } from "./answers.ts";
import { checkOwnGroup } from "./ensure-group.ts";
import { goneMeanwhile, hasStatus, needsPerson } from "./fault.ts";
import { neededApplication } from "./find-application.ts";
import { findOrCreate } from "./find-or-create.ts";
import { groupByPk, neededGroup } from "./look-up.ts";
import { applicationSlugOf } from "./names.ts";
import type { Parts } from "./parts.ts";

/**
 * Makes sure that the application lets through the hub's group and governance, and not everyone: what would undo
 * that (a negated or parent-group binding) is removed. Other bindings, made by hand in Authentik, stay.
 * @param groupId pk of the hub's group
 * @returns the application as it was read before
 */
export async function ensureBindings(parts: Parts, hub: IdentityHub, groupId: string): Promise<ApplicationAnswer> {
  const { client } = parts;
  const application = await neededApplication(parts, hub);
  const group = await groupByPk(client, groupId);
  if (!group) throw goneMeanwhile(`The group of the hub ${hub.slug} is missing in Authentik.`);
  checkOwnGroup(hub, group);
  const governance = await neededGroup(client, parts.governanceGroup);
  const parent = await neededGroup(client, parts.parentGroup);

  await bindGroup(parts, hub, application.pk, group.pk, 0);
  await bindGroup(parts, hub, application.pk, governance.pk, 1);

  // Only now, so that the application is at no moment without a binding.
  const wanted = new Set([group.pk, governance.pk]);
  for (const binding of await bindingsOf(parts, hub, application.pk)) {
    if (isGood(binding) && binding.group === parent.pk && !wanted.has(parent.pk)) {
      // Whoever is in a child group counts as in its parent: every participant of every hub would come in.
      await unbind(parts, hub, binding, true);
    } else if (binding.enabled !== false && binding.negate) {
      await unbind(parts, hub, binding, true);
    } else if (binding.group && wanted.has(binding.group) && !isGood(binding)) {
      await unbind(parts, hub, binding, false);
    }
  }
  return application;
}

/** One enabled, plain binding of the group. Of several the first by pk stays, so that two at once keep the same. */
async function bindGroup(parts: Parts, hub: IdentityHub, target: string, group: string, order: number): Promise<void> {
  const { client } = parts;
  const slug = applicationSlugOf(hub.slug);
  const find = async () => {
    const bindings = await bindingsOf(parts, hub, target);
    const good = bindings.filter((binding) => binding.group === group && isGood(binding));
    return good.length > 0 ? good.sort((a, b) => (a.pk < b.pk ? -1 : 1)) : null;
  };
  const create = async () => [
    await client.create(
      `bind a group to the application ${slug}`,
      "/policies/bindings/",
      { target, group, order, enabled: true, negate: false, timeout: 30, failure_result: false },
      bindingAnswer,
    ),
  ];
  await findOrCreate(client, find, create);
  const [, ...twins] = (await find()) ?? [];
  for (const twin of twins) await unbind(parts, hub, twin, false);
}

const isGood = (binding: BindingAnswer) =>
  binding.enabled !== false && !binding.negate && !binding.failure_result && !binding.user && !binding.policy;

const bindingsOf = ({ client }: Parts, hub: IdentityHub, target: string) =>
  client.list(
    `look at the bindings of the application ${applicationSlugOf(hub.slug)}`,
    "/policies/bindings/",
    bindingAnswer,
    { target },
  );

/** @param harmful true when the hub must not open with this binding, also when the portal may not remove it */
async function unbind({ client, log }: Parts, hub: IdentityHub, binding: BindingAnswer, harmful: boolean) {
  const slug = applicationSlugOf(hub.slug);
  try {
    await client.remove(`remove a binding from the application ${slug}`, `/policies/bindings/${binding.pk}/`);
  } catch (error) {
    if (!hasStatus(error, 403)) throw error;
    if (harmful) {
      throw needsPerson(
        `The application ${slug} in Authentik has a binding that lets in people who do not belong to the hub. Remove it there: it is negated, or binds the parent group.`,
      );
    }
    log.warn({ application: slug, binding: binding.pk }, "a needless binding was made by hand and stays");
  }
}
