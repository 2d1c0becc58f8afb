import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { demoPassword } from "../../../src/embedded-authentik/demo-people.ts";
import type { IdentityHub, IdentityUser } from "../../../src/ports/identity.ts";
import { PersonAtBrowser, redeem, userinfo } from "./person-at-browser.ts";
import { ensureAll, openWorld, type Place, places, type TestWorld } from "./world.ts";

type Member = {
  world: TestWorld;
  hub: IdentityHub;
  groupId: string;
  user: IdentityUser;
  /** The first of the two people, who is in the hub's group. */
  browser: PersonAtBrowser;
  /** The same person at another browser. */
  again: () => PersonAtBrowser;
  /** The second, who is not. */
  stranger: PersonAtBrowser;
};

/** A hub made by the adapter, with one of the two people in its group; null after skipping. */
async function openHub(t: TestContext, place: Place): Promise<Member | null> {
  const password = place.version === "real" ? process.env.AUTHENTIK_TEST_PASSWORD : demoPassword;
  if (!password) {
    t.skip("set AUTHENTIK_TEST_PASSWORD, the password of both people, for this test");
    return null;
  }
  const world = await openWorld(t, place);
  const { identity, hub, people } = world;
  const groupId = await ensureAll(identity, hub);
  const user = (await identity.searchUsers(people[0], 20)).find((one) => one.username === people[0]);
  assert.ok(user);
  await identity.addToGroup(groupId, user.id);
  const at = (which: 0 | 1) => new PersonAtBrowser(world.options.url, people[which], password);
  return { world, hub, groupId, user, browser: at(0), again: () => at(0), stranger: at(1) };
}

for (const place of places()) {
  describe(`signing in to a hub on ${place.name}`, () => {
    test("a member gets in with signed tokens that carry uuid and groups, and no refresh token", async (t) => {
      const opened = await openHub(t, place);
      if (!opened) return;
      const { world, hub, user, browser } = opened;
      const oidc = world.identity.oidcEndpoints(hub.slug);
      const tokens = await redeem(hub, oidc, await browser.open(hub, oidc));
      assert.equal(tokens.refresh_token, undefined);
      assert.ok(tokens.expires_in <= 4 * 3600);

      const answer = await fetch(`${oidc.issuer}.well-known/openid-configuration`);
      const discovery = (await answer.json()) as Record<string, string>;
      assert.equal(discovery.issuer, oidc.issuer);
      assert.equal(discovery.authorization_endpoint, oidc.authorizeUrl);
      assert.equal(discovery.token_endpoint, oidc.tokenUrl);
      assert.equal(discovery.userinfo_endpoint, oidc.userinfoUrl);
      assert.equal(discovery.end_session_endpoint, oidc.endSessionUrl);
      const keys = createRemoteJWKSet(new URL(discovery.jwks_uri ?? ""));
      const { payload, protectedHeader } = await jwtVerify(tokens.id_token, keys, {
        issuer: oidc.issuer,
        audience: hub.clientId,
      });
      assert.match(protectedHeader.alg, /^(RS|ES)/);
      assert.equal(payload.sub, user.id);
      assert.equal(payload.nonce, "the-nonce");

      const claims = await userinfo(oidc, tokens.access_token);
      assert.ok(typeof claims === "object");
      assert.equal(claims.sub, user.id);
      assert.equal(claims.preferred_username, user.username);
      assert.ok((claims.groups as string[]).includes(world.identity.groupName(hub.slug)));
    });

    test("somebody who is not a member is refused by Authentik itself", async (t) => {
      const opened = await openHub(t, place);
      if (!opened) return;
      const { world, hub, stranger } = opened;
      assert.deepEqual(await stranger.open(hub, world.identity.oidcEndpoints(hub.slug)), { kind: "denied" });
    });

    test("a member of another hub alone is refused, although both groups are below the same one", async (t) => {
      const opened = await openHub(t, place);
      if (!opened) return;
      const { world, browser } = opened;
      const other = world.newHub();
      await ensureAll(world.identity, other);
      assert.deepEqual(await browser.open(other, world.identity.oidcEndpoints(other.slug)), { kind: "denied" });
    });

    test("nobody gets in before the provider is attached", async (t) => {
      const opened = await openHub(t, place);
      if (!opened) return;
      const { world, browser } = opened;
      const half = world.newHub();
      const groupId = await world.identity.ensureGroup(half);
      await world.identity.ensureApplication(half);
      await world.identity.ensureBindings(half, groupId);
      await world.identity.ensureProvider(half);
      const end = await browser.visit(
        `${world.options.url}/application/o/authorize/?${new URLSearchParams({
          client_id: half.clientId,
          redirect_uri: half.callbackUrl,
          response_type: "code",
          scope: "openid",
        })}`,
        half.callbackUrl,
      );
      assert.equal(end.stoppedAt, null);
    });

    test("who is taken out of the group is refused next time, and their tokens can be ended", async (t) => {
      const opened = await openHub(t, place);
      if (!opened) return;
      const { world, hub, groupId, user, browser, again } = opened;
      const oidc = world.identity.oidcEndpoints(hub.slug);
      const tokens = await redeem(hub, oidc, await browser.open(hub, oidc));
      await world.identity.removeFromGroup(groupId, user.id);

      // Authentik ends nothing by itself, but says at once that the group is gone.
      const claims = await userinfo(oidc, tokens.access_token);
      assert.ok(typeof claims === "object");
      assert.equal((claims.groups as string[]).includes(world.identity.groupName(hub.slug)), false);
      // In a new browser: before 2025.8 Authentik remembers for some minutes of a session whom it let through.
      assert.deepEqual(await again().open(hub, oidc), { kind: "denied" });

      await world.identity.revokeTokens(hub, user.id);
      assert.equal(typeof (await userinfo(oidc, tokens.access_token)), "number");
      await world.identity.revokeTokens(hub, user.id);
    });

    test("signing out of the hub signs out of Authentik", async (t) => {
      const opened = await openHub(t, place);
      if (!opened) return;
      const { world, hub, browser } = opened;
      const oidc = world.identity.oidcEndpoints(hub.slug);
      const tokens = await redeem(hub, oidc, await browser.open(hub, oidc));
      await browser.open(hub, oidc);
      assert.equal(browser.signedIn, 1, "the second time nothing is typed");
      await browser.visit(`${oidc.endSessionUrl}?${new URLSearchParams({ id_token_hint: tokens.id_token })}`);
      await browser.open(hub, oidc);
      assert.equal(browser.signedIn, 2);
    });

    test("nobody gets in any more once the application is removed", async (t) => {
      const opened = await openHub(t, place);
      if (!opened) return;
      const { world, hub, browser } = opened;
      const oidc = world.identity.oidcEndpoints(hub.slug);
      await browser.open(hub, oidc);
      await world.identity.removeApplication(hub);
      const end = await browser.visit(
        `${oidc.authorizeUrl}?${new URLSearchParams({
          client_id: hub.clientId,
          redirect_uri: hub.callbackUrl,
          response_type: "code",
          scope: "openid",
        })}`,
        hub.callbackUrl,
      );
      assert.equal(end.stoppedAt, null);
    });
  });
}
