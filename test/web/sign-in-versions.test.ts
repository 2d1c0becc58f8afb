import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { decodeProtectedHeader } from "jose";
import { Unavailable } from "../../src/domain/errors.ts";
import { versions } from "../../src/embedded-authentik/versions.ts";
import { Browser } from "../support/browser.ts";
import { callApi, signIn, startStandIn } from "../support/stand-in.ts";
import { startTestApp } from "../support/test-app.ts";

/** The portal and a stand-in that know each other, and somebody with an empty browser. */
async function open(t: TestContext, version: (typeof versions)[number]) {
  const authentik = await startStandIn(t, {
    version,
    seed: { portalUrl: "http://portal.example.org", moreKeys: [{ name: "elliptic", algorithm: "ES256" }] },
  });
  const { issuer, clientId, clientSecret } = authentik.portal;
  const app = await startTestApp({ issuer, client: { clientId, clientSecret } });
  t.after(() => app.close());
  app.core.clock.set(new Date());
  const results = async (path: string) => {
    const { body } = await callApi(authentik, "GET", path);
    return (body as { results: { pk: string; name: string; managed: string | null }[] }).results;
  };
  const [provider] = await results(`/providers/oauth2/?client_id=${clientId}`);
  const changeProvider = async (change: Record<string, unknown>) => {
    const { status } = await callApi(authentik, "PATCH", `/providers/oauth2/${provider?.pk}/`, change);
    assert.equal(status, 200);
  };
  const browser = new Browser();
  const visitor = app.signedOut();
  /** Goes to Authentik and, when it sends them back, returns what the portal answers; else Authentik's page. */
  const goAndComeBack = async (username: string) => {
    const begun = await visitor.get("/sign-in");
    const back = await browser.open(await signIn(authentik, browser, username, begun.location ?? ""));
    if (back.location === null) return { seen: null, page: back.text };
    const { pathname, search } = new URL(back.location);
    return { seen: await visitor.get(pathname + search), page: "" };
  };
  return { authentik, app, visitor, browser, results, changeProvider, goAndComeBack };
}

for (const version of versions) {
  describe(`signing in to the portal through Authentik ${version}`, () => {
    for (const algorithm of ["RS256", "ES256"] as const) {
      test(`works with ${algorithm}, whatever it says of addresses, and signing out leads out of both`, async (t) => {
        const { visitor, browser, results, changeProvider, goAndComeBack, authentik } = await open(t, version);
        if (algorithm === "ES256") {
          const [key] = await results("/crypto/certificatekeypairs/?name=elliptic");
          await changeProvider({ signing_key: key?.pk });
        }
        const { seen } = await goAndComeBack("student");
        assert.equal(seen?.status, 303, seen?.main);
        assert.equal((await visitor.get("/participation")).status, 200);

        const out = await visitor.submit("/participation", "Sign out");
        const goodbye = new URL(out.location ?? "");
        assert.equal(goodbye.href.split("?")[0], `${authentik.portal.issuer}end-session/`);
        const hint = goodbye.searchParams.get("id_token_hint") ?? "";
        assert.equal(decodeProtectedHeader(hint).alg, algorithm);
        assert.equal((await visitor.get("/participation")).status, 303);
        const left = await browser.open(goodbye.href);
        if (version === "2026.8") assert.equal(left.location, "http://portal.example.org/");
        else assert.equal(left.status, 200, "Authentik's own page");
        assert.match((await browser.open(`${authentik.url}/`)).text, /You are not signed in/);
      });
    }

    test("is refused with advice where tokens are signed with the client secret", async (t) => {
      const { visitor, changeProvider, goAndComeBack, app } = await open(t, version);
      await changeProvider({ signing_key: null });
      const { seen } = await goAndComeBack("student");
      assert.equal(seen?.status, 503);
      assert.match(seen?.main ?? "", /must choose a signing key in Authentik/);
      assert.match(JSON.stringify(app.core.logged), /choose a signing key in the portal's provider/);
      assert.equal((await visitor.get("/participation")).status, 303);
    });

    test("is refused, naming the scope, where Authentik does not tell groups", async (t) => {
      const { visitor, results, changeProvider, goAndComeBack } = await open(t, version);
      const scopes = await results("/propertymappings/provider/scope/?page_size=100");
      const kept = scopes.filter(({ managed }) => !managed?.endsWith("scope-profile")).map(({ pk }) => pk);
      await changeProvider({ property_mappings: kept });
      const { seen } = await goAndComeBack("student");
      assert.equal(seen?.status, 503);
      assert.match(seen?.main ?? "", /add the scope profile to the portal's provider/);
      assert.equal((await visitor.get("/participation")).status, 303);
    });

    test("of somebody whom Authentik keeps out ends on Authentik's page", async (t) => {
      const { authentik, visitor, results, goAndComeBack } = await open(t, version);
      const { body } = await callApi(authentik, "GET", "/core/applications/hub-portal/");
      const [teachers] = await results("/core/groups/?name=portal-leaders");
      const binding = { target: (body as { pk: string }).pk, group: teachers?.pk, order: 0 };
      assert.equal((await callApi(authentik, "POST", "/policies/bindings/", binding)).status, 201);
      const { seen, page } = await goAndComeBack("student");
      assert.equal(seen, null);
      assert.match(page, /denied/i);
      assert.equal((await visitor.get("/participation")).status, 303);
    });

    test("stays as it is while Authentik is down, for hours", async (t) => {
      const { authentik, app, visitor, goAndComeBack } = await open(t, version);
      await goAndComeBack("teacher");
      await authentik.close();
      app.core.identity.user = async () => {
        throw new Unavailable("Authentik does not answer.");
      };
      for (let hour = 0; hour < 3; hour++) {
        app.core.clock.advance(60 * 60_000);
        assert.equal((await visitor.get("/leadership")).status, 200);
      }
      const another = await app.signedOut().get("/sign-in");
      assert.equal(another.status, 503);
      assert.match(another.main, /Authentik does not answer/);
    });
  });
}
