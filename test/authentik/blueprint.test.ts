import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { presetSeed, serviceAccount } from "../../src/embedded-authentik/seed.ts";
import { serviceRights, teacherGroupRights } from "../../src/embedded-authentik/service-rights.ts";
import { traitsOf } from "../../src/embedded-authentik/versions.ts";
import {
  type Blueprint,
  blueprintFiles as files,
  folder,
  readBlueprint as read,
  type Tagged,
} from "../support/blueprint.ts";

const find = (blueprint: Blueprint, model: string) => {
  const entry = blueprint.entries.find((one) => one.model === model);
  assert.ok(entry, `no ${model}`);
  return entry;
};

/** `!Find [auth.permission, [content_type__app_label, app], [codename, name]]` as `app.name`. */
function rightOf(found: unknown): string {
  const { tag, value } = found as Tagged;
  assert.equal(tag, "Find");
  const [model, app, codename] = value as [string, [string, string], [string, string]];
  assert.equal(model, "auth.permission");
  assert.deepEqual([app[0], codename[0]], ["content_type__app_label", "codename"]);
  return `${app[1]}.${codename[1]}`;
}

describe("every blueprint", () => {
  for (const file of files) {
    test(`${file} parses, and every reference leads to an entry above it`, () => {
      const blueprint = read(file);
      assert.equal(blueprint.version, 1);
      assert.match(blueprint.metadata.name, /^JHaaS - /);
      const known = new Set<string>();
      for (const entry of blueprint.entries) {
        assert.match(entry.model, /^authentik_[a-z0-9_]+\.[a-z0-9]+$/);
        for (const id of references(entry)) assert.ok(known.has(id), `${file}: !KeyOf ${id} before it is made`);
        if (entry.id) {
          assert.equal(known.has(entry.id), false, `${file}: the id ${entry.id} twice`);
          known.add(entry.id);
        }
        if (!entry.model.startsWith("authentik_blueprints."))
          assert.ok(entry.identifiers, `${entry.model} needs identifiers`);
      }
    });
  }

  test("holds no secret: what is secret comes from the environment", () => {
    for (const file of files) {
      const text = readFileSync(join(folder, file), "utf8");
      for (const [, name, value] of text.matchAll(/^\s*(key|client_secret|password): (.+)$/gm)) {
        assert.match(value ?? "", /^!Env /, `${file}: ${name}`);
      }
    }
  });
});

function references(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(references);
  if (typeof node !== "object" || node === null) return [];
  if ("tag" in node && node.tag === "KeyOf") return [String((node as Tagged).value)];
  return Object.values(node).flatMap(references);
}

describe("the portal's blueprint", () => {
  const newer = read("jhaas.blueprint.yaml");
  const older = read("jhaas-2024.12.blueprint.yaml");

  test("gives the rights that the stand-in's service account works with, from 2025.4", () => {
    for (const version of ["2025.12", "2026.8"] as const) {
      const wanted = serviceRights(traitsOf(version));
      const role = find(newer, "authentik_rbac.role");
      assert.deepEqual([...(role.attrs.permissions as string[])].sort(), [...wanted.rights].sort());
      const initial = find(newer, "authentik_rbac.initialpermissions");
      assert.deepEqual((initial.attrs.permissions as unknown[]).map(rightOf).sort(), [...wanted.initialRights].sort());
      assert.deepEqual(initial.attrs.role, { tag: "KeyOf", value: role.id });
    }
  });

  test("gives them all on everything where an account cannot get rights on what it makes", () => {
    const wanted = serviceRights(traitsOf("2024.12"));
    const role = find(older, "authentik_rbac.role");
    assert.deepEqual([...(role.attrs.permissions as string[])].sort(), [...wanted.rights].sort());
    assert.equal(
      older.entries.some((entry) => entry.model === "authentik_rbac.initialpermissions"),
      false,
    );
  });

  test("gives rights on the teachers' group, and on no other group that is there before", () => {
    const withRights = newer.entries.filter((entry) => entry.permissions);
    assert.deepEqual(
      withRights.map((entry) => entry.identifiers?.name),
      [presetSeed.teacherGroup],
    );
    assert.deepEqual(
      withRights[0]?.permissions?.map(({ permission }) => permission).sort(),
      [...teacherGroupRights].sort(),
    );
    assert.equal(
      older.entries.some((entry) => entry.permissions),
      false,
      "given on everything there",
    );
  });

  test("uses the names that the portal presets", () => {
    for (const blueprint of [newer, older]) {
      const groups = blueprint.entries.filter((entry) => entry.model === "authentik_core.group");
      const { teacherGroup, governanceGroup, parentGroup } = presetSeed;
      assert.deepEqual(
        groups.map((entry) => entry.identifiers?.name),
        [teacherGroup, governanceGroup, parentGroup, serviceAccount],
      );
      for (const group of groups) assert.equal(group.attrs.is_superuser, false);
      assert.equal(find(blueprint, "authentik_core.application").identifiers?.slug, presetSeed.applicationSlug);
      assert.equal(find(blueprint, "authentik_core.user").identifiers?.username, serviceAccount);
    }
  });

  test("makes a token that never expires, and a provider as the portal needs it", () => {
    for (const blueprint of [newer, older]) {
      const token = find(blueprint, "authentik_core.token");
      assert.equal(token.attrs.expiring, false);
      assert.equal(token.attrs.intent, "api");
      const { attrs } = find(blueprint, "authentik_providers_oauth2.oauth2provider");
      assert.equal(attrs.sub_mode, "user_uuid");
      assert.deepEqual(attrs.grant_types, ["authorization_code", "refresh_token"]);
      assert.equal((attrs.signing_key as Tagged).tag, "Find");
      const scopes = (attrs.property_mappings as Tagged[]).map(({ value }) => JSON.stringify(value));
      assert.equal(scopes.length, 3);
      for (const scope of ["openid", "email", "profile"])
        assert.ok(scopes.some((text) => text.includes(`scope-${scope}"`)));
    }
  });

  test("differs between versions only in the rights", () => {
    const rest = (blueprint: Blueprint) =>
      blueprint.entries
        .filter(({ model }) => !model.startsWith("authentik_rbac."))
        .map(({ permissions, ...entry }) => entry);
    assert.deepEqual(rest(newer), rest(older));
  });
});
