import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { EmbeddedAuthentik } from "../../src/embedded-authentik/start.ts";
import { versions } from "../../src/embedded-authentik/versions.ts";
import { callApi, makeApplication, startStandIn } from "../support/stand-in.ts";

type Json = Record<string, unknown>;

const asService = (standIn: EmbeddedAuthentik) => async (method: string, path: string, body?: unknown) => {
  const answer = await callApi(standIn, method, path, body, standIn.apiToken);
  return { status: answer.status, body: (answer.body ?? {}) as Json };
};

const asRoot = (standIn: EmbeddedAuthentik) => async (method: string, path: string, body?: unknown) => {
  const answer = await callApi(standIn, method, path, body);
  return { status: answer.status, body: (answer.body ?? {}) as Json };
};

const resultsOf = ({ body }: { body: Json }) => body.results as Json[];

for (const version of versions) {
  describe(`API v3, as ${version}`, () => {
    test("without a token, with a wrong one or another scheme says 403, never 401", async (t) => {
      const standIn = await startStandIn(t, { version });
      const ask = async (authorization?: string) => {
        const response = await fetch(`${standIn.url}/api/v3/core/groups/`, {
          headers: authorization === undefined ? {} : { authorization },
        });
        return [response.status, ((await response.json()) as Json).detail];
      };
      assert.deepEqual(await ask(), [403, "Authentication credentials were not provided."]);
      assert.deepEqual(await ask("Bearer wrong"), [403, "Token invalid/expired"]);
      assert.deepEqual(await ask(`Basic ${standIn.apiToken}`), [403, "Unsupported authentication type"]);
      assert.equal((await fetch(`${standIn.url}/api/v3/core/groups`)).status, 404);
      const answer = await fetch(`${standIn.url}/api/v3/admin/version/`, {
        headers: { authorization: `Bearer ${standIn.apiToken}` },
      });
      assert.ok(answer.headers.get("x-authentik-id"));
      assert.ok(String(((await answer.json()) as Json).version_current).startsWith(version));
    });

    test("lists are paged, and there is nothing behind the last page", async (t) => {
      const call = asRoot(await startStandIn(t, { version }));
      for (let number = 1; number <= 25; number++) await call("POST", "/core/groups/", { name: `jh_${number}` });
      const { body } = await call("GET", "/core/groups/");
      const pagination = body.pagination as Json;
      assert.equal((body.results as Json[]).length, 20);
      assert.deepEqual([pagination.next, pagination.previous, pagination.total_pages], [2, 0, 2]);
      const last = await call("GET", "/core/groups/?page=2");
      assert.equal((last.body.pagination as Json).next, 0);
      assert.deepEqual((await call("GET", "/core/groups/?page=3")).body, { detail: "Invalid page." });
      assert.equal(resultsOf(await call("GET", "/core/groups/?name=jh_1")).length, 1);
      assert.equal(resultsOf(await call("GET", "/core/groups/?name=JH_1")).length, 0);
    });

    test("a group has its parent in the version's field, and the other field is ignored", async (t) => {
      const call = asRoot(await startStandIn(t, { version }));
      const parent = String((await call("POST", "/core/groups/", { name: "above" })).body.pk);
      const { body } = await call("POST", "/core/groups/", { name: "below", parent, parents: [parent] });
      if (version === "2024.12") assert.deepEqual([body.parent, body.parents], [parent, undefined]);
      else assert.deepEqual([body.parents, body.parent], [[parent], undefined]);
      const again = await call("POST", "/core/groups/", { name: "below" });
      assert.equal(again.status, 400);
      assert.match(JSON.stringify(again.body.name), version === "2024.12" ? /must be unique/ : /already exists/);
    });

    test("a binding without its target is no patch, and goes with its group", async (t) => {
      const standIn = await startStandIn(t, { version });
      const call = asRoot(standIn);
      const { applicationPk } = await makeApplication(standIn, "statistics");
      const group = String((await call("POST", "/core/groups/", { name: "jh_statistics" })).body.pk);
      const bound = { target: applicationPk, group, order: 0 };
      const { pk } = (await call("POST", "/policies/bindings/", bound)).body;
      assert.equal((await call("POST", "/policies/bindings/", bound)).status, 201, "duplicates are taken");
      assert.equal((await call("PATCH", `/policies/bindings/${pk}/`, { enabled: false })).status, 500);
      assert.equal((await call("PUT", `/policies/bindings/${pk}/`, { ...bound, enabled: false })).body.enabled, false);
      assert.equal((await call("DELETE", `/core/groups/${group}/`)).status, 204);
      assert.deepEqual(resultsOf(await call("GET", `/policies/bindings/?target=${applicationPk}`)), []);
    });

    test("adding and removing a member twice is as good as once", async (t) => {
      const call = asRoot(await startStandIn(t, { version }));
      const group = String((await call("POST", "/core/groups/", { name: "jh_one" })).body.pk);
      const pk = resultsOf(await call("GET", "/core/users/?username=student"))[0]?.pk;
      const members = async () => (await call("GET", `/core/groups/${group}/`)).body.users;
      for (const _ of [1, 2]) {
        assert.equal((await call("POST", `/core/groups/${group}/add_user/`, { pk })).status, 204);
        assert.deepEqual(await members(), [pk]);
      }
      for (const _ of [1, 2]) {
        assert.equal((await call("POST", `/core/groups/${group}/remove_user/`, { pk })).status, 204);
        assert.deepEqual(await members(), []);
      }
      assert.equal((await call("POST", `/core/groups/${group}/add_user/`, { pk: 4711 })).status, 404);
    });

    test("the icon of an application is set in the version's way", async (t) => {
      const standIn = await startStandIn(t, { version });
      const call = asRoot(standIn);
      await makeApplication(standIn, "statistics");
      const url = "https://example.org/icon.svg";
      const iconAfter = async (answer: Promise<{ status: number }>) => {
        const { status } = await answer;
        return [status, (await call("GET", "/core/applications/statistics/")).body.meta_icon];
      };
      const written = await iconAfter(call("PATCH", "/core/applications/statistics/", { meta_icon: url }));
      const set = await iconAfter(call("POST", "/core/applications/statistics/set_icon_url/", { url }));
      if (version === "2024.12")
        assert.deepEqual(
          [written, set],
          [
            [200, null],
            [200, url],
          ],
        );
      else
        assert.deepEqual(
          [written, set],
          [
            [200, url],
            [404, url],
          ],
        );
    });

    test("a provider made without grant types has none, where the version knows them", async (t) => {
      const standIn = await startStandIn(t, { version });
      const client = await makeApplication(standIn, "statistics", { provider: { grant_types: undefined } });
      const { body } = await asRoot(standIn)("GET", `/providers/oauth2/${client.providerPk}/`);
      assert.deepEqual(body.grant_types, version === "2026.8" ? [] : undefined);
    });
  });

  describe(`the rights of the portal's account, as ${version}`, () => {
    test("are enough for what it creates, and not for what others created", async (t) => {
      const standIn = await startStandIn(t, { version });
      const [root, service] = [asRoot(standIn), asService(standIn)];
      const student = resultsOf(await service("GET", "/core/users/?username=student"))[0]?.pk;
      const foreign = String((await root("POST", "/core/groups/", { name: "staff" })).body.pk);
      const own = String((await service("POST", "/core/groups/", { name: "jh_own" })).body.pk);
      assert.equal((await service("POST", `/core/groups/${own}/add_user/`, { pk: student })).status, 204);
      assert.equal((await service("PATCH", `/core/groups/${own}/`, { attributes: { a: 1 } })).status, 200);

      // Before 2025.4 rights on what one creates cannot be had: they are global, and reach further than they should.
      const elsewhere = version === "2024.12" ? 204 : 403;
      assert.equal((await service("POST", `/core/groups/${foreign}/add_user/`, { pk: student })).status, elsewhere);
      assert.equal((await service("DELETE", `/core/groups/${foreign}/`)).status, elsewhere);
      assert.equal((await service("DELETE", `/core/groups/${own}/`)).status, 204);

      const teachers = resultsOf(await service("GET", "/core/groups/?name=portal-leaders"))[0]?.pk;
      assert.equal((await service("POST", `/core/groups/${teachers}/add_user/`, { pk: student })).status, 204);
      const admins = resultsOf(await service("GET", "/core/groups/?name=portal-admins"))[0]?.pk;
      assert.equal((await service("POST", `/core/groups/${admins}/add_user/`, { pk: student })).status, elsewhere);

      assert.equal((await service("PATCH", `/core/users/${student}/`, { is_active: false })).status, 403);
      assert.equal((await service("POST", "/core/users/", { username: "x", name: "X" })).status, 403);
      assert.equal((await service("POST", `/core/users/${student}/set_password/`, { password: "x" })).status, 403);
    });

    test("do not show other providers' secrets, nor applications the account itself may not open", async (t) => {
      const standIn = await startStandIn(t, { version });
      const [root, service] = [asRoot(standIn), asService(standIn)];
      await root("POST", "/core/groups/", { name: "staff" });
      const foreign = await makeApplication(standIn, "foreign", { bound: ["staff"] });
      const seen = await service("GET", `/providers/oauth2/${foreign.providerPk}/`);
      assert.equal(seen.status, version === "2024.12" ? 200 : 403);

      const made = await service("POST", "/core/applications/", { name: "Own", slug: "own" });
      assert.equal(made.status, 201);
      const group = String((await service("POST", "/core/groups/", { name: "jh_own" })).body.pk);
      await service("POST", "/policies/bindings/", { target: made.body.pk, group, order: 0 });
      const listed = resultsOf(await service("GET", "/core/applications/?superuser_full_list=true"));
      assert.deepEqual(
        listed.map(({ slug }) => slug),
        ["hub-portal"],
      );
      assert.equal((await service("GET", "/core/applications/own/")).status, 200);
    });
  });
}
