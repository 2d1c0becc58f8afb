import type { Flow, KeyPair, ScopeMapping } from "../store/records.ts";
import type { World } from "../world.ts";
import { checkChoices, checkUuid, exactly, flagIs, type Listing, pageOf } from "./lists.ts";
import { models, pick, visible } from "./see-objects.ts";
import type { Endpoints } from "./serve-api.ts";
import { showPage } from "./show-page.ts";

/** What Authentik brings along and the portal only looks up: version, flows, scope mappings, signing keys. */
export function serveLookups(world: World): Endpoints {
  const { store, traits } = world;
  return {
    "/root/config/": { open: true, GET: () => ({ status: 200, body: showConfig(world) }) },
    "/admin/version/": {
      GET: () => ({
        status: 200,
        body: {
          version_current: traits.release,
          version_latest: traits.release,
          version_latest_valid: true,
          build_hash: "",
          outdated: false,
          outpost_outdated: false,
        },
      }),
    },
    "/flows/instances/": {
      GET: ({ caller, query }) => {
        const seen = visible(store, caller, models.flow, store.flows.all(), (flow) => flow.pk);
        checkUuid(query, "flow_uuid");
        return { status: 200, body: showPage(world, pageOf(seen, query, flows), (flow) => showFlow(world, flow)) };
      },
    },
    "/flows/instances/:slug/": {
      GET: ({ caller, params }) => {
        const flow = pick(
          store,
          caller,
          models.flow,
          "view",
          store.flows.all(),
          (one) => one.pk,
          (one) => one.slug === params.slug,
        );
        return { status: 200, body: showFlow(world, flow) };
      },
    },
    "/propertymappings/provider/scope/": {
      GET: ({ caller, query }) => {
        const seen = visible(store, caller, models.scopeMapping, store.scopeMappings.all(), (one) => one.pk);
        checkChoices(query, "managed", (name) => store.scopeMappings.find((one) => one.managed === name) !== undefined);
        return { status: 200, body: showPage(world, pageOf(seen, query, scopeMappings), showScopeMapping) };
      },
    },
    "/propertymappings/provider/scope/:pm_uuid/": {
      GET: ({ caller, params }) => {
        const mapping = pick(
          store,
          caller,
          models.scopeMapping,
          "view",
          store.scopeMappings.all(),
          (one) => one.pk,
          (one) => one.pk === params.pm_uuid?.toLowerCase(),
        );
        return { status: 200, body: showScopeMapping(mapping) };
      },
    },
    "/crypto/certificatekeypairs/": {
      GET: ({ caller, query }) => {
        const seen = visible(store, caller, models.keyPair, store.keyPairs.all(), (one) => one.pk);
        return { status: 200, body: showPage(world, pageOf(seen, query, keyPairs), (one) => showKeyPair(world, one)) };
      },
    },
  };
}

function showConfig({ traits }: World) {
  return {
    error_reporting: { enabled: false, sentry_dsn: "", environment: "", send_pii: false, traces_sample_rate: 0 },
    capabilities: [],
    cache_timeout: 300,
    cache_timeout_flows: 300,
    cache_timeout_policies: 300,
    ...(traits.manyParents ? {} : { cache_timeout_reputation: 300 }),
  };
}

function showFlow({ traits }: World, flow: Flow) {
  const background = "/static/dist/assets/images/flow_background.jpg";
  return {
    pk: flow.pk,
    policybindingmodel_ptr_id: flow.targetPk,
    name: flow.name,
    slug: flow.slug,
    title: flow.title,
    designation: flow.designation,
    background,
    ...(traits.iconWritable ? { background_url: background, background_themed_urls: null } : {}),
    stages: [],
    policies: [],
    cache_count: 0,
    policy_engine_mode: "any",
    compatibility_mode: false,
    export_url: `/api/v3/flows/instances/${flow.slug}/export/`,
    layout: "stacked",
    denied_action: "message_continue",
    authentication: flow.designation === "authorization" ? "require_authenticated" : "none",
  };
}

function showScopeMapping(mapping: ScopeMapping) {
  return {
    pk: mapping.pk,
    managed: mapping.managed,
    name: mapping.name,
    // The claims are made in code here, see `make-claims.ts`.
    expression: "return {}",
    component: "ak-property-mapping-provider-scope-form",
    verbose_name: "Scope Mapping",
    verbose_name_plural: "Scope Mappings",
    meta_model_name: "authentik_providers_oauth2.scopemapping",
    scope_name: mapping.scope,
    description: mapping.description,
  };
}

function showKeyPair({ traits }: World, pair: KeyPair) {
  const type = pair.algorithm === "RS256" ? "rsa" : "ec";
  return {
    pk: pair.pk,
    name: pair.name,
    fingerprint_sha256: null,
    fingerprint_sha1: null,
    cert_expiry: null,
    cert_subject: null,
    private_key_available: true,
    ...(traits.iconWritable ? { key_type: type } : { private_key_type: type }),
    certificate_download_url: `/api/v3/crypto/certificatekeypairs/${pair.pk}/view_certificate/?download`,
    private_key_download_url: `/api/v3/crypto/certificatekeypairs/${pair.pk}/view_private_key/?download`,
    managed: pair.managed,
  };
}

const flows: Listing<Flow> = {
  filters: {
    flow_uuid: exactly((flow) => flow.pk),
    name: exactly((flow) => flow.name),
    slug: exactly((flow) => flow.slug),
    designation: exactly((flow) => flow.designation),
  },
  searched: (flow) => [flow.name, flow.slug, flow.designation, flow.title],
  ordered: { slug: (flow) => flow.slug, name: (flow) => flow.name },
};

const scopeMappings: Listing<ScopeMapping> = {
  filters: {
    managed: (mapping, names) => names.includes(mapping.managed),
    managed__isnull: flagIs(() => false),
    name: exactly((mapping) => mapping.name),
    scope_name: exactly((mapping) => mapping.scope),
  },
  searched: (mapping) => [mapping.name, mapping.scope],
  ordered: { scope_name: (mapping) => mapping.scope, name: (mapping) => mapping.name },
};

const keyPairs: Listing<KeyPair> = {
  filters: {
    name: exactly((pair) => pair.name),
    managed: exactly((pair) => pair.managed ?? ""),
    has_key: flagIs(() => true),
    key_type: (pair, types) => types.includes(pair.algorithm === "RS256" ? "rsa" : "ec"),
  },
  searched: (pair) => [pair.name],
  ordered: { name: (pair) => pair.name },
};
