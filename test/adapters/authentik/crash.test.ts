import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { versions } from "../../../src/embedded-authentik/versions.ts";
import type { IdentityHub } from "../../../src/ports/identity.ts";
import {
  assertNotOpen,
  type CallAnswer,
  callApi,
  ensureAll,
  lookAt,
  makeHub,
  removeAll,
} from "../../contract/authentik/world.ts";
import type { Fault } from "./faulty-proxy.ts";
import { type Broken, openBroken } from "./open-broken.ts";

/** Looks past the proxy, as a superuser: nothing must hide behind a missing right. */
function looker(broken: Broken) {
  const call = (method: string, path: string, body?: unknown): Promise<CallAnswer> =>
    callApi(broken.url, broken.superuserToken, method, path, body);
  return { call };
}

async function assertWhole(broken: Broken, hub: IdentityHub): Promise<void> {
  const seen = await lookAt(looker(broken), hub);
  assert.deepEqual([seen.groups.length, seen.providers.length, seen.bindings.length], [1, 1, 2]);
  assert.equal(seen.application?.provider, seen.providers[0]?.pk);
}

async function assertGone(broken: Broken, hub: IdentityHub): Promise<void> {
  const seen = await lookAt(looker(broken), hub);
  assert.deepEqual(seen, { groups: [], application: null, providers: [], bindings: [] });
}

/** Lets through the first calls after `from`, then lets nothing through any more, as when the portal is killed. */
function dieAt(broken: Broken, call: number, how: Fault): void {
  broken.proxy.seen.length = 0;
  broken.proxy.fault = (_request, number) => (number < call ? null : number === call ? how : { kind: "cut" });
}

for (const version of versions) {
  describe(`the portal killed at any call to Authentik ${version}`, () => {
    for (const kind of ["cut", "cut-after"] as const) {
      test(`of making a hub (${kind}) leaves nothing open, and the next run ends as wanted`, async (t) => {
        const broken = await openBroken(t, { version, attempts: 1 });
        // One hub of before, so that the account sees something in every list.
        await ensureAll(broken.direct, makeHub());
        let call = 0;
        for (let died = true; died; ) {
          call += 1;
          const hub = makeHub();
          dieAt(broken, call, { kind });
          died = await ensureAll(broken.identity, hub).then(
            () => false,
            () => true,
          );
          await assertNotOpen(looker(broken), hub);
          await ensureAll(broken.direct, hub);
          await assertWhole(broken, hub);
          await removeAll(broken.direct, hub);
        }
        assert.ok(call > 15, `only ${call} calls`);
      });

      test(`of removing a hub (${kind}) leaves nothing open, and the next run removes the rest`, async (t) => {
        const broken = await openBroken(t, { version, attempts: 1 });
        let call = 0;
        for (let died = true; died; ) {
          call += 1;
          const hub = makeHub();
          await ensureAll(broken.direct, hub);
          dieAt(broken, call, { kind });
          died = await removeAll(broken.identity, hub).then(
            () => false,
            () => true,
          );
          await assertNotOpen(looker(broken), hub);
          await removeAll(broken.direct, hub);
          await assertGone(broken, hub);
        }
        assert.ok(call > 5, `only ${call} calls`);
      });
    }
  });
}

describe("a single fault at any call", () => {
  const faults: Record<string, Fault> = {
    "403": { kind: "answer", status: 403 },
    "429": { kind: "answer", status: 429 },
    "500": { kind: "answer", status: 500 },
    "a cut connection": { kind: "cut" },
    "a lost answer": { kind: "cut-after" },
    "no answer": { kind: "never" },
  };
  for (const [name, fault] of Object.entries(faults)) {
    test(`(${name}) leaves the hub as wanted after at most one more run`, async (t) => {
      // The short limit is also that of all the calls that are answered, on a machine that may be busy.
      const broken = await openBroken(t, { timeout: fault.kind === "never" ? 500 : 5_000 });
      await ensureAll(broken.direct, makeHub());
      let call = 0;
      for (let hit = true; hit; ) {
        call += 1;
        const hub = makeHub();
        broken.proxy.seen.length = 0;
        broken.proxy.fault = (_request, number) => (number === call ? fault : null);
        await ensureAll(broken.identity, hub).catch(() => ensureAll(broken.identity, hub));
        hit = broken.proxy.seen.length >= call;
        await assertWhole(broken, hub);
        broken.proxy.seen.length = 0;
        // A 403 that is not meant says of a thing that it is gone: see "hidden" in the removal's own tests.
        if (name === "403") broken.proxy.fault = () => null;
        await removeAll(broken.identity, hub).catch(() => removeAll(broken.identity, hub));
        await assertGone(broken, hub);
      }
    });
  }
});
