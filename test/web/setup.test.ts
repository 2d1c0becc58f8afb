import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { Unavailable } from "../../src/domain/errors.ts";
import { doubtful, good, wrong } from "../../src/domain/finding.ts";
import { checkSetup } from "../../src/usecases/oversight/check-setup.ts";
import { people, startTestApp, type TestApp } from "../support/test-app.ts";

const page = "/administration/check";

describe("the look at the setup", () => {
  let portal: TestApp;
  beforeEach(async () => {
    portal = await startTestApp();
  });
  afterEach(() => portal.close());

  test("is for governance alone, and others do not learn that it exists", async () => {
    let looks = 0;
    portal.core.checks = [{ name: "Authentik", examine: async () => [good(`look ${++looks}`)] }];
    assert.equal((await portal.signedOut().get(page)).location, `/sign-in?returnTo=${encodeURIComponent(page)}`);
    for (const visitor of [await portal.asTeacher(), await portal.asStudent()]) {
      assert.equal((await visitor.get(page)).status, 404);
      assert.doesNotMatch((await visitor.get("/participation")).text, /administration\/check/);
    }
    assert.equal(looks, 0, "nothing was looked at for them");
    const governance = await portal.asGovernance();
    assert.ok((await governance.get("/administration")).$(`a[href="${page}"]`).length > 0);
    assert.match((await governance.get(page)).main, /look 1/);
  });

  test("says what is wrong and what to do about it", async () => {
    portal.core.checks = [
      { name: "Authentik", examine: async () => [good("The token is good.")] },
      {
        name: "Cluster for hubs",
        examine: async () => [
          wrong("There is no ingress.", "Install one."),
          doubtful("The quota is tight.", "Widen it."),
        ],
      },
    ];
    const seen = await (await portal.asGovernance()).get(page);
    assert.equal(seen.status, 200);
    assert.match(seen.main, /1 thing is wrong, with 1 warning/);
    assert.deepEqual(
      seen
        .$("h2")
        .toArray()
        .map((each) => seen.$(each).text()),
      ["Authentik", "Cluster for hubs", "What belongs to no hub"],
    );
    assert.deepEqual(
      seen
        .$(".findings li")
        .toArray()
        .map((each) => seen.$(each).text().replace(/\s+/g, " ").trim()),
      [
        "Good The token is good.",
        "Wrong There is no ingress. What to do: Install one.",
        "Warning The quota is tight. What to do: Widen it.",
      ],
    );
    assert.match(seen.main, /Nothing: everything that the portal made belongs to a hub/);
  });

  test("when a look fails or takes too long, the page says so, without the error's text, and shows the rest", async () => {
    const { core } = portal;
    core.checks = [
      { name: "Broken", examine: () => Promise.reject(new TypeError("token=secret")) },
      { name: "Away", examine: () => Promise.reject(new Unavailable("Authentik does not answer.")) },
      { name: "Fine", examine: async () => [good("All is well.")] },
    ];
    core.onCall = (call) => {
      if (call === "backend.strays") throw new Unavailable("The cluster cannot be reached.");
    };
    const seen = await (await portal.asGovernance()).get(page);
    assert.match(seen.main, /2 things are wrong/);
    assert.match(seen.main, /Something unexpected went wrong/);
    assert.match(seen.main, /Authentik does not answer\./);
    assert.match(seen.main, /All is well\./);
    assert.match(seen.main, /The cluster cannot be reached\./);
    assert.doesNotMatch(seen.text, /secret/);

    core.checks = [{ name: "Slow", examine: () => new Promise(() => {}) }];
    core.onCall = () => new Promise(() => {});
    const governance = { person: people.governance, roles: { teacher: false, governance: true } };
    const view = await checkSetup(core, governance, 20);
    assert.match(view.parts[0]?.findings[0]?.what ?? "", /longer than 0\.02 seconds/);
    assert.deepEqual([view.strays, view.straysReason], [null, "There was no answer within 0.02 seconds."]);
    await assert.rejects(checkSetup(core, { ...governance, roles: { teacher: true, governance: false } }), {
      name: "Forbidden",
    });
  });

  test("lists what belongs to no hub, and nothing of hubs that may still have something there", async () => {
    const { core } = portal;
    const up = await portal.addHub({ decision: "accepted", deployment: "deployed", deployedAt: new Date() });
    const kept = await portal.addHub({ decision: "accepted", deployment: "removed", slug: "kept" });
    const erased = await portal.addHub({
      decision: "accepted",
      deployment: "removed",
      slug: "erased",
      dataErasedAt: new Date(),
    });
    for (const id of [up.id, kept.id, erased.id, "nobody"]) core.backend.homes.add(id);
    const seen = await (await portal.asGovernance()).get(page);
    assert.deepEqual(
      seen
        .$("tbody th")
        .toArray()
        .map((each) => seen.$(each).text())
        .sort(),
      [`jhaas-${erased.id}`, "jhaas-nobody"].sort(),
    );
    assert.match(seen.main, /never deletes them by itself/);
    assert.deepEqual([...core.backend.homes].length, 4, "nothing was deleted");
  });
});
