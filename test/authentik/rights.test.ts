import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createAuthentikIdentity } from "../../src/adapters/authentik/identity.ts";
import { versions } from "../../src/embedded-authentik/versions.ts";
import { ensureAll, makeHub, removeAll, silentLog } from "../contract/authentik/world.ts";
import { readBlueprint, type Tagged } from "../support/blueprint.ts";
import { callApi, getTokens, startStandIn } from "../support/stand-in.ts";

/** `!Find [auth.permission, [content_type__app_label, app], [codename, name]]` as `app.name`. */
function rightOf(found: unknown): string {
  const [, app, codename] = (found as Tagged).value as [string, [string, string], [string, string]];
  return `${app[1]}.${codename[1]}`;
}

for (const version of versions) {
  describe(`the rights that a blueprint gives, for ${version}`, () => {
    test("are those that everything the portal does needs, no fewer and no more", async (t) => {
      const standIn = await startStandIn(t, { version });
      const names = { parentGroup: "jupyterhubs", teacherGroup: "portal-leaders", governanceGroup: "portal-admins" };
      const identity = createAuthentikIdentity({
        ...names,
        url: standIn.url,
        token: standIn.apiToken,
        publicUrl: "https://portal.example.org",
        log: silentLog,
        timings: { firstPause: 1 },
      });
      // Everything that the port offers, and everything that a hand can have changed.
      const hub = makeHub();
      const groupId = await ensureAll(identity, hub);
      const [student] = await identity.searchUsers("student", 1);
      assert.ok(student);
      await identity.user(student.id);
      await identity.addToGroup(groupId, student.id);
      await identity.groupMembers(groupId);
      await identity.membersOfNamedGroup("portal-admins");
      await identity.setNamedGroupMembership("portal-leaders", student.id, true);
      await identity.setNamedGroupMembership("portal-leaders", student.id, false);
      // A hub gets no refresh tokens of its own; one that somebody let it have must be ended too.
      const { body } = await callApi(standIn, "GET", `/providers/oauth2/?client_id=${hub.clientId}`);
      const [provider] = (body as { results: { pk: number; property_mappings: string[] }[] }).results;
      const scopes = await callApi(standIn, "GET", "/propertymappings/provider/scope/?scope_name=offline_access");
      const [offline] = (scopes.body as { results: { pk: string }[] }).results;
      await callApi(standIn, "PATCH", `/providers/oauth2/${provider?.pk}/`, {
        property_mappings: [...(provider?.property_mappings ?? []), offline?.pk],
      });
      const client = { clientId: hub.clientId, clientSecret: hub.clientSecret, redirectUri: hub.callbackUrl };
      const { tokens } = await getTokens(standIn, client, "student", { scope: "openid offline_access" });
      assert.ok(tokens.refresh_token);
      await identity.revokeTokens(hub, student.id);
      await identity.removeFromGroup(groupId, student.id);
      await callApi(standIn, "PATCH", `/core/groups/${groupId}/`, { parent: null, parents: [] });
      const application = await callApi(standIn, "GET", `/core/applications/jh-${hub.slug}/`);
      const target = (application.body as { pk: string }).pk;
      await callApi(standIn, "POST", "/policies/bindings/", { target, group: groupId, order: 9 }, standIn.apiToken);
      await ensureAll(identity, { ...hub, name: "Statistics II" });
      await removeAll(identity, hub);

      const blueprint = readBlueprint(version === "2024.12" ? "jhaas-2024.12.blueprint.yaml" : "jhaas.blueprint.yaml");
      const of = (model: string) => blueprint.entries.filter((entry) => entry.model === model);
      const everywhere = of("authentik_rbac.role").flatMap((role) => role.attrs.permissions as string[]);
      const created = of("authentik_rbac.initialpermissions").flatMap((entry) =>
        (entry.attrs.permissions as unknown[]).map(rightOf),
      );
      const onTeachers = blueprint.entries.flatMap((entry) => entry.permissions ?? []).map((one) => one.permission);
      const given = [
        ...everywhere.map((right) => `everywhere ${right}`),
        // What is held on everything is never looked for on one object.
        ...[...created, ...onTeachers].filter((right) => !everywhere.includes(right)).map((right) => `object ${right}`),
      ];
      const used = standIn.rightsUsed();
      assert.deepEqual(used, [...new Set(given)].sort());
      if (version === "2024.12") return; // What is made there can only be reached by rights on everything.
      const superfluous = [...created, ...onTeachers].filter((right) => everywhere.includes(right));
      assert.deepEqual(superfluous, [], "given on one thing although they are given on everything");
    });
  });
}
