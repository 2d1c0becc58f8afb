import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import type { TestContext } from "node:test";
import { type AuthentikOptions, createAuthentikIdentity } from "../../../src/adapters/authentik/identity.ts";
import { startEmbeddedAuthentik } from "../../../src/embedded-authentik/start.ts";
import { type Version, versions } from "../../../src/embedded-authentik/versions.ts";
import type { Identity, IdentityHub } from "../../../src/ports/identity.ts";
import type { Log } from "../../../src/ports/log.ts";

/** Where the contract is tested: a stand-in in one version, or the real server that the environment names. */
export type Place = { name: string; version: Version | "real" };

/**
 * With AUTHENTIK_URL and AUTHENTIK_TOKEN set: that server alone. It must have the blueprint of authentik/, and two
 * people whose usernames are in AUTHENTIK_TEST_PEOPLE, separated by a comma. Else the stand-in, once a version.
 */
export function places(): Place[] {
  if (realServer()) return [{ name: "a real Authentik", version: "real" }];
  return versions.map((version) => ({ name: `the stand-in ${version}`, version }));
}

function realServer(): { url: string; token: string } | null {
  const { AUTHENTIK_URL: url, AUTHENTIK_TOKEN: token } = process.env;
  return url && token ? { url, token } : null;
}

export type TestWorld = {
  identity: Identity;
  options: AuthentikOptions;
  url: string;
  token: string;
  /** A superuser's token, for looking and for meddling; null where there is none. */
  superuserToken: string | null;
  /** Usernames of two people. */
  people: readonly [string, string];
  /** A hub that nobody else uses. */
  hub: IdentityHub;
  /** One more of these. */
  newHub(): IdentityHub;
  /** Does something when the test is over, the last said first. */
  afterwards(undo: () => Promise<unknown>): void;
  /** Calls the API as the portal's account, or as a superuser. */
  call(method: string, path: string, body?: unknown, as?: "portal" | "superuser"): Promise<CallAnswer>;
};

/** An answer of the API as it came; tests look at a few fields of many kinds of things. */
export type CallAnswer = { status: number; body: Record<string, unknown> };

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** Opens a place; everything it made is removed when the test ends. */
export async function openWorld(test: TestContext, place: Place): Promise<TestWorld> {
  const real = realServer();
  const undoing: (() => Promise<unknown>)[] = [];
  test.after(async () => {
    for (const undo of undoing.reverse()) await undo();
  });
  let address: { url: string; token: string; superuserToken: string | null };
  let people: readonly [string, string] = ["student", "student2"];
  if (place.version === "real" && real) {
    address = { ...real, superuserToken: process.env.AUTHENTIK_SUPERUSER_TOKEN ?? null };
    const [one = "", two = ""] = (process.env.AUTHENTIK_TEST_PEOPLE ?? "").split(",").map((name) => name.trim());
    people = [one, two];
  } else if (place.version !== "real") {
    const standIn = await startEmbeddedAuthentik({ dataFile: ":memory:", port: 0, version: place.version });
    undoing.push(() => standIn.close());
    address = { url: standIn.url, token: standIn.apiToken, superuserToken: standIn.superuserToken };
  } else throw new Error("AUTHENTIK_URL and AUTHENTIK_TOKEN are not set.");

  const options: AuthentikOptions = {
    url: address.url,
    token: address.token,
    parentGroup: process.env.AUTHENTIK_PARENT_GROUP ?? "jupyterhubs",
    teacherGroup: process.env.TEACHER_GROUP ?? "portal-leaders",
    governanceGroup: process.env.GOVERNANCE_GROUP ?? "portal-admins",
    publicUrl: "https://portal.example.org",
    log: silentLog,
    timings: place.version === "real" ? {} : { firstPause: 1 },
  };
  const identity = createAuthentikIdentity(options);
  const newHub = () => {
    const made = makeHub();
    if (place.version === "real") undoing.push(() => removeAll(identity, made));
    return made;
  };
  return {
    identity,
    options,
    ...address,
    people,
    hub: newHub(),
    newHub,
    afterwards: (undo) => undoing.push(undo),
    call: (method, path, body, as = "portal") =>
      callApi(address.url, (as === "superuser" ? address.superuserToken : address.token) ?? "", method, path, body),
  };
}

/** One call of the API, past the adapter. */
export async function callApi(url: string, token: string, method: string, path: string, body?: unknown) {
  const answer = await fetch(`${url}/api/v3${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? {} : JSON.parse(text) } satisfies CallAnswer;
}

/** A hub with a slug of its own. */
export function makeHub(changes: Partial<IdentityHub> = {}): IdentityHub {
  const slug = changes.slug ?? `contract-${randomBytes(4).toString("hex")}`;
  return {
    id: randomUUID(),
    slug,
    name: "Statistics I",
    description: "For first-year students.\nBring a laptop.",
    period: { start: "2027-04-01", end: "2027-09-30" },
    url: `https://${slug}.hubs.example.org/`,
    callbackUrl: `https://${slug}.hubs.example.org/hub/oauth_callback`,
    clientId: randomBytes(20).toString("hex"),
    clientSecret: randomBytes(48).toString("hex"),
    ...changes,
  };
}

/** Everything up to an attached provider. Returns the pk of the group. */
export async function ensureAll(identity: Identity, hub: IdentityHub): Promise<string> {
  const groupId = await identity.ensureGroup(hub);
  await identity.ensureApplication(hub);
  await identity.ensureBindings(hub, groupId);
  await identity.ensureProvider(hub);
  await identity.attachProvider(hub, groupId);
  return groupId;
}

export async function removeAll(identity: Identity, hub: IdentityHub): Promise<void> {
  await identity.removeApplication(hub);
  await identity.removeProvider(hub);
  await identity.removeGroup(hub);
}

/** True after skipping the test for want of a superuser's token: the portal's account may not do what the test needs. */
export function skipWithoutSuperuser(test: TestContext, world: TestWorld): boolean {
  if (world.superuserToken !== null) return false;
  test.skip("set AUTHENTIK_SUPERUSER_TOKEN, an API token of a superuser, for this test");
  return true;
}

/** What is there of a hub, as the portal's account sees it. */
export async function lookAt(world: Pick<TestWorld, "call">, hub: IdentityHub) {
  const results = (answer: CallAnswer) => (answer.status === 200 ? (answer.body.results as CallAnswer["body"][]) : []);
  const groups = results(await world.call("GET", `/core/groups/?name=jh_${hub.slug}`));
  const application = await world.call("GET", `/core/applications/jh-${hub.slug}/`);
  const providers = results(await world.call("GET", `/providers/oauth2/?client_id=${hub.clientId}`));
  const bindings =
    application.status === 200
      ? results(await world.call("GET", `/policies/bindings/?target=${String(application.body.pk)}`))
      : [];
  return { groups, application: application.status === 200 ? application.body : null, providers, bindings };
}

/** Fails when somebody who does not belong to the hub could sign in to it. */
export async function assertNotOpen(world: Pick<TestWorld, "call">, hub: IdentityHub): Promise<void> {
  const { application, bindings, groups } = await lookAt(world, hub);
  if (application === null || application.provider === null) return;
  const lettingIn = bindings.filter((binding) => binding.enabled === true && binding.negate === false);
  assert.notEqual(lettingIn.length, 0, "the application is open to everyone");
  assert.equal(
    bindings.some((binding) => binding.negate === true && binding.enabled === true),
    false,
    "a negated binding lets strangers in",
  );
  const parents = groups.flatMap((group) => (group.parents as string[] | undefined) ?? [group.parent as string]);
  assert.equal(
    lettingIn.some((binding) => parents.includes(binding.group as string)),
    false,
    "members of all hubs come in through the parent group",
  );
}
