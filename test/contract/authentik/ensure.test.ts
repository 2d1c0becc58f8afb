import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ensureAll, lookAt, openWorld, places, removeAll } from "./world.ts";

for (const place of places()) {
  describe(`ensure-steps on ${place.name}`, () => {
    test("make one of each, attached, when run one after the other", async (t) => {
      const world = await openWorld(t, place);
      const groupId = await ensureAll(world.identity, world.hub);
      const seen = await lookAt(world, world.hub);
      assert.equal(seen.groups.length, 1);
      assert.equal(seen.groups[0]?.pk, groupId);
      assert.equal(seen.providers.length, 1);
      assert.equal(seen.application?.provider, seen.providers[0]?.pk);
      assert.equal(seen.bindings.length, 2);
      await removeAll(world.identity, world.hub);
      const left = await lookAt(world, world.hub);
      assert.deepEqual(left, { groups: [], application: null, providers: [], bindings: [] });
      await removeAll(world.identity, world.hub);
    });
  });
}
