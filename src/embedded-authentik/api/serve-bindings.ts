import { randomUUID } from "node:crypto";
import { z } from "zod";
import { forgetGrants, grantInitialRights } from "../enforce-rights.ts";
import type { Binding } from "../store/records.ts";
import type { World } from "../world.ts";
import { ApiFault, checkBody, invalid } from "./faults.ts";
import { flag, numberReference, reference, wholeNumber } from "./fields.ts";
import { checkNumber, checkUuid, exactly, flagIs, type Listing, pageOf } from "./lists.ts";
import { mayAdd, modelKey, models, pick, visible } from "./see-objects.ts";
import type { Call, Endpoints } from "./serve-api.ts";
import { showBinding } from "./show.ts";
import { showPage } from "./show-page.ts";

/** Who is let through to an application or a flow. There are no policies here: a binding is to a group or a user. */
export function serveBindings(world: World): Endpoints {
  const { store } = world;
  const pkOf = (binding: Binding) => binding.pk;
  const picked = (call: Call, act: "view" | "change" | "delete") =>
    pick(
      store,
      call.caller,
      models.binding,
      act,
      store.bindings.all(),
      pkOf,
      (binding) => binding.pk === call.params.policy_binding_uuid?.toLowerCase(),
    );
  const isTarget = (pk: string) =>
    store.applications.has(pk) || store.flows.find((flow) => flow.targetPk === pk || flow.pk === pk) !== undefined;

  const schema = z.object({
    policy: reference(() => false)
      .nullable()
      .optional(),
    group: reference((pk) => store.groups.has(pk))
      .nullable()
      .optional(),
    user: numberReference((pk) => store.users.has(pk))
      .nullable()
      .optional(),
    target: reference(isTarget),
    negate: flag.optional(),
    enabled: flag.optional(),
    order: wholeNumber(-2147483648, 2147483647),
    timeout: wholeNumber(0, 2147483647).optional(),
    failure_result: flag.optional(),
  });

  const fromBody = (call: Call): Omit<Binding, "pk"> => {
    const body = checkBody(schema, call.body, false);
    const set = [body.policy, body.group, body.user].filter((value) => value != null).length;
    if (set > 1) throw invalid("non_field_errors", "Only one of 'policy', 'group', 'user' can be set.");
    if (set < 1) throw invalid("non_field_errors", "One of 'policy', 'group', 'user' must be set.");
    return {
      target: body.target,
      group: body.group ?? null,
      user: body.user ?? null,
      negate: body.negate ?? false,
      enabled: body.enabled ?? true,
      order: body.order,
      timeout: body.timeout ?? 30,
      failureResult: body.failure_result ?? false,
    };
  };

  return {
    "/policies/bindings/": {
      GET: ({ caller, query }) => {
        const seen = visible(store, caller, models.binding, store.bindings.all(), pkOf);
        checkUuid(query, "target");
        checkUuid(query, "policy");
        checkNumber(query, "order");
        checkNumber(query, "timeout");
        return { status: 200, body: showPage(world, pageOf(seen, query, listing), (one) => showBinding(world, one)) };
      },
      POST: (call) => {
        mayAdd(store, call.caller, models.binding);
        // The same group may be bound to the same target any number of times.
        const binding = store.bindings.put({ pk: randomUUID(), ...fromBody(call) });
        grantInitialRights(store, call.caller, modelKey(models.binding), binding.pk);
        return { status: 201, body: showBinding(world, binding) };
      },
    },
    "/policies/bindings/:policy_binding_uuid/": {
      GET: (call) => ({ status: 200, body: showBinding(world, picked(call, "view")) }),
      PUT: (call) => {
        const { pk } = picked(call, "change");
        return { status: 200, body: showBinding(world, store.bindings.put({ pk, ...fromBody(call) })) };
      },
      PATCH: (call) => {
        const known = picked(call, "change");
        // Since 2024.12 the check after the fields looks at the target, given or not, and fails without one.
        if (typeof call.body !== "object" || call.body === null || !("target" in call.body)) {
          throw new ApiFault(500, { detail: "Server Error" });
        }
        const { pk, failureResult, ...rest } = known;
        const merged = { ...rest, failure_result: failureResult, ...call.body };
        return {
          status: 200,
          body: showBinding(world, store.bindings.put({ pk, ...fromBody({ ...call, body: merged }) })),
        };
      },
      DELETE: (call) => {
        const { pk } = picked(call, "delete");
        store.bindings.delete(pk);
        forgetGrants(store, modelKey(models.binding), pk);
        return { status: 204 };
      },
    },
  };
}

const listing: Listing<Binding> = {
  filters: {
    target: (binding, [target = ""]) => binding.target === target.toLowerCase(),
    target_in: (binding, targets) => targets.some((target) => target.toLowerCase() === binding.target),
    policy: () => false,
    policy__isnull: flagIs(() => true),
    enabled: flagIs((binding) => binding.enabled),
    order: exactly((binding) => String(binding.order)),
    timeout: exactly((binding) => String(binding.timeout)),
  },
  searched: () => [],
  ordered: {
    target: (binding) => `${binding.target} ${String(binding.order + 2147483648).padStart(10, "0")}`,
    order: (binding) => binding.order,
    pk: (binding) => binding.pk,
  },
};
