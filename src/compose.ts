import { join } from "node:path";
import type { Express } from "express";
import type { Knex } from "knex";
import { createAuthentikIdentity } from "./adapters/authentik/identity.ts";
import { connect, connectReaders, migrate } from "./adapters/db/connect.ts";
import { createPortBook } from "./adapters/db/port-book.ts";
import { createSealer } from "./adapters/db/seal.ts";
import { SessionStore } from "./adapters/db/session-store.ts";
import { createStore } from "./adapters/db/store.ts";
import { createHubApi } from "./adapters/jupyterhub/hub-api.ts";
import { createLogMailer } from "./adapters/mail/log-mailer.ts";
import { systemClock } from "./adapters/system/clock.ts";
import { createLog } from "./adapters/system/log.ts";
import { readCatalogue } from "./config/read-catalogue.ts";
import { type Config, ConfigFault } from "./config/read-config.ts";
import { authentikCheck, placeCheck } from "./doctor/setup-checks.ts";
import { Unavailable } from "./domain/errors.ts";
import type { UsageTotal } from "./domain/expected-usage.ts";
import { collectHints } from "./jobs/collect-hints.ts";
import { holdLease } from "./jobs/hold-lease.ts";
import { createReconcileRunner } from "./jobs/reconcile-runner.ts";
import { type Job, runLogged, schedule } from "./jobs/schedule.ts";
import type { HubBackend } from "./ports/hub-backend.ts";
import type { Log } from "./ports/log.ts";
import type { Mailer } from "./ports/mailer.ts";
import type { Core, Rules } from "./usecases/core.ts";
import { deliverMails } from "./usecases/mails/deliver-mails.ts";
import { remindOfEnd } from "./usecases/mails/remind-of-end.ts";
import { erasePeople } from "./usecases/people/own-data.ts";
import { findWork } from "./usecases/reconcile/find-work.ts";
import { heedHints } from "./usecases/reconcile/heed-hints.ts";
import { reconcileHub } from "./usecases/reconcile/reconcile-hub.ts";
import { createApp } from "./web/app.ts";

/** What the settings leave to whoever starts the portal. */
export type Connections = {
  /** SECRET_KEY, given or made for trying out. */
  secretKey: string;
  authentik: { url: string; token: string };
  oidc: { issuer: string; clientId: string; clientSecret: string };
};

export type Portal = {
  app: Express;
  core: Core;
  log: Log;
  /** Looks through all hubs now, and from then on by the clock. */
  startJobs(): Promise<void>;
  /** Ends jobs, hubs of the local backend, and the database, in this order. */
  stop(): Promise<void>;
};

/**
 * Builds the whole portal: the one place that knows which adapter stands behind which port.
 * @throws ConfigFault when the notebook catalogue is faulty; what the database says when it cannot be brought up to date
 */
export async function compose(config: Config, connections: Connections): Promise<Portal> {
  const log = createLog(config.LOG_LEVEL);
  const rules = rulesOf(config);
  const file = join(config.DATA_DIR, "portal.sqlite");
  const knex = connect(file);
  await migrate(knex);
  const reading = connectReaders(file);
  const store = createStore(knex, createSealer(connections.secretKey), reading);
  const clock = systemClock;

  const backend = await createBackend(config, knex, log);
  const core: Core = {
    store,
    clock,
    identity: createAuthentikIdentity({
      ...connections.authentik,
      parentGroup: config.AUTHENTIK_PARENT_GROUP,
      teacherGroup: config.TEACHER_GROUP,
      governanceGroup: config.GOVERNANCE_GROUP,
      publicUrl: config.PUBLIC_URL,
      log,
    }),
    backend,
    hubApi: createHubApi({ log }),
    mailer: await createMailer(config, log),
    checks: [authentikCheck(config), placeCheck(config, backend)],
    log,
    rules,
    wake: (hubId) => runner.wake(hubId),
    hint: (hint) => hints.add(hint),
  };
  const lease = holdLease(store.leases, "reconciler", clock);
  const runner = createReconcileRunner({
    reconcile: (hubId) => reconcileHub(core, hubId),
    mayAct: () => lease.held(),
    log,
  });
  const hints = collectHints({ heed: (collected) => heedHints(core, collected), log });
  const sessionStore = new SessionStore(knex, reading);
  const app = createApp({ core, config, sessionStore, secretKey: connections.secretKey, oidc: connections.oidc, log });

  const look: Job = {
    name: "look through hubs",
    pattern: config.RECONCILE_SCHEDULE,
    async run() {
      if (!(await lease.held())) return;
      for (const hubId of await findWork(core)) runner.wake(hubId);
    },
  };
  const mail: Job = {
    name: "deliver mails",
    pattern: "*/15 * * * * *",
    async run() {
      if (await lease.held()) await deliverMails(core);
    },
  };
  const erase: Job = {
    name: "erase data of people",
    pattern: "30 * * * * *",
    async run() {
      if (await lease.held()) await erasePeople(core);
    },
  };
  const remind: Job = {
    name: "remind of the end of hubs",
    // In the morning; hourly until noon, so that a portal that was down makes up for it.
    pattern: "10 7-12 * * *",
    async run() {
      if (await lease.held()) await remindOfEnd(core);
    },
  };
  let stopJobs = async () => {};
  return {
    app,
    core,
    log,
    async startJobs() {
      stopJobs = schedule([look, mail, erase, remind], config.TIME_ZONE, log);
      // Begins what takes its time, such as installing JupyterHub, before somebody waits for it.
      const begin = async () => void (await core.backend.readiness());
      await runLogged({ name: "look at the place for hubs", pattern: "", run: begin }, log);
      await runLogged(look, log);
    },
    async stop() {
      await stopJobs();
      await hints.stop();
      await runner.stop();
      await core.backend.close();
      await lease.release();
      sessionStore.close();
      await reading.destroy();
      await knex.destroy();
    },
  };
}

async function createMailer({ SMTP_URL, MAIL_FROM }: Config, log: Log): Promise<Mailer> {
  if (SMTP_URL === undefined) return createLogMailer(log);
  const { createSmtpMailer } = await import("./adapters/mail/smtp-mailer.ts");
  return createSmtpMailer(SMTP_URL, MAIL_FROM);
}

/** Loads the backend that is chosen, and not the other one: a library for clusters takes much memory. */
async function createBackend(config: Config, knex: Knex, log: Log): Promise<HubBackend> {
  if (config.HUB_BACKEND === "kubernetes") return createKubernetes(config, log);
  const { createLocalBackend } = await import("./adapters/local/local-backend.ts");
  return createLocalBackend({
    dataDir: config.DATA_DIR,
    python: config.PYTHON,
    pythonEnv: config.LOCAL_PYTHON_ENV,
    ports: createPortBook(knex, config.LOCAL_PORT_BASE),
    log,
  });
}

async function createKubernetes(config: Config, log: Log): Promise<HubBackend> {
  const { createKubernetesBackend } = await import("./adapters/kubernetes/kubernetes-backend.ts");
  const { readPlatform } = await import("./adapters/kubernetes/read-platform.ts");
  try {
    return createKubernetesBackend({
      cluster: { kubeconfig: config.KUBECONFIG, context: config.KUBERNETES_CONTEXT },
      platform: readPlatform(config),
      timeoutMs: config.KUBERNETES_TIMEOUT_SECONDS * 1000,
      parallel: config.KUBERNETES_PARALLEL,
      log,
    });
  } catch (error) {
    // A cluster that is not set is a fault of the settings; one that does not answer shows later.
    if (error instanceof Unavailable) throw new ConfigFault([error.sentence]);
    throw error;
  }
}

function rulesOf(config: Config): Rules {
  const capacity: Partial<UsageTotal> = {};
  if (config.CAPACITY_RAM_GIB !== undefined) capacity.ramGib = config.CAPACITY_RAM_GIB;
  if (config.CAPACITY_CPUS !== undefined) capacity.cpus = config.CAPACITY_CPUS;
  if (config.CAPACITY_STORAGE_GIB !== undefined) capacity.storageGib = config.CAPACITY_STORAGE_GIB;
  if (config.CAPACITY_GPUS !== undefined) capacity.gpus = config.CAPACITY_GPUS;
  return {
    publicUrl: config.PUBLIC_URL,
    roleGroups: { teachers: config.TEACHER_GROUP, governance: config.GOVERNANCE_GROUP },
    timeZone: config.TIME_ZONE,
    leadDays: config.HUB_LEAD_DAYS,
    retentionDays: config.HUB_DATA_RETENTION_DAYS,
    deadlines: { place: config.PLACE_MINUTES, start: config.HUB_START_MINUTES, stop: config.HUB_STOP_MINUTES },
    maxYearsAhead: config.MAX_YEARS_AHEAD,
    maxPeriodDays: config.MAX_PERIOD_DAYS,
    updates: config.HUB_UPDATES,
    // The people of the stand-in cannot change theirs.
    trustEmails: config.TRUST_AUTHENTIK_EMAILS ?? config.tryOut,
    limits: {
      participants: config.LIMIT_PARTICIPANTS,
      ramGib: config.LIMIT_RAM_GIB,
      cpus: config.LIMIT_CPUS,
      storageGib: config.LIMIT_STORAGE_GIB,
      gpus: config.LIMIT_GPUS,
    },
    catalogue: readCatalogue(config.NOTEBOOK_CATALOGUE),
    capacity,
    institution: {
      name: config.INSTITUTION_NAME,
      supportEmail: config.SUPPORT_EMAIL ?? null,
      colour: config.BRAND_COLOUR,
    },
    strangers: config.HUB_STRANGERS,
    governanceEmail: config.GOVERNANCE_EMAIL ?? null,
  };
}
