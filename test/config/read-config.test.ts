import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { readCatalogue } from "../../src/config/read-catalogue.ts";
import { ConfigFault, readConfig } from "../../src/config/read-config.ts";

const faultsOf = (run: () => unknown): readonly string[] => {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof ConfigFault, String(error));
    return error.faults;
  }
  return assert.fail("it was accepted");
};

describe("the settings", () => {
  test("without any, the portal is a try-out on localhost", () => {
    const config = readConfig({});
    assert.deepEqual(
      [config.PUBLIC_URL, config.HOST, config.tryOut, config.HUB_BACKEND, config.HUB_DATA_RETENTION_DAYS],
      ["http://localhost:3000", "127.0.0.1", true, "local", 7],
    );
  });

  test("when several are wrong, all are named at once", () => {
    const faults = faultsOf(() => readConfig({ PORT: "70000", HUB_UPDATES: "yes", TIME_ZONE: "Mars/Base" }));
    assert.equal(faults.length, 3);
    assert.match(
      faults.join(),
      /PORT must be from 1 to 65535.*TIME_ZONE.*HUB_UPDATES must be "on" or "off"|HUB_UPDATES/,
    );
  });

  test("what is wrong by itself and what is wrong together are named at once, and nothing that only follows", () => {
    const env = {
      NODE_ENV: "production",
      PORT: "x",
      PUBLIC_URL: "ftp://x",
      SECRET_KEY: "short",
      HUB_BACKEND: "kubernetes",
    };
    const faults = faultsOf(() => readConfig({ ...env, AUTHENTIK_URL: "nowhere", HUB_DOMAIN: "https://x" }));
    assert.deepEqual(faults.map((fault) => fault.split(" ")[0]).sort(), [
      "AUTHENTIK_URL",
      "HUB_DOMAIN",
      "PORT",
      "PUBLIC_URL",
      "SECRET_KEY",
    ]);
  });

  test("an address that cannot work is refused: one with a path, and https without a proxy", () => {
    assert.match(faultsOf(() => readConfig({ PUBLIC_URL: "http://example.org/hubs" })).join(), /without a path/);
    assert.match(faultsOf(() => readConfig({ PUBLIC_URL: "https://example.org" })).join(), /^TRUST_PROXY must be/);
    const config = readConfig({ PUBLIC_URL: "https://example.org/", TRUST_PROXY: "1" });
    assert.equal(config.PUBLIC_URL, "https://example.org");
  });

  test("a logo that cannot be shown is refused", () => {
    assert.match(faultsOf(() => readConfig({ INSTITUTION_LOGO: "/nowhere/logo.svg" })).join(), /does not exist/);
    assert.match(faultsOf(() => readConfig({ INSTITUTION_LOGO: "package.json" })).join(), /SVG or PNG/);
    assert.equal(readConfig({ INSTITUTION_LOGO: "public/icon.svg" }).INSTITUTION_LOGO, "public/icon.svg");
  });

  test("in production nothing that is for trying out is accepted", () => {
    const faults = faultsOf(() => readConfig({ NODE_ENV: "production" })).join("\n");
    for (const name of ["AUTHENTIK_URL", "SECRET_KEY", "PUBLIC_URL", "HUB_BACKEND"])
      assert.match(faults, new RegExp(name));
  });

  test("with Authentik set, what belongs to it is asked for", () => {
    const faults = faultsOf(() => readConfig({ AUTHENTIK_URL: "https://sso.example.org" })).join("\n");
    assert.match(faults, /AUTHENTIK_TOKEN[\s\S]*OIDC_CLIENT_ID[\s\S]*OIDC_CLIENT_SECRET/);
  });

  test("with Kubernetes, where hubs live is asked for, once and not beside the portal", () => {
    const base = { HUB_BACKEND: "kubernetes", PUBLIC_URL: "https://portal.example.org", TRUST_PROXY: "1" };
    const faults = (env: Record<string, string>) => faultsOf(() => readConfig({ ...base, ...env }));
    assert.equal(readConfig({ ...base, HUB_DOMAIN: "hubs.example.net" }).HUB_TLS, "controller");
    assert.equal(readConfig({ ...base, HUB_HOST: "hubs.example.net" }).HUB_HOST, "hubs.example.net");
    assert.match(faults({})[0] ?? "", /^HUB_DOMAIN or HUB_HOST is needed/);
    assert.match(faults({ HUB_DOMAIN: "a.example", HUB_HOST: "b.example" })[0] ?? "", /must not both be set/);
    assert.match(faults({ HUB_HOST: "portal.example.org" })[0] ?? "", /must not be the portal's host/);
    for (const [name, value] of [
      ["HUB_DOMAIN", "https://hubs.example.net"],
      ["HUB_TLS", "yes"],
      ["HUB_USER_NETWORKS", "10.0.0.0"],
      ["HUB_NODE_SELECTOR", "=hubs"],
      ["HUB_NAMESPACE_PREFIX", "jhaas"],
    ] as const) {
      assert.match(faults({ HUB_DOMAIN: "hubs.example.net", [name]: value })[0] ?? "", new RegExp(`^${name} must be`));
    }
  });

  test("a secret may come from a file, and no fault ever shows one", async () => {
    const home = await mkdtemp(join(tmpdir(), "jhaas-config-"));
    try {
      await writeFile(join(home, "key"), "k".repeat(40));
      assert.equal(readConfig({ SECRET_KEY_FILE: join(home, "key") }).SECRET_KEY, "k".repeat(40));
      assert.match(faultsOf(() => readConfig({ SECRET_KEY_FILE: join(home, "none") })).join(), /cannot be read/);
      assert.doesNotMatch(faultsOf(() => readConfig({ SECRET_KEY: "short-secret" })).join(), /short-secret/);
      assert.doesNotMatch(faultsOf(() => readConfig({ SMTP_URL: "mail://me:pw@host" })).join(), /pw@host/);
    } finally {
      await rm(home, { recursive: true });
    }
  });

  test("colours that white text cannot be read on are refused", () => {
    assert.match(faultsOf(() => readConfig({ BRAND_COLOUR: "#ffff00" })).join(), /BRAND_COLOUR #ffff00 is too light/);
  });
});

describe("the notebook catalogue", () => {
  test("the shipped one has the six preset types, each pinned", () => {
    const types = readCatalogue(undefined);
    assert.deepEqual(
      types.map((type) => type.name),
      ["Minimal", "SciPy", "R", "Datascience", "Spark", "RStudio"],
    );
    for (const type of types) assert.match(type.image, /:[0-9][0-9.-]+$/);
  });

  test("when the provider's own has faults, each is named", async () => {
    const home = await mkdtemp(join(tmpdir(), "jhaas-catalogue-"));
    const file = join(home, "types.json");
    try {
      await writeFile(file, "[{]");
      assert.match(faultsOf(() => readCatalogue(file)).join(), /is not JSON/);
      const type = { id: "custom", name: "X", description: "Y", image: "scipy", defaultUrl: "lab" };
      await writeFile(file, JSON.stringify([type]));
      assert.equal(faultsOf(() => readCatalogue(file)).length, 3);
      const good = { ...type, id: "x", image: "quay.io/jupyter/x:1", defaultUrl: "/lab" };
      await writeFile(file, JSON.stringify([good, good]));
      assert.match(faultsOf(() => readCatalogue(file)).join(), /id twice/);
      await writeFile(file, JSON.stringify([good]));
      assert.deepEqual(readCatalogue(file), [good]);
    } finally {
      await rm(home, { recursive: true });
    }
  });
});
