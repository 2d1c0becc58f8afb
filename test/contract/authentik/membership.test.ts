import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, test } from "node:test";
import { Unavailable } from "../../../src/domain/errors.ts";
import type { IdentityUser } from "../../../src/ports/identity.ts";
import { openWorld, places, skipWithoutSuperuser, type TestWorld } from "./world.ts";

const needsPerson = (error: unknown) => error instanceof Unavailable && !error.transient;

/** One of the two people of the place. */
async function person(world: TestWorld, which: 0 | 1): Promise<IdentityUser> {
  const found = await world.identity.searchUsers(world.people[which], 20);
  const user = found.find((one) => one.username === world.people[which]);
  assert.ok(user, `there is no user ${world.people[which]}; set AUTHENTIK_TEST_PEOPLE`);
  return user;
}

for (const place of places()) {
  describe(`people and groups on ${place.name}`, () => {
    test("a user is found by uuid with name, e-mail and groups; nobody by another or a broken one", async (t) => {
      const world = await openWorld(t, place);
      const known = await person(world, 0);
      const user = await world.identity.user(known.id);
      assert.deepEqual(user, known);
      assert.equal(user?.active, true);
      assert.match(user?.id ?? "", /^[0-9a-f-]{36}$/);
      assert.equal(await world.identity.user(randomUUID()), null);
      assert.equal(await world.identity.user("not-a-uuid"), null);
      assert.equal(await world.identity.user(""), null);
    });

    test("search finds by part of the name, keeps to the limit and leaves service accounts out", async (t) => {
      const world = await openWorld(t, place);
      const known = await person(world, 0);
      const byName = await world.identity.searchUsers(known.name.slice(1), 10);
      assert.ok(byName.some((user) => user.id === known.id));
      assert.equal((await world.identity.searchUsers("a", 1)).length, 1);
      assert.deepEqual(await world.identity.searchUsers("hub-portal-service", 10), []);
      assert.deepEqual(await world.identity.searchUsers("  ", 10), []);
      assert.deepEqual(await world.identity.searchUsers("nobody-has-this-name-4711", 10), []);
    });

    test("somebody is found by exactly their username or address, in any case, and by no part of them", async (t) => {
      const world = await openWorld(t, place);
      const known = await person(world, 0);
      assert.deepEqual(await world.identity.usersNamed(` ${known.username} `), [known]);
      assert.ok(known.email.includes("@"), "the person of the place has an address");
      for (const email of [known.email, known.email.toUpperCase()]) {
        const found = await world.identity.usersNamed(email);
        assert.ok(found.some((user) => user.id === known.id));
        assert.ok(found.every((user) => user.email.toLowerCase() === known.email.toLowerCase()));
      }
      for (const none of ["", known.username.slice(1), known.email.slice(1), known.name, "hub-portal-service"]) {
        assert.deepEqual(await world.identity.usersNamed(none), [], none);
      }
    });

    test("members come and go, each also twice", async (t) => {
      const world = await openWorld(t, place);
      const [one, two] = [await person(world, 0), await person(world, 1)];
      const groupId = await world.identity.ensureGroup(world.hub);
      assert.deepEqual(await world.identity.groupMembers(groupId), []);
      await world.identity.addToGroup(groupId, one.id);
      await world.identity.addToGroup(groupId, one.id);
      await world.identity.addToGroup(groupId, two.id);
      const members = (await world.identity.groupMembers(groupId)) ?? [];
      assert.deepEqual(members.map((user) => user.id).sort(), [one.id, two.id].sort());
      assert.ok((await world.identity.user(one.id))?.groups.includes(world.identity.groupName(world.hub.slug)));
      await world.identity.removeFromGroup(groupId, one.id);
      await world.identity.removeFromGroup(groupId, one.id);
      assert.deepEqual(
        (await world.identity.groupMembers(groupId))?.map((user) => user.id),
        [two.id],
      );
    });

    test("ensureGroup leaves members as they are", async (t) => {
      const world = await openWorld(t, place);
      const one = await person(world, 0);
      const groupId = await world.identity.ensureGroup(world.hub);
      await world.identity.addToGroup(groupId, one.id);
      await world.identity.ensureGroup(world.hub);
      assert.equal((await world.identity.groupMembers(groupId))?.length, 1);
    });

    test("a group that is gone has no members to list, nobody to take out, and takes nobody in", async (t) => {
      const world = await openWorld(t, place);
      const one = await person(world, 0);
      const groupId = await world.identity.ensureGroup(world.hub);
      await world.identity.removeGroup(world.hub);
      assert.equal(await world.identity.groupMembers(groupId), null);
      await world.identity.removeFromGroup(groupId, one.id);
      await assert.rejects(world.identity.addToGroup(groupId, one.id), Unavailable);
    });

    test("somebody who is gone is taken out without a word, and not taken in", async (t) => {
      const world = await openWorld(t, place);
      const groupId = await world.identity.ensureGroup(world.hub);
      await world.identity.removeFromGroup(groupId, randomUUID());
      await assert.rejects(world.identity.addToGroup(groupId, randomUUID()), needsPerson);
    });

    test("a deactivated member is listed as not active", async (t) => {
      const world = await openWorld(t, place);
      if (skipWithoutSuperuser(t, world)) return;
      const username = `contract-${randomUUID().slice(0, 8)}`;
      const body = { username, name: "Lea Vogt", email: "lea.vogt@example.org", is_active: true, path: "users" };
      const made = await world.call("POST", "/core/users/", body, "superuser");
      world.afterwards(() => world.call("DELETE", `/core/users/${String(made.body.pk)}/`, undefined, "superuser"));
      const groupId = await world.identity.ensureGroup(world.hub);
      await world.identity.addToGroup(groupId, String(made.body.uuid));
      await world.call("PATCH", `/core/users/${String(made.body.pk)}/`, { is_active: false }, "superuser");
      assert.deepEqual(
        (await world.identity.groupMembers(groupId))?.map((user) => [user.username, user.email, user.active]),
        [[username, "lea.vogt@example.org", false]],
      );
      await world.call("DELETE", `/core/users/${String(made.body.pk)}/`, undefined, "superuser");
      assert.deepEqual(await world.identity.groupMembers(groupId), []);
      assert.equal(await world.identity.user(String(made.body.uuid)), null);
    });

    test("the teacher role is given and taken, and no other named group is touched", async (t) => {
      const world = await openWorld(t, place);
      const { teacherGroup, governanceGroup } = world.options;
      const one = await person(world, 0);
      const isTeacher = async () =>
        (await world.identity.membersOfNamedGroup(teacherGroup)).some((user) => user.id === one.id);
      const before = await isTeacher();
      world.afterwards(() => world.identity.setNamedGroupMembership(teacherGroup, one.id, before));
      await world.identity.setNamedGroupMembership(teacherGroup, one.id, true);
      assert.equal(await isTeacher(), true);
      await world.identity.setNamedGroupMembership(teacherGroup, one.id, false);
      assert.equal(await isTeacher(), false);
      await assert.rejects(world.identity.setNamedGroupMembership(governanceGroup, one.id, true), needsPerson);
      await assert.rejects(world.identity.setNamedGroupMembership("authentik Admins", one.id, true), needsPerson);
    });

    test("members are not added to a group that the portal did not make, whatever the token may", async (t) => {
      const world = await openWorld(t, place);
      const one = await person(world, 0);
      const found = await world.call("GET", `/core/groups/?name=${world.options.governanceGroup}`);
      const [{ pk }] = found.body.results as [{ pk: string }];
      await assert.rejects(world.identity.addToGroup(pk, one.id), needsPerson);
      await assert.rejects(world.identity.removeFromGroup(pk, one.id), needsPerson);
    });

    test("a named group that is not there has no members", async (t) => {
      const world = await openWorld(t, place);
      assert.deepEqual(await world.identity.membersOfNamedGroup("no-such-group-anywhere"), []);
    });

    test("all members of a group of more than one page are listed", async (t) => {
      const world = await openWorld(t, place);
      if (skipWithoutSuperuser(t, world)) return;
      const groupId = await world.identity.ensureGroup(world.hub);
      const prefix = `contract-${randomUUID().slice(0, 8)}`;
      const pks: number[] = [];
      world.afterwards(async () => {
        for (const pk of pks) await world.call("DELETE", `/core/users/${pk}/`, undefined, "superuser");
      });
      for (let number = 0; number < 105; number += 1) {
        const body = { username: `${prefix}-${number}`, name: `Person ${number}`, groups: [groupId], path: "users" };
        const made = await world.call("POST", "/core/users/", body, "superuser");
        assert.equal(made.status, 201);
        pks.push(made.body.pk as number);
      }
      const members = (await world.identity.groupMembers(groupId)) ?? [];
      assert.equal(new Set(members.map((user) => user.id)).size, 105);
      assert.equal((await world.identity.searchUsers(prefix, 101)).length, 101);
    });

    test("ending the tokens of somebody who has none, or of a hub without a provider, does nothing", async (t) => {
      const world = await openWorld(t, place);
      const one = await person(world, 0);
      await world.identity.revokeTokens(world.hub, one.id);
      await world.identity.ensureProvider(world.hub);
      await world.identity.revokeTokens(world.hub, one.id);
      await world.identity.revokeTokens(world.hub, randomUUID());
    });
  });
}
