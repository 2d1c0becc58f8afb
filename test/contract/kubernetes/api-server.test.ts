import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, type TestContext, test } from "node:test";
import { kinds } from "../../../src/adapters/kubernetes/kinds.ts";
import { openClient, openCluster } from "../../support/kubernetes-api/open-cluster.ts";
import { type RawAnswer, rawCall } from "../../support/kubernetes-api/raw-call.ts";

/**
 * What of an API server the portal, KubeSpawner and the tests themselves build on, asked without anything of ours in
 * between. The test server has to answer as a real one does; with KUBECONFIG a real one is asked.
 */
async function setUp(t: TestContext) {
  const cluster = await openCluster(t);
  const namespace = `contract-api-${randomBytes(4).toString("hex")}`;
  const call = (method: "GET" | "POST" | "PATCH" | "DELETE", path: string, given?: Parameters<typeof rawCall>[3]) =>
    rawCall(cluster.kubeconfig, method, path, given);
  const apply = (path: string, body: unknown, query = "force=true", manager = "one") =>
    call("PATCH", `${path}?fieldManager=${manager}&fieldValidation=Strict&${query}`, {
      body,
      contentType: "application/apply-patch+yaml",
    });
  const made = await call("POST", "/api/v1/namespaces", {
    body: { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
  });
  assert.equal(made.status, 201, made.text);
  const client = openClient(t, cluster.kubeconfig);
  if (cluster.test === null) t.after(() => client.remove("Namespace", namespace));
  const within = (plural: string, name?: string) =>
    `/api/v1/namespaces/${namespace}/${plural}${name === undefined ? "" : `/${name}`}`;
  const configMap = (name: string, data: Record<string, string>) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace },
    data,
  });
  return { call, apply, within, configMap, store: cluster.test?.store ?? null };
}
const refused = ({ status, body }: RawAnswer) => [status, body.kind, body.status, body.reason];

describe("an API server", () => {
  test("tells which kinds it serves, with what can be done to them", async (t) => {
    const { call } = await setUp(t);
    assert.deepEqual((await call("GET", "/api")).body.versions, ["v1"]);
    const groups = (await call("GET", "/apis")).body.groups as { name: string }[];
    for (const { base, plural } of Object.values(kinds)) {
      const group = base.split("/")[2] ?? "";
      if (base !== "/api/v1")
        assert.ok(
          groups.some(({ name }) => name === group),
          group,
        );
      const { body } = await call("GET", base);
      assert.equal(body.kind, "APIResourceList");
      const resources = body.resources as { name: string; verbs: string[]; namespaced: boolean }[];
      const found = resources.find(({ name }) => name === plural) ?? assert.fail(plural);
      for (const verb of ["create", "delete", "get", "list", "patch", "watch"]) assert.ok(found.verbs.includes(verb));
    }
  });

  test("answers what it cannot do with a Status that says why", async (t) => {
    const { call, apply, within, configMap } = await setUp(t);
    assert.deepEqual(refused(await call("GET", "/api/v1/nothings")), [404, "Status", "Failure", "NotFound"]);
    assert.deepEqual(refused(await call("GET", within("configmaps", "none"))), [404, "Status", "Failure", "NotFound"]);
    assert.deepEqual(refused(await call("DELETE", within("configmaps", "none"))), [
      404,
      "Status",
      "Failure",
      "NotFound",
    ]);
    const body = configMap("one", { a: "1" });
    assert.equal((await call("POST", within("configmaps"), { body })).status, 201);
    assert.deepEqual(refused(await call("POST", within("configmaps"), { body })), [
      409,
      "Status",
      "Failure",
      "AlreadyExists",
    ]);
    const elsewhere = "/api/v1/namespaces/contract-nowhere/configmaps/one";
    const lost = { ...body, metadata: { name: "one", namespace: "contract-nowhere" } };
    assert.deepEqual(refused(await apply(elsewhere, lost)), [404, "Status", "Failure", "NotFound"]);
    const patch = { body: {}, contentType: "application/x-unknown" };
    assert.equal((await call("PATCH", within("configmaps", "one"), patch)).status, 415);
    const unknown = await apply(within("configmaps", "two"), { ...configMap("two", {}), nonsense: true });
    assert.deepEqual([unknown.status, /\.nonsense: field not declared in schema/.test(unknown.text)], [500, true]);
    const posted = await call("POST", `${within("configmaps")}?fieldValidation=Strict`, {
      body: { ...configMap("two", {}), nonsense: true },
    });
    assert.deepEqual([posted.status, /unknown field \\"nonsense\\"/.test(posted.text)], [400, true]);
    const managed = { ...configMap("two", {}), metadata: { name: "two", managedFields: [] as unknown[] } };
    managed.metadata.managedFields.push({ manager: "one", operation: "Apply", apiVersion: "v1" });
    assert.equal((await apply(within("configmaps", "two"), managed)).status, 400);
    const bare = await call("PATCH", within("configmaps", "two"), {
      body: configMap("two", {}),
      contentType: "application/apply-patch+yaml",
    });
    assert.equal(bare.status, 422, "server-side apply without a field manager");
  });

  test("keeps apart what different managers apply, and says who is in the way", async (t) => {
    const { call, apply, within, configMap } = await setUp(t);
    const path = within("configmaps", "shared");
    assert.equal((await apply(path, configMap("shared", { a: "1", b: "1" }))).status, 201);
    assert.equal((await apply(path, configMap("shared", { c: "1" }), "force=false", "two")).status, 200);
    const conflict = await apply(path, configMap("shared", { a: "2" }), "force=false", "two");
    assert.deepEqual(refused(conflict), [409, "Status", "Failure", "Conflict"]);
    const { causes } = conflict.body.details as { causes: { reason: string; field: string }[] };
    assert.deepEqual(
      causes.map(({ reason, field }) => [reason, field]),
      [["FieldManagerConflict", ".data.a"]],
    );
    // What a manager no longer applies goes; what others apply stays.
    assert.equal((await apply(path, configMap("shared", { a: "1" }))).status, 200);
    assert.deepEqual((await call("GET", path)).body.data, { a: "1", c: "1" });
    const before = (await call("GET", path)).body.metadata as { resourceVersion: string };
    await apply(path, configMap("shared", { a: "1" }));
    const after = (await call("GET", path)).body.metadata as { resourceVersion: string };
    assert.equal(after.resourceVersion, before.resourceVersion, "applied unchanged, nothing changes");
    const stale = { metadata: { resourceVersion: "1" }, data: { a: "3" } };
    const late = await call("PATCH", path, { body: stale, contentType: "application/merge-patch+json" });
    assert.deepEqual(refused(late), [409, "Status", "Failure", "Conflict"]);
  });

  test("lists by label and in pages, and nothing as null where names alone are asked for", async (t) => {
    const { call, apply, within, configMap } = await setUp(t);
    const accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
    const nothing = await call("GET", `${within("services")}`, { accept });
    assert.deepEqual([nothing.body.kind, nothing.body.items], ["PartialObjectMetadataList", null]);
    assert.deepEqual((await call("GET", within("services"))).body.items, []);
    for (const name of ["a", "b", "c"]) {
      const labelled = configMap(name, {});
      const metadata = { ...labelled.metadata, labels: { page: "yes" } };
      assert.equal((await apply(within("configmaps", name), { ...labelled, metadata })).status, 201);
    }
    const names = ({ body }: RawAnswer) =>
      (body.items as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name);
    const path = `${within("configmaps")}?labelSelector=page%3Dyes&limit=2`;
    const first = await call("GET", path);
    assert.deepEqual(names(first), ["a", "b"]);
    const { continue: next } = first.body.metadata as { continue: string };
    assert.deepEqual(names(await call("GET", `${path}&continue=${encodeURIComponent(next)}`)), ["c"]);
  });

  test("tells changes to who watches, with a bookmark at the end, and 410 to who comes back too late", async (t) => {
    const { call, apply, within, configMap, store } = await setUp(t);
    const { resourceVersion } = (await call("GET", within("configmaps"))).body.metadata as { resourceVersion: string };
    const path = `${within("configmaps")}?watch=1&timeoutSeconds=2&labelSelector=watched%3Dyes`;
    const watched = call("GET", `${path}&resourceVersion=${resourceVersion}&allowWatchBookmarks=true`);
    const seen = configMap("seen", { a: "1" });
    const labelled = { ...seen, metadata: { ...seen.metadata, labels: { watched: "yes" } } };
    await apply(within("configmaps", "seen"), labelled);
    await apply(within("configmaps", "seen"), { ...labelled, data: { a: "2" } });
    await call("DELETE", within("configmaps", "seen"));
    const told = (text: string) =>
      text
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as { type: string; object: Record<string, unknown> });
    const events = told((await watched).text).filter(({ type }) => type !== "BOOKMARK");
    assert.deepEqual(
      events.map(({ type }) => type),
      ["ADDED", "MODIFIED", "DELETED"],
    );
    // A real server forgets in its own time; asked too early, it still knows.
    if (store !== null) store.forgotten = Number(store.version);
    const [late] = told((await call("GET", `${within("configmaps")}?watch=1&timeoutSeconds=2&resourceVersion=1`)).text);
    if (store !== null) assert.equal(late?.type, "ERROR");
    if (late?.type === "ERROR") assert.deepEqual([late.object.code, late.object.reason], [410, "Expired"]);
  });
});
