import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { startEmbeddedAuthentik } from "../../src/embedded-authentik/start.ts";
import {
  askForTokens,
  askUserinfo,
  authorizeUrl,
  callApi,
  getTokens,
  makeApplication,
  portalClient,
} from "../support/stand-in.ts";

describe("a restart of the stand-in", () => {
  test("changes nothing for people who are signed in, clients, tokens and keys", async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "stand-in-"));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const dataFile = join(folder, "authentik.sqlite");
    const before = await startEmbeddedAuthentik({ dataFile, port: 0 });
    const client = portalClient(before);
    const hub = await makeApplication(before, "statistics");
    const { browser, tokens } = await getTokens(before, client, "teacher");
    const offline = await getTokens(before, hub, "student", { scope: "openid offline_access" });
    const keysBefore = await (await fetch(`${before.portal.issuer}jwks/`)).json();
    const { body: users } = await callApi(before, "GET", "/core/users/");
    await before.close();

    const after = await startEmbeddedAuthentik({ dataFile, port: before.port });
    t.after(() => after.close());
    assert.deepEqual(after.portal, before.portal);
    assert.equal(after.apiToken, before.apiToken);
    assert.deepEqual(await (await fetch(`${after.portal.issuer}jwks/`)).json(), keysBefore);
    assert.deepEqual((await callApi(after, "GET", "/core/users/")).body, users);
    assert.equal((await askUserinfo(after, tokens.access_token ?? "")).status, 200);
    const again = await browser.open(authorizeUrl(after, client).url);
    assert.ok(new URL(again.location ?? "").searchParams.get("code"));
    const form = { grant_type: "refresh_token", refresh_token: offline.tokens.refresh_token ?? "" };
    assert.equal((await askForTokens(after, hub, form)).status, 200);
  });

  test("with another address of the portal registers that one, and no longer the old one", async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "stand-in-"));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const dataFile = join(folder, "authentik.sqlite");
    await (await startEmbeddedAuthentik({ dataFile, port: 0 })).close();
    const standIn = await startEmbeddedAuthentik({ dataFile, port: 0, seed: { portalUrl: "http://localhost:3777/" } });
    t.after(() => standIn.close());
    const old = portalClient(standIn);
    const { url } = authorizeUrl(standIn, old);
    assert.equal((await fetch(url, { redirect: "manual" })).status, 400);
    const moved = { ...old, redirectUri: "http://localhost:3777/sign-in/callback" };
    assert.ok((await getTokens(standIn, moved, "teacher")).code);
  });

  test("in production is refused", async (t) => {
    const before = process.env.NODE_ENV;
    t.after(() => {
      if (before === undefined) delete process.env.NODE_ENV;
      else process.env.NODE_ENV = before;
    });
    process.env.NODE_ENV = "production";
    await assert.rejects(startEmbeddedAuthentik({ dataFile: ":memory:", port: 0 }), /refuses to run in production/);
  });
});
