import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { versions } from "../../src/embedded-authentik/versions.ts";
import { readDescription, whyNoReference } from "../support/openapi.ts";
import { callApi, makeApplication, startStandIn } from "../support/stand-in.ts";

/** Values of every kind, to put into each field of a good body. */
const oddValues: unknown[] = [
  null,
  "",
  "nonsense",
  "x".repeat(300),
  "00000000-0000-0000-0000-000000000000",
  7,
  -1,
  2 ** 40,
  1.5,
  true,
  [],
  ["nonsense"],
  [7],
  [null],
  {},
  [{}],
  [{ matching_mode: "fuzzy", url: "https://example.org/" }],
  [{ matching_mode: "strict" }],
];

for (const version of versions) {
  const description = readDescription(version);
  describe(`API v3, as ${version}, given bodies that are not in order`, {
    skip: description ? false : whyNoReference,
  }, () => {
    test("what the description rules out is refused with 400, then nothing has changed", async (t) => {
      if (!description) return;
      const standIn = await startStandIn(t, { version });
      const made = await makeApplication(standIn, "statistics");
      const { body: page } = await callApi(standIn, "GET", `/providers/oauth2/${made.providerPk}/`);
      const provider = page as Record<string, unknown>;
      const { body: group } = await callApi(standIn, "POST", "/core/groups/", { name: "jh_statistics" });
      const groupPk = (group as { pk: string }).pk;
      const { body: users } = await callApi(standIn, "GET", "/core/users/?username=student");
      const [user] = (users as { results: { pk: number }[] }).results;
      const bound = { target: made.applicationPk, group: groupPk, order: 0 };
      const { body: binding } = await callApi(standIn, "POST", "/policies/bindings/", bound);

      const good: [string, string, Record<string, unknown>][] = [
        ["PUT", `/core/groups/${groupPk}/`, group as Record<string, unknown>],
        ["PATCH", `/core/groups/${groupPk}/`, group as Record<string, unknown>],
        ["POST", `/core/groups/${groupPk}/add_user/`, { pk: user?.pk }],
        ["PUT", `/core/users/${user?.pk}/`, user as Record<string, unknown>],
        ["PATCH", `/core/users/${user?.pk}/`, user as Record<string, unknown>],
        ["PUT", `/providers/oauth2/${made.providerPk}/`, provider],
        ["PATCH", `/providers/oauth2/${made.providerPk}/`, provider],
        ["PUT", "/core/applications/statistics/", await bodyOf("/core/applications/statistics/")],
        ["PATCH", "/core/applications/statistics/", await bodyOf("/core/applications/statistics/")],
        ["PUT", `/policies/bindings/${(binding as { pk: string }).pk}/`, bound],
      ];
      async function bodyOf(path: string) {
        return (await callApi(standIn, "GET", path)).body as Record<string, unknown>;
      }

      const state = async () =>
        JSON.stringify(
          await Promise.all(
            ["/core/groups/", "/providers/oauth2/", "/core/applications/", "/policies/bindings/"].map(bodyOf),
          ),
        );
      const before = await state();
      const faults: string[] = [];
      let tried = 0;
      for (const [method, path, body] of good) {
        for (const [field, odd] of bodiesAround(body)) {
          if (description.checkRequest(method, path, odd).length === 0) continue;
          tried++;
          const { status, body: answer } = await callApi(standIn, method, path, odd);
          if (status === 400) continue;
          faults.push(`${method} ${path} ${field}=${JSON.stringify(odd[field])?.slice(0, 60)}: ${status}`);
          if (status >= 500) faults.push(JSON.stringify(answer));
        }
      }
      t.diagnostic(`${tried} bodies`);
      assert.ok(tried > 500, String(tried));
      assert.deepEqual(faults, []);
      assert.equal(await state(), before);
    });
  });
}

/** The body with one field taken out or given an odd value. */
function* bodiesAround(body: Record<string, unknown>): Generator<[string, Record<string, unknown>]> {
  for (const field of Object.keys(body)) {
    const { [field]: _, ...rest } = body;
    yield [field, rest];
    for (const odd of oddValues) yield [field, { ...body, [field]: odd }];
  }
}
