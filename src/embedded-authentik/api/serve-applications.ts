import { randomUUID } from "node:crypto";
import { z } from "zod";
import { mayUse } from "../admit-people.ts";
import { forgetGrants, grantInitialRights, isSuperuser } from "../enforce-rights.ts";
import type { Application } from "../store/records.ts";
import type { World } from "../world.ts";
import { checkBody, invalid } from "./faults.ts";
import { address, filledText, flag, list, numberReference, oneOf, slug, text } from "./fields.ts";
import { exactly, type Listing, pageOf } from "./lists.ts";
import { mayAdd, modelKey, models, pick, visible } from "./see-objects.ts";
import type { Call, Endpoints } from "./serve-api.ts";
import { showApplication } from "./show.ts";
import { showPage } from "./show-page.ts";

/** Applications; the address holds their slug. */
export function serveApplications(world: World): Endpoints {
  const { store, traits } = world;
  const pkOf = (application: Application) => application.pk;
  const picked = (call: Call, act: "view" | "change" | "delete") =>
    pick(
      store,
      call.caller,
      models.application,
      act,
      store.applications.all(),
      pkOf,
      (application) => application.slug === call.params.slug,
    );

  const provider = numberReference((pk) => store.providers.has(pk));
  const schema = z.object({
    name: filledText(),
    slug: slug(traits.slugMax).refine((value) => !traits.reservedSlugs.includes(value), {
      error: (issue) => `The slug '${String(issue.input)}' is reserved and cannot be used for applications.`,
    }),
    provider: provider.nullable().optional(),
    backchannel_providers: list(provider).optional(),
    open_in_new_tab: flag.optional(),
    meta_launch_url: address.optional(),
    meta_icon: icon.optional(),
    meta_description: text().optional(),
    meta_publisher: text().optional(),
    policy_engine_mode: oneOf(["all", "any"]).optional(),
    group: text().optional(),
    meta_hide: flag.optional(),
  });
  // Fields that a version does not know are ignored, whatever they hold.
  const known = schema.omit({
    ...(traits.iconWritable ? {} : { meta_icon: true }),
    ...(traits.fields2026 ? {} : { meta_hide: true }),
  });

  const fromBody = (call: Call, current: Application | undefined, partial: boolean): Partial<Application> => {
    const body: Partial<z.infer<typeof schema>> = checkBody(known, call.body, partial);
    const isOther = (application: Application) => application.pk !== current?.pk;
    if (store.applications.find((one) => one.slug === body.slug && isOther(one))) {
      throw invalid("slug", "Application with this slug already exists.");
    }
    if (body.provider != null && store.applications.find((one) => one.provider === body.provider && isOther(one))) {
      throw invalid("provider", "Application with this provider already exists.");
    }
    return {
      ...(body.name === undefined ? {} : { name: body.name }),
      ...(body.slug === undefined ? {} : { slug: body.slug }),
      ...(body.provider === undefined ? {} : { provider: body.provider }),
      ...(body.backchannel_providers === undefined ? {} : { backchannelProviders: body.backchannel_providers }),
      ...(body.open_in_new_tab === undefined ? {} : { openInNewTab: body.open_in_new_tab }),
      ...(body.meta_launch_url === undefined ? {} : { launchUrl: body.meta_launch_url }),
      ...(body.meta_icon === undefined ? {} : { icon: body.meta_icon }),
      ...(body.meta_description === undefined ? {} : { description: body.meta_description }),
      ...(body.meta_publisher === undefined ? {} : { publisher: body.meta_publisher }),
      ...(body.policy_engine_mode === undefined ? {} : { policyEngineMode: body.policy_engine_mode }),
      ...(body.group === undefined ? {} : { group: body.group }),
      ...(body.meta_hide === undefined ? {} : { hide: body.meta_hide }),
    };
  };

  const update = (partial: boolean) => (call: Call) => {
    const current = picked(call, "change");
    const application = store.applications.put({ ...current, ...fromBody(call, current, partial) });
    return { status: 200, body: showApplication(world, application) };
  };

  const endpoints: Endpoints = {
    "/core/applications/": {
      // Only what the caller could open themselves; the counts of the page are those before that.
      GET: ({ caller, query }) => {
        const all = query.get("superuser_full_list")?.toLowerCase() === "true" && isSuperuser(store, caller);
        const seen = all
          ? visible(store, caller, models.application, store.applications.all(), pkOf)
          : store.applications.all();
        const page = pageOf(seen, query, listing);
        const results = page.results.filter(
          (application) =>
            (all || mayUse(store, caller, application)) &&
            (query.get("only_with_launch_url") !== "true" || application.launchUrl !== ""),
        );
        return { status: 200, body: showPage(world, { ...page, results }, (one) => showApplication(world, one)) };
      },
      POST: (call) => {
        mayAdd(store, call.caller, models.application);
        const fields = fromBody(call, undefined, false);
        const application = store.applications.put({
          pk: randomUUID(),
          name: "",
          slug: "",
          provider: null,
          backchannelProviders: [],
          group: "",
          policyEngineMode: "any",
          openInNewTab: false,
          launchUrl: "",
          icon: "",
          description: "",
          publisher: "",
          hide: false,
          ...fields,
        });
        grantInitialRights(store, call.caller, modelKey(models.application), application.pk);
        return { status: 201, body: showApplication(world, application) };
      },
    },
    "/core/applications/:slug/": {
      GET: (call) => ({ status: 200, body: showApplication(world, picked(call, "view")) }),
      PUT: update(false),
      PATCH: update(true),
      DELETE: (call) => {
        deleteApplication(world, picked(call, "delete"));
        return { status: 204 };
      },
    },
  };
  if (!traits.iconWritable) {
    endpoints["/core/applications/:slug/set_icon_url/"] = {
      POST: (call) => {
        const application = picked(call, "change");
        const { url } = checkBody(z.object({ url: filledText() }), call.body, false);
        store.applications.put({ ...application, icon: url });
        return { status: 200, body: {} };
      },
    };
  }
  return endpoints;
}

/** An address, a Font Awesome name such as `fa://fa-flask`, or the relative name of an uploaded file. */
const icon = text().superRefine((name, context) => {
  if (name === "" || /^(https?|fa):\/\//.test(name) || name.startsWith("/static")) return;
  const refuse = (message: string) => context.addIssue({ code: "custom", message });
  if (!/^[a-zA-Z0-9._/-]+$/.test(name)) {
    refuse(
      "File name can only contain letters (a-z, A-Z), numbers (0-9), dots (.), hyphens (-), underscores (_), and forward slashes (/)",
    );
  } else if (name.startsWith("/")) refuse("Absolute paths are not allowed");
  else if (name.split("/").includes("..")) refuse("Parent directory references ('..') are not allowed");
});

/** Bindings go with the application, its provider stays. */
function deleteApplication({ store }: World, { pk }: Application): void {
  for (const binding of store.bindings.filter((known) => known.target === pk)) {
    store.bindings.delete(binding.pk);
    forgetGrants(store, modelKey(models.binding), binding.pk);
  }
  store.applications.delete(pk);
  forgetGrants(store, modelKey(models.application), pk);
}

const listing: Listing<Application> = {
  filters: {
    name: exactly((application) => application.name),
    slug: exactly((application) => application.slug),
    meta_launch_url: exactly((application) => application.launchUrl),
    meta_description: exactly((application) => application.description),
    meta_publisher: exactly((application) => application.publisher),
    group: exactly((application) => application.group),
  },
  searched: ({ name, slug, launchUrl, description, publisher, group }) => [
    name,
    slug,
    launchUrl,
    description,
    publisher,
    group,
  ],
  ordered: { name: (application) => application.name, slug: (application) => application.slug },
};
