import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { settings } from "../../src/config/settings.ts";

const root = join(import.meta.dirname, "../..");
const composeText = readFileSync(join(root, "deploy/compose.yaml"), "utf8");
const compose = parse(composeText, { merge: true }) as {
  services: Record<string, { environment?: Record<string, string>; volumes?: string[] }>;
};

test("the worker gets every variable that a blueprint reads, and the blueprints that are mounted exist", () => {
  const worker = compose.services["authentik-worker"];
  assert.ok(worker?.environment);
  for (const file of readdirSync(join(root, "authentik")).filter((name) => name.endsWith(".yaml"))) {
    const text = readFileSync(join(root, "authentik", file), "utf8");
    for (const [, name = ""] of text.matchAll(/!Env (\w+)/g)) assert.ok(name in worker.environment, `${file}: ${name}`);
  }
  const mounted = (worker.volumes ?? []).filter((volume) => volume.startsWith("../"));
  assert.ok(mounted.length >= 2);
  for (const volume of mounted) assert.ok(existsSync(join(root, "deploy", volume.split(":")[0] ?? "")), volume);
});

test("the portal's variables are settings that exist", () => {
  const known = new Set(Object.keys(settings.shape));
  for (const name of Object.keys(compose.services.portal?.environment ?? {})) {
    if (name === "KUBECONFIG") continue;
    assert.ok(known.has(name.replace(/_FILE$/, "")), name);
  }
});

test("make-env.sh makes every variable that compose needs, for its owner alone, and never twice", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "make-env-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const script = join(folder, "make-env.sh");
  copyFileSync(join(root, "deploy/make-env.sh"), script);
  execFileSync("sh", [script, "https://portal.example.org/", "https://auth.example.org:8443/"]);
  const made = readFileSync(join(folder, ".env"), "utf8");
  const values = new Map([...made.matchAll(/^(\w+)=(.*)$/gm)].map(([, name = "", value = ""]) => [name, value]));
  for (const [, name = ""] of composeText.matchAll(/\$\{(\w+):\?/g)) assert.ok(values.get(name), name);
  assert.equal(values.get("JHAAS_PORTAL_URL"), "https://portal.example.org");
  assert.equal(values.get("JHAAS_AUTHENTIK_HOST"), "auth.example.org");
  assert.match(values.get("JHAAS_API_TOKEN") ?? "", /^[A-Za-z0-9]{60}$/);
  const portal = readFileSync(join(folder, "portal.env"), "utf8");
  assert.ok(portal.includes(`AUTHENTIK_TOKEN=${values.get("JHAAS_API_TOKEN")}\n`));
  for (const file of [".env", "portal.env"]) assert.equal(statSync(join(folder, file)).mode & 0o077, 0);
  assert.throws(() => execFileSync("sh", [script], { stdio: "pipe" }));
  assert.equal(readFileSync(join(folder, ".env"), "utf8"), made);
});
