import type { AddressInfo } from "node:net";
import { compose } from "../src/compose.ts";
import { readConfig } from "../src/config/read-config.ts";
import { wanted } from "../src/domain/hub.ts";
import { todayOf } from "../src/usecases/core.ts";
import { findWork } from "../src/usecases/reconcile/find-work.ts";
import { hubSpecOf } from "../src/usecases/reconcile/hub-spec.ts";
import { reconcileHub } from "../src/usecases/reconcile/reconcile-hub.ts";
import { fingerprintOf } from "../src/usecases/reconcile/told-identity.ts";

/**
 * The whole portal as a process of its own, as src/main.ts starts it, with its jobs run when they are asked for, so
 * that they can be timed from within.
 */
const config = readConfig(process.env);
const secretKey = process.env.SECRET_KEY ?? "";
const url = config.AUTHENTIK_URL ?? "";
const { core, app } = await compose(config, {
  secretKey,
  authentik: { url, token: config.AUTHENTIK_TOKEN ?? "" },
  oidc: {
    issuer: `${url}/application/o/${config.AUTHENTIK_APPLICATION_SLUG}/`,
    clientId: config.OIDC_CLIENT_ID ?? "",
    clientSecret: config.OIDC_CLIENT_SECRET ?? "",
  },
});
const server = app.listen(config.PORT, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));

const acts: Record<string, (number: number) => Promise<unknown>> = {
  /** Puts the next so many hubs on the cluster that are deployed by the database, all at once. */
  async apply(count) {
    const rules = { today: todayOf(core), leadDays: core.rules.leadDays };
    const hubs = (await core.store.hubs.deployed()).filter((hub) => wanted(hub, rules).hub);
    const next = hubs.slice(applied, applied + count);
    applied += next.length;
    const specs = await Promise.all(next.map((hub) => hubSpecOf(core, hub)));
    const begun = performance.now();
    await Promise.all(specs.map((spec) => core.backend.apply(spec)));
    const ms = performance.now() - begun;
    for (const hub of next) {
      // Looked at in Authentik a moment ago.
      const now = core.clock.now();
      const nextLookAt = new Date(now.getTime() + 60 * 60 * 1000);
      const told = await fingerprintOf(core, hub);
      await core.store.identities.keep(hub.id, { told, toldAt: now, lookedAt: now, nextLookAt });
    }
    return { done: next.length, ms };
  },
  /** One tick of the reconciler: the look, and all that it finds. */
  async tick() {
    const begun = performance.now();
    const found = await findWork(core);
    for (const id of found) await reconcileHub(core, id);
    return { found: found.length, ms: performance.now() - begun };
  },
  /** A tick as the portal's job does it: what is found goes to the runner. */
  async wake() {
    const found = await findWork(core);
    for (const id of found) core.wake(id);
    return found.length;
  },
};
let applied = 0;

process.on("message", ({ act, number }: { act: string; number: number }) => {
  acts[act]?.(number).then(
    (done) => process.send?.({ done }),
    (error: unknown) => process.send?.({ failed: String(error instanceof Error ? error.stack : error) }),
  );
});
process.on("disconnect", () => process.exit());
