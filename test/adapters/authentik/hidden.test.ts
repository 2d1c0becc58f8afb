import assert from "node:assert/strict";
import { test } from "node:test";
import { Unavailable } from "../../../src/domain/errors.ts";
import { ensureAll } from "../../contract/authentik/world.ts";
import { openBroken } from "./open-broken.ts";

const hidden = (error: unknown) =>
  error instanceof Unavailable && !error.transient && /no rights on it any more/.test(error.sentence);

test("an application that still answers but is hidden from the account does not pass for gone", async (t) => {
  const broken = await openBroken(t);
  await ensureAll(broken.direct, broken.hub);
  broken.proxy.fault = ({ path }) => {
    if (path.startsWith("/core/applications/")) return { kind: "answer", status: 403 };
    // As Authentik answers while application and provider are there.
    if (path.endsWith("/.well-known/openid-configuration")) return { kind: "answer", status: 200, body: "{}" };
    return null;
  };
  await assert.rejects(broken.identity.removeApplication(broken.hub), hidden);
  const [probe] = broken.proxy.seen.filter(({ path }) => path.startsWith("/application/o/"));
  assert.equal(probe?.path, `/application/o/jh-${broken.hub.slug}/.well-known/openid-configuration`);
});

test("a provider that still knows the hub's secret but is hidden does not pass for gone", async (t) => {
  const broken = await openBroken(t);
  await broken.direct.ensureProvider(broken.hub);
  let error = "invalid_grant";
  broken.proxy.fault = ({ path }) => {
    if (path.startsWith("/providers/oauth2/")) return { kind: "answer", status: 403 };
    if (path === "/application/o/token/") return { kind: "answer", status: 400, body: JSON.stringify({ error }) };
    return null;
  };
  await assert.rejects(broken.identity.removeProvider(broken.hub), hidden);
  error = "invalid_client";
  await broken.identity.removeProvider(broken.hub);
});
