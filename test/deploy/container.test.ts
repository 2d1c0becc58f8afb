import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "node:test";
import { startFlags } from "../support/portal-process.ts";

test("the container starts the portal with the flags of npm start", () => {
  const dockerfile = readFileSync(resolve(import.meta.dirname, "../../Dockerfile"), "utf8");
  const command = /^CMD (\[.*\])$/m.exec(dockerfile)?.[1];
  assert.ok(startFlags().length > 0);
  assert.deepEqual(JSON.parse(command ?? ""), ["node", ...startFlags(), "src/main.ts"]);
});
