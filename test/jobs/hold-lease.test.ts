import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { connect, migrate } from "../../src/adapters/db/connect.ts";
import { createSealer } from "../../src/adapters/db/seal.ts";
import { createStore } from "../../src/adapters/db/store.ts";
import { holdLease } from "../../src/jobs/hold-lease.ts";
import { holdClock } from "../support/clock.ts";
import { waitFor } from "../support/wait-for.ts";

/** A database file, and leases on it over connections of their own, as portals have them. */
async function openFile(t: TestContext) {
  const home = await mkdtemp(join(tmpdir(), "jhaas-lease-"));
  t.after(() => rm(home, { recursive: true, force: true }));
  const file = join(home, "portal.sqlite");
  const leases = async () => {
    const knex = connect(file);
    t.after(() => knex.destroy());
    await migrate(knex);
    return createStore(knex, createSealer("a-secret-key-of-32-characters-or-more")).leases;
  };
  return { file, leases };
}

/** Another process that takes the lease, tells whether it has it, and holds it until it is killed. */
async function otherProcess(t: TestContext, file: string) {
  const child = fork(resolve(import.meta.dirname, "lease-holder.ts"), [file]);
  t.after(() => child.kill("SIGKILL"));
  const [has] = await once(child, "message");
  return { child, has: has as boolean };
}

describe("the lease by which one portal acts", () => {
  test("of two processes on one database file one has it; when that is killed, the other has it at once", async (t) => {
    const { file, leases } = await openFile(t);
    const mine = holdLease(await leases(), "work", { now: () => new Date() });
    const other = await otherProcess(t, file);
    assert.equal(other.has, true);
    assert.equal(await mine.held(), false);
    other.child.kill("SIGKILL");
    await once(other.child, "exit");
    assert.equal(await mine.held(), true);
    assert.equal((await otherProcess(t, file)).has, false);
    await mine.release();
    assert.equal((await otherProcess(t, file)).has, true);
  });

  test("an act that takes longer than the lease is not joined by the other portal", async (t) => {
    const { leases } = await openFile(t);
    const clock = holdClock("2026-11-25T10:00:00Z");
    const [first, second] = [await leases(), await leases()];
    let prolongedAt = 0;
    const take: typeof first.take = async (...given) => {
      const taken = await first.take(...given);
      if (taken) prolongedAt = given[2].getTime();
      return taken;
    };
    const acting = holdLease({ ...first, take }, "work", clock, 5);
    assert.equal(await acting.held(), true);
    // Another host: nobody can tell there whether this process is alive.
    const elsewhere = "elsewhere 1 ffff";
    const takenElsewhere = () => second.take("work", elsewhere, clock.now(), 30_000, () => false);
    for (let passed = 0; passed < 120; passed += 20) {
      clock.advance(20_000);
      assert.equal(await takenElsewhere(), false);
      await waitFor(() => prolongedAt === clock.now().getTime(), "the lease to be prolonged");
    }
    assert.equal(await acting.held(), true);
  });

  test("whoever lost it does nothing more until it has it again", async (t) => {
    const { leases } = await openFile(t);
    const clock = holdClock("2026-11-25T10:00:00Z");
    const [first, second] = [await leases(), await leases()];
    // No beat: as of a process that was halted for a minute.
    const halted = holdLease(first, "work", clock, 1_000_000);
    assert.equal(await halted.held(), true);
    clock.advance(60_000);
    assert.equal(await second.take("work", "elsewhere 1 ffff", clock.now(), 30_000, () => false), true);
    assert.equal(await halted.held(), false);
    clock.advance(31_000);
    assert.equal(await halted.held(), true);
  });
});
