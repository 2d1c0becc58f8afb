import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Unavailable } from "../../../src/domain/errors.ts";
import { ensureAll, lookAt, openWorld, places, removeAll } from "./world.ts";

const needsPerson = (error: unknown) => error instanceof Unavailable && !error.transient;
const nothing = { groups: [], application: null, providers: [], bindings: [] };

for (const place of places()) {
  describe(`removal on ${place.name}`, () => {
    test("takes application, provider and group, and nothing of another hub", async (t) => {
      const world = await openWorld(t, place);
      const other = world.newHub();
      await ensureAll(world.identity, world.hub);
      await ensureAll(world.identity, other);
      const before = await lookAt(world, other);
      await removeAll(world.identity, world.hub);
      assert.deepEqual(await lookAt(world, world.hub), nothing);
      assert.deepEqual(await lookAt(world, other), before);
    });

    test("run again, or on what never was, does nothing", async (t) => {
      const world = await openWorld(t, place);
      await removeAll(world.identity, world.hub);
      await ensureAll(world.identity, world.hub);
      await removeAll(world.identity, world.hub);
      await removeAll(world.identity, world.hub);
      assert.deepEqual(await lookAt(world, world.hub), nothing);
    });

    test("run twice at once succeeds both times", async (t) => {
      const world = await openWorld(t, place);
      await ensureAll(world.identity, world.hub);
      await Promise.all([world.identity.removeApplication(world.hub), world.identity.removeApplication(world.hub)]);
      await Promise.all([world.identity.removeProvider(world.hub), world.identity.removeProvider(world.hub)]);
      await Promise.all([world.identity.removeGroup(world.hub), world.identity.removeGroup(world.hub)]);
      assert.deepEqual(await lookAt(world, world.hub), nothing);
    });

    test("of the group waits until the application is gone", async (t) => {
      const world = await openWorld(t, place);
      await ensureAll(world.identity, world.hub);
      await assert.rejects(world.identity.removeGroup(world.hub), Unavailable);
      assert.equal((await lookAt(world, world.hub)).groups.length, 1);
    });

    test("takes a hub that was only half made", async (t) => {
      const world = await openWorld(t, place);
      await world.identity.ensureGroup(world.hub);
      await world.identity.ensureProvider(world.hub);
      await removeAll(world.identity, world.hub);
      assert.deepEqual(await lookAt(world, world.hub), nothing);
    });

    test("never deletes what carries the name but was not made for the hub", async (t) => {
      const world = await openWorld(t, place);
      await ensureAll(world.identity, world.hub);
      const before = await lookAt(world, world.hub);
      const stranger = { ...world.newHub(), slug: world.hub.slug };
      await assert.rejects(world.identity.removeApplication(stranger), needsPerson);
      await world.identity.removeProvider(stranger);
      await assert.rejects(world.identity.removeGroup(stranger), needsPerson);
      assert.deepEqual(await lookAt(world, world.hub), before);
    });

    test("leaves room for a new hub of the same slug", async (t) => {
      const world = await openWorld(t, place);
      const next = { ...world.newHub(), slug: world.hub.slug };
      await ensureAll(world.identity, world.hub);
      await removeAll(world.identity, world.hub);
      await ensureAll(world.identity, next);
      assert.equal((await lookAt(world, next)).bindings.length, 2);
      await removeAll(world.identity, next);
    });
  });
}
