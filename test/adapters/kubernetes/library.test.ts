import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

test("of the Kubernetes library, the classes of all kinds of objects are not loaded", async () => {
  const library = resolve(import.meta.dirname, "../../../src/adapters/kubernetes/api/library.ts");
  const script = `
    import { registerHooks } from "node:module";
    const loaded = [];
    registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
    const { KubeConfig } = await import(${JSON.stringify(library)});
    new KubeConfig().loadFromClusterAndUser({ name: "c", server: "https://c", skipTLSVerify: true }, { name: "u" });
    console.log(loaded.filter((url) => url.includes("/client-node/dist/gen/models/")).length);`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]);
  assert.ok(Number(stdout) < 20, `${stdout.trim()} classes are loaded`);
});
