import type { Knex } from "knex";
import type { Hint } from "../../src/domain/hint.ts";
import type { WrittenMail } from "../../src/domain/mail.ts";
import type { HubApi, RunningServer } from "../../src/ports/hub-api.ts";
import type { Log } from "../../src/ports/log.ts";
import type { Core, Rules } from "../../src/usecases/core.ts";
import { type HeldClock, holdClock } from "../support/clock.ts";
import { openTestStore } from "../support/memory-store.ts";
import { createFakeHubBackend, type FakeHubBackend } from "./hub-backend.ts";
import { createFakeIdentity, type FakeIdentity } from "./identity.ts";

export type FakeCore = Core & {
  /** The database behind `store`. */
  knex: Knex;
  clock: HeldClock;
  identity: FakeIdentity;
  backend: FakeHubBackend;
  /** Servers that run on any hub, by the person's username. */
  servers: Map<string, RunningServer>;
  /** Sessions that were ended, as `apiUrl username`. */
  ended: string[];
  sent: { to: string; mail: WrittenMail }[];
  /** Hubs that a use case asked the reconciler to look at. */
  woken: string[];
  /** What Authentik's webhook told. */
  hinted: Hint[];
  logged: { level: string; fields: Record<string, unknown>; message: string }[];
  /** Called before each outside call with its name; may throw, or return a promise to wait for. */
  onCall: (call: string) => unknown;
  close(): Promise<void>;
};

export const testRules: Rules = {
  publicUrl: "https://portal.example.org",
  roleGroups: { teachers: "portal-leaders", governance: "portal-admins" },
  timeZone: "Europe/Berlin",
  leadDays: 0,
  retentionDays: 7,
  maxYearsAhead: 3,
  maxPeriodDays: 400,
  updates: false,
  trustEmails: false,
  limits: {
    participants: { min: 1, max: 500, step: 1, preset: 25 },
    ramGib: { min: 0.25, max: 4, step: 0.25, preset: 0.5 },
    cpus: { min: 0.25, max: 2, step: 0.25, preset: 0.5 },
    storageGib: { min: 0.5, max: 10, step: 0.5, preset: 1 },
    gpus: { min: 0, max: 0, step: 1, preset: 0 },
  },
  catalogue: [
    {
      id: "minimal",
      name: "Minimal",
      description: "JupyterLab with Python.",
      image: "quay.io/jupyter/minimal-notebook:2026-07-28",
      defaultUrl: "/lab",
    },
  ],
  deadlines: { place: 30, start: 15, stop: 10 },
  capacity: {},
  institution: { name: "Example University", supportEmail: "help@example.org", colour: "#0b4f8a" },
  strangers: "report",
  governanceEmail: null,
};

/** A core with a real database in memory and fakes at every other port. Noon in Berlin, 24 November 2026. */
export async function createFakeCore(rules: Partial<Rules> = {}): Promise<FakeCore> {
  const { store, knex, close } = await openTestStore();
  const before = (call: string) => core.onCall(call);
  const logged: FakeCore["logged"] = [];
  const at = (level: string) => (fields: Record<string, unknown>, message: string) => {
    logged.push({ level, fields, message });
  };
  const log: Log = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
  const ended: string[] = [];
  const servers: FakeCore["servers"] = new Map();
  const sent: FakeCore["sent"] = [];
  const woken: string[] = [];
  const hinted: Hint[] = [];
  const hubApi: HubApi = {
    async runningServers() {
      await before("hubApi.runningServers");
      return [...servers.values()];
    },
    async startServer(_hub, username) {
      await before("hubApi.startServer");
      const now = core.clock.now();
      servers.set(username, { username, startedAt: now, lastActivity: now, ready: true, pending: null });
    },
    async stopServer(_hub, username) {
      await before("hubApi.stopServer");
      servers.delete(username);
    },
    async askToStop(_hub, username) {
      await before("hubApi.askToStop");
      servers.delete(username);
    },
    async endSession(hub, username) {
      await before("hubApi.endSession");
      ended.push(`${hub.apiUrl} ${username}`);
    },
  };
  const core: FakeCore = {
    store,
    knex,
    clock: holdClock("2026-11-24T11:00:00Z"),
    identity: createFakeIdentity(before),
    backend: createFakeHubBackend(before),
    hubApi,
    mailer: {
      async send(to, mail) {
        await before("mailer.send");
        sent.push({ to: to.email, mail });
      },
    },
    checks: [],
    log,
    rules: { ...testRules, ...rules },
    wake: (hubId) => woken.push(hubId),
    hint: (hint) => hinted.push(hint),
    ended,
    servers,
    sent,
    woken,
    hinted,
    logged,
    onCall: () => {},
    close,
  };
  return core;
}
