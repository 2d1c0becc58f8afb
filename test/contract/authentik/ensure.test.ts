import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createAuthentikIdentity } from "../../../src/adapters/authentik/identity.ts";
import { Unavailable } from "../../../src/domain/errors.ts";
import { assertNotOpen, ensureAll, lookAt, openWorld, places, skipWithoutSuperuser } from "./world.ts";

const needsPerson = (error: unknown) => error instanceof Unavailable && !error.transient;

for (const place of places()) {
  describe(`ensure-steps on ${place.name}`, () => {
    test("ensureGroup makes the group below the parent, empty and without superuser rights", async (t) => {
      const world = await openWorld(t, place);
      const groupId = await world.identity.ensureGroup(world.hub);
      const { groups } = await lookAt(world, world.hub);
      assert.equal(groups.length, 1);
      const [group] = groups;
      assert.equal(group?.pk, groupId);
      assert.equal(group?.name, `jh_${world.hub.slug}`);
      assert.equal(group?.is_superuser, false);
      assert.deepEqual(group?.users, []);
      const parent = await world.call("GET", `/core/groups/?name=${world.options.parentGroup}`);
      const [{ pk: parentPk }] = parent.body.results as [{ pk: string }];
      assert.deepEqual(group?.parents ?? [group?.parent], [parentPk]);
    });

    test("ensureApplication makes one without a provider that shows name, description and period", async (t) => {
      const world = await openWorld(t, place);
      await world.identity.ensureApplication(world.hub);
      const { application, bindings } = await lookAt(world, world.hub);
      assert.equal(application?.provider, null);
      assert.equal(application?.name, "Statistics I");
      assert.equal(application?.meta_launch_url, world.hub.url);
      assert.match(String(application?.meta_description), /^For first-year students\.\nBring a laptop\./);
      assert.match(String(application?.meta_description), /2027-04-01 to 2027-09-30$/);
      assert.equal(application?.group, "JupyterHubs");
      assert.equal(application?.policy_engine_mode, "any");
      assert.match(String(application?.meta_icon), /^https:\/\/portal\.example\.org\/.+\.svg$/);
      assert.deepEqual(bindings, []);
    });

    test("ensureApplication brings changes of name, description and period to an application that is there", async (t) => {
      const world = await openWorld(t, place);
      await ensureAll(world.identity, world.hub);
      const before = (await lookAt(world, world.hub)).application;
      const changed = {
        ...world.hub,
        name: "Statistics II",
        description: "",
        period: { start: "2027-04-01", end: "2027-10-15" },
      };
      await world.identity.ensureApplication(changed);
      const { application } = await lookAt(world, world.hub);
      assert.equal(application?.name, "Statistics II");
      assert.equal(application?.meta_description, "Usage period: 2027-04-01 to 2027-10-15");
      assert.equal(application?.pk, before?.pk);
      assert.equal(application?.provider, before?.provider);
    });

    test("ensureBindings binds the hub's group and governance, plain and enabled", async (t) => {
      const world = await openWorld(t, place);
      const groupId = await world.identity.ensureGroup(world.hub);
      await world.identity.ensureApplication(world.hub);
      await world.identity.ensureBindings(world.hub, groupId);
      const { bindings } = await lookAt(world, world.hub);
      const governance = await world.call("GET", `/core/groups/?name=${world.options.governanceGroup}`);
      const [{ pk: governancePk }] = governance.body.results as [{ pk: string }];
      assert.deepEqual(bindings.map((binding) => binding.group).sort(), [groupId, governancePk].sort());
      for (const binding of bindings) {
        assert.equal(binding.enabled, true);
        assert.equal(binding.negate, false);
        assert.equal(binding.failure_result, false);
      }
    });

    test("ensureProvider makes one that signs tokens, takes one redirect URI and gives no refresh tokens", async (t) => {
      const world = await openWorld(t, place);
      await world.identity.ensureProvider(world.hub);
      const [provider] = (await lookAt(world, world.hub)).providers;
      assert.ok(provider);
      assert.equal(provider.name, `jh_${world.hub.slug}`);
      assert.equal(provider.client_type, "confidential");
      assert.equal(provider.client_secret, world.hub.clientSecret);
      assert.equal(provider.sub_mode, "user_uuid");
      assert.equal(provider.issuer_mode, "per_provider");
      assert.equal(typeof provider.signing_key, "string");
      assert.equal(typeof provider.authorization_flow, "string");
      assert.equal(typeof provider.invalidation_flow, "string");
      const [redirect, ...more] = provider.redirect_uris as { matching_mode: string; url: string }[];
      assert.deepEqual(more, []);
      assert.equal(redirect?.matching_mode, "strict");
      assert.equal(redirect?.url, world.hub.callbackUrl);
      if (provider.grant_types !== undefined) {
        assert.deepEqual(provider.grant_types, ["authorization_code", "refresh_token"]);
      }
      const mappings = provider.property_mappings as string[];
      const scopes = await world.call("GET", "/propertymappings/provider/scope/?page_size=100");
      const names = (scopes.body.results as { pk: string; scope_name: string }[])
        .filter(({ pk }) => mappings.includes(pk))
        .map((mapping) => mapping.scope_name);
      assert.deepEqual(names.sort(), ["email", "openid", "profile"]);
    });

    test("attachProvider binds first when the bindings are missing", async (t) => {
      const world = await openWorld(t, place);
      const groupId = await world.identity.ensureGroup(world.hub);
      await world.identity.ensureApplication(world.hub);
      await world.identity.ensureProvider(world.hub);
      await world.identity.attachProvider(world.hub, groupId);
      const { application, bindings, providers } = await lookAt(world, world.hub);
      assert.equal(application?.provider, providers[0]?.pk);
      assert.equal(bindings.length, 2);
    });

    test("nothing is open to everyone after any single step", async (t) => {
      const world = await openWorld(t, place);
      const { identity, hub } = world;
      const groupId = await identity.ensureGroup(hub);
      for (const step of [
        () => identity.ensureApplication(hub),
        () => identity.ensureBindings(hub, groupId),
        () => identity.ensureProvider(hub),
        () => identity.attachProvider(hub, groupId),
        () => identity.removeApplication(hub),
        () => identity.removeProvider(hub),
        () => identity.removeGroup(hub),
      ]) {
        await step();
        await assertNotOpen(world, hub);
      }
    });

    test("everything run again changes nothing and writes nothing", async (t) => {
      const world = await openWorld(t, place);
      const groupId = await ensureAll(world.identity, world.hub);
      const before = await lookAt(world, world.hub);
      const writes: string[] = [];
      const watching = createAuthentikIdentity({
        ...world.options,
        fetch(input, init) {
          if (init?.method !== "GET") writes.push(`${init?.method} ${String(input)}`);
          return fetch(input, init);
        },
      });
      assert.equal(await ensureAll(watching, world.hub), groupId);
      assert.deepEqual(writes, []);
      assert.deepEqual(await lookAt(world, world.hub), before);
    });

    test("everything run twice at once makes one of each", async (t) => {
      const world = await openWorld(t, place);
      const other = createAuthentikIdentity(world.options);
      const [one, two] = await Promise.all([ensureAll(world.identity, world.hub), ensureAll(other, world.hub)]);
      assert.equal(one, two);
      const { groups, application, providers, bindings } = await lookAt(world, world.hub);
      assert.equal(groups.length, 1);
      assert.equal(providers.length, 1);
      assert.equal(bindings.length, 2);
      assert.equal(application?.provider, providers[0]?.pk);
    });

    test("two hubs at once do not get in each other's way", async (t) => {
      const world = await openWorld(t, place);
      const hubs = [world.hub, world.newHub(), world.newHub()];
      await Promise.all(hubs.map((hub) => ensureAll(world.identity, hub)));
      for (const hub of hubs) {
        const { groups, application, providers, bindings } = await lookAt(world, hub);
        assert.deepEqual([groups.length, providers.length, bindings.length], [1, 1, 2]);
        assert.equal(application?.provider, providers[0]?.pk);
      }
    });

    test("a thing of the right name that was not made for the hub is refused, not taken over", async (t) => {
      const world = await openWorld(t, place);
      await ensureAll(world.identity, world.hub);
      const before = await lookAt(world, world.hub);
      const stranger = { ...world.newHub(), slug: world.hub.slug };
      await assert.rejects(world.identity.ensureGroup(stranger), needsPerson);
      await assert.rejects(world.identity.ensureApplication(stranger), needsPerson);
      await assert.rejects(world.identity.ensureBindings(stranger, String(before.groups[0]?.pk)), needsPerson);
      await assert.rejects(world.identity.ensureProvider(stranger), needsPerson);
      assert.deepEqual(await lookAt(world, world.hub), before);
    });

    test("an application that the portal cannot even see is refused with advice", async (t) => {
      const world = await openWorld(t, place);
      if (skipWithoutSuperuser(t, world)) return;
      const slug = `jh-${world.hub.slug}`;
      await world.call("POST", "/core/applications/", { name: "Somebody's", slug }, "superuser");
      world.afterwards(() => world.call("DELETE", `/core/applications/${slug}/`, undefined, "superuser"));
      await assert.rejects(world.identity.ensureApplication(world.hub), needsPerson);
      const { body } = await world.call("GET", `/core/applications/${slug}/`, undefined, "superuser");
      assert.equal(body.name, "Somebody's");
    });

    test("what was changed by hand is put right: parent, redirect URI, key, refresh tokens, policy mode", async (t) => {
      const world = await openWorld(t, place);
      if (skipWithoutSuperuser(t, world)) return;
      await ensureAll(world.identity, world.hub);
      const before = await lookAt(world, world.hub);
      const scopes = await world.call("GET", "/propertymappings/provider/scope/?scope_name=offline_access");
      const [offline] = scopes.body.results as [{ pk: string }];
      const mappings = before.providers[0]?.property_mappings as string[];
      const meddle = async (path: string, body: unknown) => {
        const { status } = await world.call("PATCH", path, body, "superuser");
        assert.equal(status, 200);
      };
      await meddle(`/core/groups/${String(before.groups[0]?.pk)}/`, { parent: null, parents: [] });
      await meddle(`/core/applications/jh-${world.hub.slug}/`, { policy_engine_mode: "all" });
      await meddle(`/providers/oauth2/${String(before.providers[0]?.pk)}/`, {
        redirect_uris: [{ matching_mode: "regex", url: "https://.*" }],
        signing_key: null,
        sub_mode: "hashed_user_id",
        grant_types: [],
        property_mappings: [...mappings, offline.pk],
      });
      await ensureAll(world.identity, world.hub);
      assert.deepEqual(await lookAt(world, world.hub), before);
    });

    test("bindings that let in too many are removed, and missing or disabled ones made anew", async (t) => {
      const world = await openWorld(t, place);
      if (skipWithoutSuperuser(t, world)) return;
      const groupId = await ensureAll(world.identity, world.hub);
      const before = await lookAt(world, world.hub);
      const target = String(before.application?.pk);
      const { group: governance } = before.bindings.find((binding) => binding.group !== groupId) ?? {};
      for (const binding of before.bindings) {
        const path = `/policies/bindings/${String(binding.pk)}/`;
        if (binding.group === groupId) await world.call("DELETE", path, undefined, "superuser");
        else await world.call("PUT", path, { target, group: governance, order: 1, enabled: false }, "superuser");
      }
      // Made with the portal's account, so that it may also remove it in every version.
      await world.call("POST", "/policies/bindings/", { target, group: groupId, order: 5, negate: true });
      await world.identity.ensureBindings(world.hub, groupId);
      const { bindings } = await lookAt(world, world.hub);
      assert.deepEqual(bindings.map((binding) => binding.group).sort(), [groupId, governance].sort());
      assert.ok(bindings.every((binding) => binding.enabled === true && binding.negate === false));
    });

    test("a second binding of the same group is cleaned away", async (t) => {
      const world = await openWorld(t, place);
      const groupId = await ensureAll(world.identity, world.hub);
      const target = (await lookAt(world, world.hub)).application?.pk;
      await world.call("POST", "/policies/bindings/", { target, group: groupId, order: 0 });
      assert.equal((await lookAt(world, world.hub)).bindings.length, 3);
      await world.identity.ensureBindings(world.hub, groupId);
      assert.equal((await lookAt(world, world.hub)).bindings.length, 2);
    });

    test("a binding of the parent group made by hand is not left in peace", async (t) => {
      const world = await openWorld(t, place);
      if (skipWithoutSuperuser(t, world)) return;
      const groupId = await ensureAll(world.identity, world.hub);
      const { application, groups } = await lookAt(world, world.hub);
      const parent = (groups[0]?.parents as string[] | undefined)?.[0] ?? groups[0]?.parent;
      const made = await world.call(
        "POST",
        "/policies/bindings/",
        { target: application?.pk, group: parent, order: 7 },
        "superuser",
      );
      // Where the portal's account may not remove what others made, it says so; where it may, it does.
      await world.identity.ensureBindings(world.hub, groupId).catch((error: unknown) => {
        assert.ok(needsPerson(error));
        return world.call("DELETE", `/policies/bindings/${String(made.body.pk)}/`, undefined, "superuser");
      });
      await assertNotOpen(world, world.hub);
    });

    test("a missing group of the institution is named, with advice", async (t) => {
      const world = await openWorld(t, place);
      const identity = createAuthentikIdentity({ ...world.options, parentGroup: "no-such-group-anywhere" });
      await assert.rejects(identity.ensureGroup(world.hub), (error) => {
        assert.ok(needsPerson(error));
        assert.match(String((error as Unavailable).sentence), /no-such-group-anywhere/);
        return true;
      });
    });
  });
}
