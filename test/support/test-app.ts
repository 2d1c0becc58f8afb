import { createHmac, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ConnectSessionKnexStore } from "connect-session-knex";
import type { Express } from "express";
import type { SessionData } from "express-session";
import { type Config, readConfig } from "../../src/config/read-config.ts";
import type { Hub } from "../../src/domain/hub.ts";
import type { Participation } from "../../src/domain/participation.ts";
import type { Person } from "../../src/domain/person.ts";
import type { Rules } from "../../src/usecases/core.ts";
import { createApp } from "../../src/web/app.ts";
import { cookieKeyOf, sessionCookieName } from "../../src/web/session.ts";
import { createFakeCore, type FakeCore } from "../fakes/core.ts";
import { makeHub, makeParticipation, makePerson } from "./make.ts";
import { createVisitor, type Visitor } from "./visitor.ts";

const secretKey = "a-secret-key-of-32-characters-or-more";

export type TestApp = {
  app: Express;
  /** Where it listens, for whom a visitor cannot stand in. */
  url: string;
  core: FakeCore;
  config: Config;
  /** Somebody with an empty browser. */
  signedOut(): Visitor;
  /** Somebody who is signed in, with a session of their own in the real store. Made known when they are new. */
  as(person: Person, more?: { authentikSession: string }): Promise<Visitor>;
  /** Teacher of the hubs that `makeHub` makes. */
  asTeacher(): Promise<Visitor>;
  asOtherTeacher(): Promise<Visitor>;
  asGovernance(): Promise<Visitor>;
  /** A second person of governance. */
  asCoGovernance(): Promise<Visitor>;
  /** No teacher, no governance, takes part in nothing unless the test says so. */
  asStudent(): Promise<Visitor>;
  asOtherStudent(): Promise<Visitor>;
  /** Adds a hub as `makeHub` makes it, with changes. */
  addHub(given?: Partial<Hub>): Promise<Hub>;
  addParticipation(given: Parameters<typeof makeParticipation>[0]): Promise<Participation>;
  close(): Promise<void>;
};

/** The people of the tests; their ids are their user names. */
export const people = {
  teacher: makePerson({ id: "teacher", username: "teacher", name: "Ada Lovelace", groups: ["portal-leaders"] }),
  otherTeacher: makePerson({ id: "teacher2", username: "teacher2", name: "Alan Turing", groups: ["portal-leaders"] }),
  governance: makePerson({ id: "governance", username: "governance", name: "Grace Hopper", groups: ["portal-admins"] }),
  coGovernance: makePerson({
    id: "governance2",
    username: "governance2",
    name: "Joan Clarke",
    groups: ["portal-admins"],
  }),
  student: makePerson({ id: "student", username: "student", name: "Emmy Noether" }),
  otherStudent: makePerson({ id: "student2", username: "student2", name: "Max Born" }),
};

/**
 * The real web application over a fake core, on a real socket: sessions, CSRF, headers and error pages are all there.
 * Signing in is the only thing that is cut short: a session is written to the store and its cookie signed.
 * Close it after the tests.
 * @param given.env settings beside the presets, such as PUBLIC_URL
 * @param given.rules what differs from `testRules`
 * @param given.issuer where Authentik is; preset is an address at which nothing answers
 * @param given.client the portal as Authentik knows it
 */
export async function startTestApp(
  given: {
    env?: Record<string, string>;
    rules?: Partial<Rules>;
    issuer?: string;
    client?: { clientId: string; clientSecret: string };
  } = {},
): Promise<TestApp> {
  const config = readConfig({ NODE_ENV: "test", PUBLIC_URL: "http://portal.example.org", ...given.env });
  const core = await createFakeCore({ publicUrl: config.PUBLIC_URL, ...given.rules });
  const sessionStore = new ConnectSessionKnexStore({ knex: core.knex, tableName: "sessions", cleanupInterval: 0 });
  const issuer = given.issuer ?? "http://127.0.0.1:1/application/o/hub-portal/";
  const oidc = { issuer, ...(given.client ?? { clientId: "portal", clientSecret: "portal-secret" }) };
  const app = createApp({ core, config, sessionStore, secretKey, oidc, log: core.log });
  const server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  const secure = config.PUBLIC_URL.startsWith("https:");

  const know = async (person: Person) => {
    if ((await core.store.people.byId(person.id)) === null) {
      await core.store.people.keep({ ...person, checkedAt: core.clock.now() });
    }
    // What Authentik says when it is asked again after five minutes.
    if (!core.identity.users.has(person.id)) core.identity.users.set(person.id, person);
  };
  for (const person of Object.values(people)) await know(person);

  const as = async (person: Person, more: { authentikSession?: string } = {}) => {
    await know(person);
    const id = randomBytes(24).toString("base64url");
    const lifeMs = 600_000;
    const shape = { path: "/", httpOnly: true, sameSite: "lax", secure } as const;
    const cookie = { ...shape, originalMaxAge: lifeMs, expires: new Date(Date.now() + lifeMs) };
    await new Promise<void>((resolve, reject) => {
      const begunAt = core.clock.now().getTime();
      const session: Partial<SessionData> = {
        cookie,
        personId: person.id,
        idToken: `id-token-of-${person.id}`,
        begunAt,
        ...more,
      };
      sessionStore.set(id, session as SessionData, (error?: unknown) => (error ? reject(error) : resolve()));
    });
    return createVisitor(server, { secure, cookies: { [sessionCookieName(secure)]: signed(id) } });
  };
  return {
    app,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    core,
    config,
    signedOut: () => createVisitor(server, { secure }),
    as,
    asTeacher: () => as(people.teacher),
    asOtherTeacher: () => as(people.otherTeacher),
    asGovernance: () => as(people.governance),
    asCoGovernance: () => as(people.coGovernance),
    asStudent: () => as(people.student),
    asOtherStudent: () => as(people.otherStudent),
    async addHub(partial) {
      const hub = makeHub(partial);
      const added = await core.store.hubs.add(hub, hub.id);
      if (added !== "added") throw new Error(`the hub was not added: ${added}`);
      return hub;
    },
    async addParticipation(partial) {
      const participation = makeParticipation(partial);
      if (!(await core.store.participations.add(participation))) throw new Error("this person takes part already");
      return participation;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      clearTimeout(sessionStore.nextDbCleanup);
      await core.close();
    },
  };
}

/** A session id as express-session writes it into the cookie. */
function signed(id: string): string {
  const signature = createHmac("sha256", cookieKeyOf(secretKey)).update(id).digest("base64").replace(/=+$/, "");
  return encodeURIComponent(`s:${id}.${signature}`);
}
