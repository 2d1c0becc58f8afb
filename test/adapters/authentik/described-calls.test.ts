import assert from "node:assert/strict";
import { test } from "node:test";
import { checkAuthentikSetup } from "../../../src/adapters/authentik/check-setup.ts";
import { createAuthentikIdentity } from "../../../src/adapters/authentik/identity.ts";
import { startEmbeddedAuthentik } from "../../../src/embedded-authentik/start.ts";
import { versions } from "../../../src/embedded-authentik/versions.ts";
import { ensureAll, makeHub, removeAll, silentLog } from "../../contract/authentik/world.ts";
import { readDescription, whyNoReference } from "../../support/openapi.ts";

for (const version of versions) {
  const description = readDescription(version);
  test(`every call that the adapter makes to ${version} is in the published description`, {
    skip: description ? false : whyNoReference,
  }, async (t) => {
    if (!description) return;
    const standIn = await startEmbeddedAuthentik({ dataFile: ":memory:", port: 0, version });
    t.after(() => standIn.close());
    const faults: string[] = [];
    const seen = new Set<string>();
    const options = {
      url: standIn.url,
      token: standIn.apiToken,
      parentGroup: "jupyterhubs",
      teacherGroup: "portal-leaders",
      governanceGroup: "portal-admins",
      publicUrl: "https://portal.example.org",
      log: silentLog,
      async fetch(input: Parameters<typeof fetch>[0], init?: RequestInit) {
        const answer = await fetch(input, init);
        const address = new URL(String(input));
        if (!address.pathname.startsWith("/api/v3/")) return answer;
        const method = init?.method ?? "GET";
        const path = address.pathname.replace("/api/v3", "") + address.search;
        const sent: unknown = typeof init?.body === "string" ? JSON.parse(init.body) : undefined;
        const text = await answer.clone().text();
        const got: unknown = text === "" ? undefined : JSON.parse(text);
        seen.add(`${method} ${description.pathOf(path)}`);
        // What the doctor sends to be refused, in order to see a right, is not meant to be in order.
        if (answer.status >= 400) return answer;
        const wrong = [
          ...description.checkRequest(method, path, sent),
          ...description.checkResponse(method, path, answer.status, got),
        ];
        faults.push(...wrong.map((fault) => `${method} ${path}: ${fault}`));
        return answer;
      },
    };
    const identity = createAuthentikIdentity(options);
    const hub = makeHub();
    const groupId = await ensureAll(identity, hub);
    await ensureAll(identity, { ...hub, name: "Statistics II", callbackUrl: "https://elsewhere.example.org/callback" });
    const [student] = await identity.searchUsers("student", 1);
    assert.ok(student);
    await identity.user(student.id);
    await identity.addToGroup(groupId, student.id);
    await identity.groupMembers(groupId);
    await identity.removeFromGroup(groupId, student.id);
    await identity.membersOfNamedGroup("portal-leaders");
    await identity.setNamedGroupMembership("portal-leaders", student.id, true);
    await identity.revokeTokens(hub, student.id);
    await removeAll(identity, hub);
    await checkAuthentikSetup({ ...options, own: null, trial: true });

    assert.deepEqual(faults, []);
    assert.ok(seen.size >= 24, [...seen].join("\n"));
    // What is said in the facts to differ by version is in fact done by version.
    const byAddress = "POST /core/applications/{slug}/set_icon_url/";
    assert.equal(seen.has(byAddress), version === "2024.12");
    assert.equal(seen.has("PATCH /policies/bindings/{policy_binding_uuid}/"), false);
  });
}
