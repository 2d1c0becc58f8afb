import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { type CheckOptions, checkAuthentikSetup } from "../../../src/adapters/authentik/check-setup.ts";
import type { Finding } from "../../../src/domain/finding.ts";
import { startEmbeddedAuthentik } from "../../../src/embedded-authentik/start.ts";
import { type Version, versions } from "../../../src/embedded-authentik/versions.ts";
import { callApi, silentLog } from "../../contract/authentik/world.ts";
import { type FaultyProxy, startFaultyProxy } from "./faulty-proxy.ts";

/** A stand-in set up well, options that fit it, and a proxy for what is to look broken. */
async function open(t: TestContext, version: Version = "2026.8") {
  const standIn = await startEmbeddedAuthentik({ dataFile: ":memory:", port: 0, version });
  const proxy = await startFaultyProxy(standIn.url);
  t.after(async () => {
    await proxy.close();
    await standIn.close();
  });
  const options: CheckOptions = {
    url: standIn.url,
    token: standIn.apiToken,
    parentGroup: "jupyterhubs",
    teacherGroup: "portal-leaders",
    governanceGroup: "portal-admins",
    publicUrl: "http://localhost:3000",
    log: silentLog,
    timings: { firstPause: 1 },
    own: { ...standIn.portal, callbackUrl: "http://localhost:3000/sign-in/callback" },
  };
  return { standIn, proxy, options };
}

const faults = (findings: Finding[]) => findings.filter(({ ok }) => ok !== true);
const wrongOnes = (findings: Finding[]) => findings.filter(({ ok }) => ok === false);

function only(findings: Finding[], what: RegExp): Finding {
  assert.equal(findings.length, 1, JSON.stringify(findings));
  const [finding] = findings;
  assert.match(finding?.what ?? "", what);
  assert.ok(finding?.advice, "a fault comes with advice");
  return finding as Finding;
}

describe("checkAuthentikSetup", () => {
  for (const version of versions) {
    test(`finds nothing wrong with a good set-up of ${version}, and leaves it as it was`, async (t) => {
      const { standIn, options } = await open(t, version);
      const groups = () => callApi(standIn.url, standIn.superuserToken, "GET", "/core/groups/?page_size=100");
      const before = await groups();
      assert.deepEqual(faults(await checkAuthentikSetup(options)), []);
      const findings = await checkAuthentikSetup({ ...options, trial: true });
      assert.deepEqual(faults(findings), []);
      assert.ok(findings.some(({ what }) => what === "The trial hub could be removed again."));
      assert.deepEqual(await groups(), before);
    });
  }

  test("says that nothing answers at the address", async (t) => {
    const { proxy, options } = await open(t);
    await proxy.close();
    const findings = wrongOnes(await checkAuthentikSetup({ ...options, url: proxy.url }));
    assert.match(findings[0]?.what ?? "", /does not answer/);
    assert.match(findings[0]?.advice ?? "", /AUTHENTIK_URL/);
  });

  test("names a token that is not known", async (t) => {
    const { options } = await open(t);
    const findings = wrongOnes(await checkAuthentikSetup({ ...options, token: "revoked" }));
    only(findings, /does not accept the portal's API token/);
  });

  test("refuses a superuser's token", async (t) => {
    const { standIn, options } = await open(t);
    const findings = wrongOnes(await checkAuthentikSetup({ ...options, token: standIn.superuserToken }));
    only(findings, /akadmin, a superuser/);
  });

  test("names an application slug without a provider", async (t) => {
    const { options } = await open(t);
    const own = options.own && { ...options.own, applicationSlug: "no-such-portal" };
    only(wrongOnes(await checkAuthentikSetup({ ...options, own })), /no discovery document at .*no-such-portal/);
  });

  test("names a wrong client secret", async (t) => {
    const { options } = await open(t);
    const own = options.own && { ...options.own, clientSecret: "wrong" };
    only(faults(await checkAuthentikSetup({ ...options, own })), /does not know the portal's client id/);
  });

  test("names a redirect URI that is not registered", async (t) => {
    const { options } = await open(t);
    const own = options.own && { ...options.own, callbackUrl: "https://portal.example.org/sign-in/callback" };
    const finding = only(faults(await checkAuthentikSetup({ ...options, own })), /redirect URI https:\/\/portal/);
    assert.equal(finding.ok, "warning");
  });

  test("names a missing signing key", async (t) => {
    const { standIn, options } = await open(t);
    const admin = (method: string, path: string, body?: unknown) =>
      callApi(standIn.url, standIn.superuserToken, method, path, body);
    const found = await admin("GET", `/providers/oauth2/?client_id=${standIn.portal.clientId}`);
    const [{ pk }] = found.body.results as [{ pk: number }];
    await admin("PATCH", `/providers/oauth2/${pk}/`, { signing_key: null });
    only(faults(await checkAuthentikSetup(options)), /signed by HS256/);
  });

  test("names grant types that were forgotten", async (t) => {
    const { standIn, options } = await open(t);
    const admin = (method: string, path: string, body?: unknown) =>
      callApi(standIn.url, standIn.superuserToken, method, path, body);
    const found = await admin("GET", `/providers/oauth2/?client_id=${standIn.portal.clientId}`);
    const [{ pk }] = found.body.results as [{ pk: number }];
    await admin("PATCH", `/providers/oauth2/${pk}/`, { grant_types: [] });
    assert.ok(faults(await checkAuthentikSetup(options)).some(({ advice }) => /grant types/.test(advice ?? "")));
  });

  test("tells clocks that differ by a little from clocks that differ by much", async (t) => {
    const { options } = await open(t);
    const ahead = (seconds: number) => ({ now: () => new Date(Date.now() + seconds * 1000) });
    assert.equal(
      only(faults(await checkAuthentikSetup({ ...options, clock: ahead(30) })), /(29|30|31) seconds/).ok,
      "warning",
    );
    assert.equal(
      only(faults(await checkAuthentikSetup({ ...options, clock: ahead(300) })), /(299|300|301) seconds/).ok,
      false,
    );
  });

  test("names groups that are missing", async (t) => {
    const { options } = await open(t);
    only(faults(await checkAuthentikSetup({ ...options, parentGroup: "hubs" })), /group hubs is missing/);
    only(faults(await checkAuthentikSetup({ ...options, teacherGroup: "staff" })), /group staff is missing/);
  });

  test("refuses a parent group that makes superusers", async (t) => {
    const { options } = await open(t);
    const findings = wrongOnes(await checkAuthentikSetup({ ...options, parentGroup: "authentik Admins" }));
    only(findings, /makes superusers, and with it every participant/);
  });

  test("refuses a version that is too old and doubts one that is too new", async (t) => {
    const { proxy, options } = await open(t);
    const say =
      (version: string): FaultyProxy["fault"] =>
      ({ path }) =>
        path === "/admin/version/"
          ? { kind: "answer", status: 200, body: JSON.stringify({ version_current: version }) }
          : null;
    const checked = async (version: string) => {
      proxy.fault = say(version);
      return faults(await checkAuthentikSetup({ ...options, url: proxy.url, own: null }));
    };
    assert.equal(only(await checked("2024.10.5"), /too old/).ok, false);
    assert.equal(only(await checked("2027.2.0"), /newer/).ok, "warning");
    assert.deepEqual(await checked("2025.4.1"), []);
  });

  const needed: [string, string, string][] = [
    ["GET", "/core/users/", "authentik_core.view_user"],
    ["POST", "/core/groups/", "authentik_core.add_group"],
    ["POST", "/core/applications/", "authentik_core.add_application"],
    ["POST", "/providers/oauth2/", "authentik_providers_oauth2.add_oauth2provider"],
    ["POST", "/policies/bindings/", "authentik_policies.add_policybinding"],
    ["GET", "/policies/bindings/", "authentik_policies.view_policybinding"],
  ];
  for (const [method, path, right] of needed) {
    test(`names the missing right ${right}`, async (t) => {
      const { proxy, options } = await open(t);
      proxy.fault = (seen) => (seen.method === method && seen.path === path ? { kind: "answer", status: 403 } : null);
      const findings = wrongOnes(await checkAuthentikSetup({ ...options, url: proxy.url, own: null }));
      assert.ok(only(findings, /does not have the right/).what.includes(right));
    });
  }

  test("says so when initial rights are missing and the trial cannot be removed", async (t) => {
    const { proxy, options } = await open(t);
    proxy.fault = ({ method, path }) =>
      method === "DELETE" && path.startsWith("/core/groups/") ? { kind: "answer", status: 403 } : null;
    const findings = wrongOnes(await checkAuthentikSetup({ ...options, url: proxy.url, own: null, trial: true }));
    assert.match(only(findings, /could not be removed/).advice ?? "", /by hand.*initial permissions/);
  });

  test("warns of a right to change the members of any group where that is not needed", async (t) => {
    const { proxy, options } = await open(t);
    proxy.fault = ({ method, path }) =>
      method === "POST" && path.endsWith("/add_user/") ? { kind: "answer", status: 404 } : null;
    const findings = faults(await checkAuthentikSetup({ ...options, url: proxy.url, own: null }));
    assert.equal(only(findings, /may add people to the group portal-admins/).ok, "warning");
  });
});
