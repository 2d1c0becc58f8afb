import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { endpointsOf } from "../../src/embedded-authentik/api/serve-api.ts";
import { openStore } from "../../src/embedded-authentik/store/open-store.ts";
import { traitsOf, type Version, versions } from "../../src/embedded-authentik/versions.ts";
import { readDescription, whyNoReference } from "../support/openapi.ts";
import { callApi, getTokens, makeApplication, startStandIn } from "../support/stand-in.ts";

type Json = Record<string, unknown>;

for (const version of versions) {
  const description = readDescription(version);
  describe(`API v3, as ${version}, against the published description`, {
    skip: description ? false : whyNoReference,
  }, () => {
    test("each call that the stand-in serves answers as described", async (t) => {
      if (!description) return;
      const { call, faults, seen } = await openApi(t, version, description);
      await callEverything(call, version);
      assert.deepEqual(faults, []);
      const missed = (await servedAs(version)).filter((operation) => !seen.has(operation));
      assert.deepEqual(missed, [], "served, and not called by this test");
    });

    test("an answer with a field too many or too few is found out", async (t) => {
      if (!description) return;
      const standIn = await startStandIn(t, { version });
      const { body } = await callApi(standIn, "POST", "/core/groups/", { name: "jh_one" });
      const check = (group: unknown) => description.checkResponse("POST", "/core/groups/", 201, group).length > 0;
      const { name: _, ...nameless } = body as Json;
      assert.deepEqual(
        [check(body), check({ ...nameless }), check({ ...(body as Json), more: 1 })],
        [false, true, true],
      );
      assert.notDeepEqual(description.checkRequest("POST", "/core/groups/", { name: 7 }), []);
      assert.notDeepEqual(description.checkRequest("GET", "/core/users/?nickname=x", undefined), []);
    });
  });
}

/** Every operation that the stand-in serves, such as `GET /core/groups/{group_uuid}/`. */
async function servedAs(version: Version): Promise<string[]> {
  const store = await openStore(":memory:");
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const clock = { now: () => new Date() };
  const stopping = new AbortController().signal;
  const traits = traitsOf(version);
  const world = { store, traits, publicUrl: "http://localhost", clock, log, stopping, shownPeople: [] };
  const served = Object.entries(endpointsOf(world)).flatMap(([path, endpoint]) =>
    Object.keys(endpoint)
      .filter((method) => method !== "open")
      .map((method) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`),
  );
  await store.close();
  return served;
}

type Call = (method: string, path: string, body?: unknown, wanted?: number) => Promise<Json>;

async function openApi(t: TestContext, version: Version, description: NonNullable<ReturnType<typeof readDescription>>) {
  const standIn = await startStandIn(t, { version });
  const client = await makeApplication(standIn, "with-tokens");
  await getTokens(standIn, client, "teacher", { scope: "openid offline_access" });
  const faults: string[] = [];
  const seen = new Set<string>();
  const call: Call = async (method, path, body, wanted = { POST: 201, DELETE: 204 }[method] ?? 200) => {
    const answer = await callApi(standIn, method, path, body);
    seen.add(`${method} ${description.pathOf(path)}`);
    if (answer.status !== wanted) {
      faults.push(`${method} ${path}: ${answer.status}, not ${wanted}: ${JSON.stringify(answer.body)}`);
    }
    const wrong = [
      ...(wanted < 400 ? description.checkRequest(method, path, body) : []),
      ...description.checkResponse(method, path, answer.status, answer.body),
    ];
    faults.push(...wrong.map((fault) => `${method} ${path} ${answer.status}: ${fault}`));
    return (answer.body ?? {}) as Json;
  };
  return { call, faults, seen };
}

const first = (page: Json) => (page.results as Json[])[0] ?? {};

async function callEverything(call: Call, version: Version): Promise<void> {
  await call("GET", "/root/config/");
  await call("GET", "/admin/version/");
  await call("GET", "/core/users/me/");
  const flow = first(await call("GET", "/flows/instances/?slug=default-provider-authorization-implicit-consent"));
  await call("GET", `/flows/instances/${flow.slug}/`);
  await call("GET", "/flows/instances/nothing/", undefined, 404);
  const invalidation = await call("GET", "/flows/instances/default-invalidation-flow/");
  const scopes = await call("GET", "/propertymappings/provider/scope/?page_size=100");
  await call("GET", `/propertymappings/provider/scope/${first(scopes).pk}/`);
  const key = first(await call("GET", "/crypto/certificatekeypairs/?has_key=true"));

  const group = await callGroups(call, version);
  const user = await callUsers(call, group);

  const application = await call("POST", "/core/applications/", { name: "Statistics", slug: "statistics" });
  await call("POST", "/core/applications/", { name: "Statistics", slug: "statistics" }, 400);
  await call("GET", "/core/applications/?page_size=1");
  await call("GET", "/core/applications/?superuser_full_list=true&search=stat");
  await call("GET", "/core/applications/statistics/");
  if (version === "2024.12") {
    await call("POST", "/core/applications/statistics/set_icon_url/", { url: "https://example.org/icon.svg" }, 200);
  } else {
    await call("PATCH", "/core/applications/statistics/", { meta_icon: "https://example.org/icon.svg" });
  }
  await call("PATCH", "/core/applications/statistics/", { meta_launch_url: "https://example.org/", group: "Courses" });

  const binding = await call("POST", "/policies/bindings/", { target: application.pk, group: group.pk, order: 0 });
  await call("POST", "/policies/bindings/", { target: application.pk, user: user.pk, order: 1 });
  await call("POST", "/policies/bindings/", { target: application.pk, order: 1 }, 400);
  await call("GET", `/policies/bindings/?target=${application.pk}`);
  await call("GET", `/policies/bindings/${binding.pk}/`);
  await call("PUT", `/policies/bindings/${binding.pk}/`, { target: application.pk, group: group.pk, order: 2 });
  await call("PATCH", `/policies/bindings/${binding.pk}/`, { order: 3 }, 500);

  const wanted = {
    name: "statistics",
    authorization_flow: flow.pk,
    invalidation_flow: invalidation.pk,
    redirect_uris: [{ matching_mode: "strict", url: "https://example.org/hub/oauth_callback" }],
    property_mappings: (scopes.results as Json[]).map((scope) => scope.pk),
  };
  const provider = await call("POST", "/providers/oauth2/", wanted);
  await call("POST", "/providers/oauth2/", wanted, 400);
  await call("PATCH", `/providers/oauth2/${provider.pk}/`, { signing_key: key.pk, sub_mode: "user_uuid" });
  await call("PUT", `/providers/oauth2/${provider.pk}/`, wanted);
  await call("GET", `/providers/oauth2/${provider.pk}/`);
  await call("PATCH", "/core/applications/statistics/", { provider: provider.pk });
  await call("PUT", "/core/applications/statistics/", {
    name: "Statistics I",
    slug: "statistics",
    provider: provider.pk,
  });
  await call("GET", "/providers/oauth2/?name=statistics");

  const tokens = await call("GET", "/oauth2/access_tokens/");
  await call("GET", `/oauth2/access_tokens/${first(tokens).pk}/`);
  await call("DELETE", `/oauth2/access_tokens/${first(tokens).pk}/`);
  const refreshTokens = await call("GET", "/oauth2/refresh_tokens/");
  await call("GET", `/oauth2/refresh_tokens/${first(refreshTokens).pk}/`);
  await call("DELETE", `/oauth2/refresh_tokens/${first(refreshTokens).pk}/`);
  await call("GET", `/oauth2/refresh_tokens/?user=${user.pk}`);
  await call("GET", "/oauth2/refresh_tokens/99/", undefined, 404);

  await call("DELETE", "/core/applications/statistics/");
  await call("DELETE", `/providers/oauth2/${provider.pk}/`);
  await call("DELETE", `/policies/bindings/${binding.pk}/`, undefined, 404);
  await call("DELETE", `/core/users/${user.pk}/`);
  await call("DELETE", `/core/groups/${group.pk}/`);
  await call("GET", `/core/groups/${group.pk}/`, undefined, 404);
}

async function callGroups(call: Call, version: Version): Promise<Json> {
  const parent = await call("POST", "/core/groups/", { name: "courses", attributes: { of: "tests" } });
  const above = version === "2024.12" ? { parent: parent.pk } : { parents: [parent.pk] };
  const group = await call("POST", "/core/groups/", { name: "jh_statistics", ...above });
  await call("POST", "/core/groups/", { name: "jh_statistics" }, 400);
  await call("GET", "/core/groups/?page_size=2");
  await call("GET", "/core/groups/?name=jh_statistics&include_users=false");
  await call("GET", "/core/groups/?page=99", undefined, 404);
  await call("GET", `/core/groups/${group.pk}/`);
  await call("PUT", `/core/groups/${group.pk}/`, { name: "jh_statistics", ...above });
  await call("PATCH", `/core/groups/${group.pk}/`, { attributes: { hub: "statistics" } });
  return group;
}

async function callUsers(call: Call, group: Json): Promise<Json> {
  const user = await call("POST", "/core/users/", { username: "guest", name: "Guest", email: "guest@example.org" });
  await call("POST", "/core/users/", { username: "guest", name: "Guest" }, 400);
  await call("POST", `/core/users/${user.pk}/set_password/`, { password: "a long one" }, 204);
  await call("POST", `/core/groups/${group.pk}/add_user/`, { pk: user.pk }, 204);
  await call("GET", "/core/users/?username=guest");
  await call("GET", `/core/users/?uuid=${user.uuid}`);
  await call("GET", `/core/users/?groups_by_name=jh_statistics`);
  await call("GET", `/core/users/${user.pk}/`);
  await call("PUT", `/core/users/${user.pk}/`, { username: "guest", name: "A guest", groups: [group.pk] });
  await call("PATCH", `/core/users/${user.pk}/`, { is_active: false });
  await call("GET", `/core/groups/${group.pk}/?include_users=true`);
  await call("POST", `/core/groups/${group.pk}/remove_user/`, { pk: user.pk }, 204);
  return user;
}
