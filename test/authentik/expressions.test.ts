import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, test } from "node:test";
import { readBlueprint, resolveText } from "../support/blueprint.ts";

const python = spawnSync("python3", ["--version"]).status === 0;
const skip = python ? false : "needs python3";

type Given = Record<string, unknown>;

/** Runs an expression as Authentik's evaluator does, as the body of a function, once for each of what it may see. */
function runEach(expression: string, givens: Given[]): unknown[] {
  const program = `
import json, sys
class Bag(dict):
    __getattr__ = dict.get
def bag(value):
    return Bag({k: bag(v) for k, v in value.items()}) if isinstance(value, dict) else value
source, givens = json.load(sys.stdin)
function = "def handler():\\n" + "\\n".join("    " + line for line in source.splitlines())
answers = []
for given in givens:
    users = given.pop("users", {})
    scope = {k: bag(v) for k, v in given.items()}
    scope["ak_user_by"] = lambda pk: bag(users[str(pk)]) if str(pk) in users else None
    exec(function, scope)
    answers.append(scope["handler"]())
print(json.dumps(answers))
`;
  const { status, stdout, stderr } = spawnSync("python3", ["-c", program], {
    input: JSON.stringify([expression, givens]),
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}
const run = (expression: string, given: Given) => runEach(expression, [given])[0];

const expressionOf = (file: string, model: string, env: Record<string, string> = {}) => {
  const entry = readBlueprint(file).entries.find((one) => one.model === model);
  assert.ok(entry, model);
  return resolveText(entry.attrs.expression, env);
};

type Model = { app: string; model_name: string; pk: unknown; name: string };
const group = (name: string): Model => ({
  app: "authentik_core",
  model_name: "group",
  pk: "c0ffee00000040008000000000000001",
  name,
});
const user: Model = { app: "authentik_core", model_name: "user", pk: 7, name: "Lea Vogt" };
const event = (action: string, by: string, model: Model) => ({ action, user: { username: by }, context: { model } });

describe("what the webhook tells", { skip }, () => {
  const body = (model: Model, users = {}) =>
    run(
      expressionOf("webhook.blueprint.yaml", "authentik_events.notificationwebhookmapping", {
        JHAAS_WEBHOOK_SECRET: "the-secret",
      }),
      { notification: { event: event("model_updated", "akadmin", model) }, request: null, users },
    );

  test("of a group its uuid and name, of an account its uuid, and of both nothing else", () => {
    assert.deepEqual(body(group("jh_stats")), {
      secret: "the-secret",
      kind: "group",
      group: "c0ffee00000040008000000000000001",
      name: "jh_stats",
    });
    const uuid = "c0ffee00-0000-4000-8000-000000000007";
    assert.deepEqual(body(user, { 7: { uuid } }), { secret: "the-secret", kind: "user", user: uuid });
    assert.deepEqual(body(user), { secret: "the-secret", kind: "user" }, "an account that is gone");
  });

  test("and when: changes of hubs' groups, of the roles' groups and of accounts, by others than the portal", () => {
    const expected: [string, string, Model, boolean][] = [];
    for (const model of [group("jh_stats"), group("portal-leaders"), group("portal-admins"), user]) {
      for (const action of ["model_created", "model_updated", "model_deleted"]) {
        expected.push([action, "akadmin", model, true], [action, "hub-portal-service", model, false]);
      }
      expected.push(["login", "akadmin", model, false]);
    }
    expected.push(["model_updated", "akadmin", group("library-staff"), false]);
    expected.push(["model_updated", "akadmin", { ...user, model_name: "token" }, false]);
    assertTold("webhook.blueprint.yaml", expected);
  });
});

/** Holds what a policy says of events against what is expected. */
function assertTold(file: string, expected: [string, string, Model, boolean][]): void {
  const givens = expected.map(([action, by, model]) => ({ request: { context: { event: event(action, by, model) } } }));
  const told = runEach(expressionOf(file, "authentik_policies_expression.expressionpolicy"), givens);
  expected.forEach(([action, by, model, wanted], at) => {
    assert.equal(told[at], wanted, `${action} of ${model.model_name} ${model.name} by ${by}`);
  });
}

describe("what the alerts tell of", { skip }, () => {
  const account = "hub-portal-service";

  test("what the portal never does, by its account alone", () => {
    assertTold("alerts.blueprint.yaml", [
      ["model_updated", account, group("authentik Admins"), true],
      ["model_created", account, group("innocent"), true],
      ["model_updated", account, user, true],
      ["login", account, user, true],
      ["model_updated", "akadmin", group("authentik Admins"), false],
    ]);
  });

  test("nothing of what the portal does", () => {
    const made = (app: string, name: string): Model => ({ app, model_name: name, pk: 1, name: "jh_stats" });
    const models = [
      group("jh_stats"),
      group("portal-leaders"),
      made("authentik_core", "application"),
      made("authentik_providers_oauth2", "oauth2provider"),
      made("authentik_policies", "policybinding"),
      made("authentik_providers_oauth2", "accesstoken"),
      made("authentik_providers_oauth2", "refreshtoken"),
    ];
    const actions = ["model_created", "model_updated", "model_deleted"];
    assertTold(
      "alerts.blueprint.yaml",
      models.flatMap((model) =>
        actions.map((action): [string, string, Model, boolean] => [action, account, model, false]),
      ),
    );
  });
});
