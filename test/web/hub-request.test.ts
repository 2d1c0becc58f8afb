import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { testRules } from "../fakes/core.ts";
import { checkFaults } from "../support/check-faults.ts";
import { allRows } from "../support/database-rows.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import type { Fields, Seen, Visitor } from "../support/visitor.ts";

/** Today is 24 November 2026. */
const good: Fields = {
  name: "Statistics I",
  slug: "statistics-1",
  description: "Exercises.\nEvery Tuesday.",
  startDate: "2026-11-24",
  endDate: "2027-03-31",
  notebookType: "minimal",
  customImage: "",
  customDefaultUrl: "/lab",
  participants: "25",
  ramGib: "0.5",
  cpus: "0.5",
  storageGib: "1",
};
const custom: Fields = { notebookType: "custom", customImage: "quay.io/jupyter/scipy-notebook:2026-07-28" };
const digest = `sha256:${"a".repeat(64)}`;

/** What breaks a rule, at which field, and what is said. */
const bad: [typed: Fields, faults: Record<string, RegExp>][] = [
  [{ name: "" }, { name: /Enter a project name/ }],
  [{ name: "ab" }, { name: /3 to 63 characters/ }],
  [{ name: "a".repeat(64) }, { name: /3 to 63 characters/ }],
  [{ name: "   a   " }, { name: /3 to 63 characters/ }],
  [{ name: "Bell\u0007s" }, { name: /plain text/ }],
  [{ slug: "ab" }, { slug: /3 to 40 characters/ }],
  [{ slug: "a".repeat(41) }, { slug: /3 to 40 characters/ }],
  [{ slug: "Statistics" }, { slug: /lower-case/ }],
  [{ slug: "stat_istics" }, { slug: /lower-case/ }],
  [{ slug: "stätistics" }, { slug: /lower-case/ }],
  [{ slug: "-statistics" }, { slug: /hyphen/ }],
  [{ slug: "statistics-" }, { slug: /hyphen/ }],
  [{ slug: "authentik" }, { slug: /reserved/ }],
  [{ slug: "hub-portal" }, { slug: /reserved/ }],
  [{ slug: "wpad" }, { slug: /reserved/ }],
  [{ slug: "held" }, { slug: /taken by another hub/ }],
  [{ description: "a".repeat(2049) }, { description: /at most 2,048 characters/ }],
  [{ description: "a".repeat(30_000) }, { description: /at most 2,048 characters; it has 30000/ }],
  [{ startDate: "" }, { startDate: /real date/ }],
  [{ startDate: "2027-02-29", endDate: "2027-04-01" }, { startDate: /real date/ }],
  [{ startDate: "24.11.2026" }, { startDate: /real date/ }],
  [{ startDate: "2026-11-23" }, { startDate: /today or later/ }],
  [{ startDate: "2029-11-25", endDate: "2029-12-01" }, { startDate: /at most 3 years/ }],
  [{ endDate: "" }, { endDate: /real date/ }],
  [{ endDate: "2027-13-01" }, { endDate: /real date/ }],
  [{ startDate: "2027-01-02", endDate: "2027-01-01" }, { endDate: /start date or later/ }],
  [{ startDate: "2026-11-24", endDate: "2027-12-29" }, { endDate: /at most 400 days/ }],
  [{ notebookType: "perl" }, { notebookType: /Choose a notebook type/ }],
  [{ ...custom, customImage: "" }, { customImage: /Enter an image/ }],
  [{ ...custom, customImage: "scipy-notebook:latest" }, { customImage: /begin with its registry/ }],
  [{ ...custom, customImage: "https://quay.io/jupyter/x:1" }, { customImage: /without https/ }],
  [{ ...custom, customImage: "quay.io/Jupyter/x:1" }, { customImage: /lower-case/ }],
  [{ ...custom, customImage: "quay.io/jupyter/x@sha256:12" }, { customImage: /digest/ }],
  [{ ...custom, customImage: "user:secret@quay.io/x/y" }, { customImage: /user name or password/ }],
  [{ ...custom, customDefaultUrl: "" }, { customDefaultUrl: /Enter a default URL/ }],
  [{ ...custom, customDefaultUrl: "lab" }, { customDefaultUrl: /one slash/ }],
  [{ ...custom, customDefaultUrl: "//evil.example.org" }, { customDefaultUrl: /one slash/ }],
  [{ ...custom, customDefaultUrl: "https://evil.example.org" }, { customDefaultUrl: /one slash/ }],
  [{ participants: "0" }, { participants: /from 1 to 500/ }],
  [{ participants: "501" }, { participants: /from 1 to 500/ }],
  [{ participants: "2.5" }, { participants: /steps of 1/ }],
  [{ participants: "many" }, { participants: /from 1 to 500/ }],
  [{ participants: "1e2" }, { participants: /from 1 to 500/ }],
  [{ participants: "" }, { participants: /from 1 to 500/ }],
  [{ ramGib: "0" }, { ramGib: /from 0.25 to 4 GiB/ }],
  [{ ramGib: "4.25" }, { ramGib: /from 0.25 to 4 GiB/ }],
  [{ ramGib: "0.3" }, { ramGib: /steps of 0.25 GiB/ }],
  [{ cpus: "0.1" }, { cpus: /from 0.25 to 2/ }],
  [{ cpus: "2.25" }, { cpus: /from 0.25 to 2/ }],
  [{ cpus: "-1" }, { cpus: /from 0.25 to 2/ }],
  [{ storageGib: "0.25" }, { storageGib: /from 0.5 to 10 GiB/ }],
  [{ storageGib: "10.5" }, { storageGib: /from 0.5 to 10 GiB/ }],
  [{ storageGib: "0.75" }, { storageGib: /steps of 0.5 GiB/ }],
  [
    { name: "", slug: "-", startDate: "x", endDate: "y", notebookType: "perl", participants: "0", ramGib: "9" },
    {
      name: /Enter a project name/,
      slug: /3 to 40/,
      startDate: /real date/,
      endDate: /real date/,
      notebookType: /Choose/,
      participants: /from 1/,
      ramGib: /from 0.25/,
    },
  ],
];

/** What just keeps the rules, and what is kept of it. */
const justGood: [typed: Fields, kept: Record<string, unknown>][] = [
  [{ name: "abc" }, { name: "abc" }],
  [{ name: "ä".repeat(63) }, { name: "ä".repeat(63) }],
  [{ name: "  Two   words " }, { name: "Two words" }],
  [{ slug: "abc" }, { slug: "abc" }],
  [{ slug: "a".repeat(40) }, { slug: "a".repeat(40) }],
  [{ description: "a\r\n".repeat(1023) }, { description: `${"a\n".repeat(1022)}a` }],
  [{ description: "" }, { description: "" }],
  [
    { startDate: "2026-11-24", endDate: "2026-11-24" },
    { start_date: "2026-11-24", end_date: "2026-11-24" },
  ],
  [{ startDate: "2028-02-29", endDate: "2028-02-29" }, { start_date: "2028-02-29" }],
  [{ startDate: "2029-11-24", endDate: "2030-11-24" }, { end_date: "2030-11-24" }],
  [{ startDate: "2026-11-24", endDate: "2027-12-28" }, { end_date: "2027-12-28" }],
  [{ ...custom }, { image: custom.customImage, default_url: "/lab", notebook_type: "custom" }],
  [
    { ...custom, customImage: "registry.example.org:5000/team/image" },
    { image: "registry.example.org:5000/team/image" },
  ],
  [{ ...custom, customImage: `quay.io/a/b@${digest}` }, { image: `quay.io/a/b@${digest}` }],
  [{ ...custom, customImage: `localhost:5000/a/b:1@${digest}` }, { image: `localhost:5000/a/b:1@${digest}` }],
  [{ ...custom, customDefaultUrl: "/lab/tree/a%20b.ipynb?x=1" }, { default_url: "/lab/tree/a%20b.ipynb?x=1" }],
  // Only read when Custom is chosen.
  [
    { customImage: "nonsense!", customDefaultUrl: "nonsense" },
    { default_url: "/lab", notebook_type: "minimal" },
  ],
  [
    { participants: "1", ramGib: "0.25", cpus: "0.25", storageGib: "0.5" },
    { participants: 1, ram_gib: 0.25 },
  ],
  [
    { participants: "500", ramGib: "4", cpus: "2", storageGib: "10" },
    { participants: 500, storage_gib: 10 },
  ],
  [{ ramGib: "0,75" }, { ram_gib: 0.75 }],
];

describe("the request form", () => {
  let portal: TestApp;
  let teacher: Visitor;
  let count = 0;
  before(async () => {
    portal = await startTestApp();
    teacher = await portal.asTeacher();
    await portal.addHub({ slug: "held" });
  });
  after(() => portal.close());

  const fillIn = (typed: Fields, visitor = teacher) => visitor.submit("/hubs/new", "Continue", { ...good, ...typed });
  const hubs = () => portal.core.knex("hubs").orderBy("created_at").select("*");
  const accepted = (seen: Seen) => assert.equal(seen.status, 303, seen.main.slice(0, 400));

  test("as it first appears it offers the next semester and the preset usage", async () => {
    const { $, status } = await teacher.get("/hubs/new");
    assert.equal(status, 200);
    const value = (name: string) => $(`[name=${name}]`).val();
    assert.deepEqual(["startDate", "endDate", "participants", "ramGib", "cpus", "storageGib"].map(value), [
      "2027-04-01",
      "2027-09-30",
      "25",
      "0.5",
      "0.5",
      "1",
    ]);
    assert.equal($("[name=gpus]").length, 0, "no graphics cards unless the provider has some");
    assert.equal($("[name=terms]").length, 0, "nothing to accept while there are no terms");
    for (const field of $("form[action='/hubs/review'] :is(input:not([type=hidden]), textarea)").toArray()) {
      assert.equal($(`label[for="${$(field).attr("id")}"]`).length, 1, `label of ${$(field).attr("name")}`);
    }
  });

  for (const [typed, faults] of bad) {
    const what = Object.entries(typed).map(([name, value]) => `${name} "${value.slice(0, 45)}"`);
    test(`when given ${what.join(", ")}, it says so at the field and keeps what was typed`, async () => {
      const before = await allRows(portal.core.knex);
      const all = { ...good, ...typed };
      const kept = faults.notebookType === undefined ? all : { ...all, notebookType: "" };
      const reviewed = await fillIn(typed);
      checkFaults(reviewed, faults, kept);
      // The same when the review step is left out.
      const key = String(reviewed.$("[name=submissionKey]").val());
      checkFaults(await teacher.post("/hubs", { ...all, submissionKey: key }), faults, kept);
      assert.deepEqual(await allRows(portal.core.knex), before);
    });
  }

  for (const [typed, kept] of justGood) {
    const what = Object.entries(typed).map(([name, value]) => `${name} "${value.slice(0, 45)}"`);
    test(`${what.join(", ")} just keeps the rules`, async () => {
      const slug = typed.slug ?? `good-${++count}`;
      const review = await fillIn({ ...typed, slug });
      accepted(await teacher.press(review, "Submit request"));
      const row = (await hubs()).find((hub) => hub.slug === slug);
      for (const [column, value] of Object.entries(kept)) assert.equal(row[column], value, column);
    });
  }

  test("the review step shows everything, the address too, and files nothing yet", async () => {
    const before = await allRows(portal.core.knex);
    const review = await fillIn({ slug: "reviewed" });
    assert.equal(review.status, 200);
    for (const text of [
      "Statistics I",
      "https://reviewed.hubs.example.org/",
      "24 November 2026 to 31 March 2027",
      "128 days",
    ]) {
      assert.ok(review.main.includes(text), text);
    }
    assert.deepEqual(await allRows(portal.core.knex), before);
    const back = await teacher.press(review, "Change something");
    assert.equal(back.status, 200);
    for (const [name, value] of Object.entries({ ...good, slug: "reviewed" })) {
      const field = back.$(`[name=${name}]`);
      const kept = field.is("textarea")
        ? field.text().replace(/^\n/, "")
        : field.filter(":not([type=radio]), [checked]").val();
      assert.equal(String(kept).replaceAll("\r\n", "\n"), value, name);
    }
  });

  test("an image that may change is warned about on the review step, and can be asked for all the same", async () => {
    const review = await fillIn({ ...custom, customImage: "quay.io/jupyter/scipy-notebook", slug: "untagged" });
    assert.match(review.main, /The image has no tag, so it may change/);
    accepted(await teacher.press(review, "Submit request"));
  });

  test("when the slug is left empty, it is made from the name on the server", async () => {
    const review = await fillIn({ name: "Größen & Maße, Übung 2", slug: "" });
    assert.match(review.main, /https:\/\/groessen-masse-uebung-2\.hubs\.example\.org\//);
    const nothingLeft = await fillIn({ name: "数学入門", slug: "" });
    checkFaults(nothingLeft, { slug: /Enter a slug/ }, { name: "数学入門" });
  });

  test("when it is sent twice, from the review step or again, one hub is made and governance is told once", async () => {
    const review = await fillIn({ slug: "twice" });
    const both = await Promise.all([teacher.press(review, "Submit request"), teacher.press(review, "Submit request")]);
    for (const seen of both) accepted(seen);
    accepted(await teacher.press(review, "Submit request"));
    const made = (await hubs()).filter((hub) => hub.slug === "twice");
    assert.equal(made.length, 1);
    assert.equal((await portal.core.knex("hub_events").where({ hub_id: made[0].id })).length, 1);
    const list = await teacher.get("/leadership");
    assert.match(list.main, /Your request for Statistics I is filed/);
  });

  test("when two people take a slug at the same moment, one gets the error at the field", async () => {
    const other = await portal.asOtherTeacher();
    const reviews = [await fillIn({ slug: "race" }), await fillIn({ slug: "race" }, other)] as const;
    const both = await Promise.all([
      teacher.press(reviews[0], "Submit request"),
      other.press(reviews[1], "Submit request"),
    ]);
    assert.deepEqual(both.map((seen) => seen.status).sort(), [303, 422]);
    const refused = both.find((seen) => seen.status === 422) as Seen;
    checkFaults(refused, { slug: /taken by another hub/ }, { slug: "race", name: good.name ?? "" });
    assert.equal((await hubs()).filter((hub) => hub.slug === "race").length, 1);
  });

  test("a slug is free again once its hub was declined, cancelled or removed", async () => {
    for (const change of [{ decision: "declined" }, { decision: "cancelled" }, { deployment: "removed" }] as const) {
      const slug = `again-${Object.values(change)[0]}`;
      const hub = await portal.addHub({ slug, decision: "accepted" });
      checkFaults(await fillIn({ slug }), { slug: /taken/ });
      await portal.core.store.hubs.change(hub.id, {}, change);
      assert.equal((await fillIn({ slug })).status, 200);
    }
  });

  test("a field that is sent twice counts once, and one that is missing is empty", async () => {
    const seen = await teacher.post("/hubs/review", [
      ["submissionKey", "x"],
      ["name", "First"],
      ["name", "Second"],
    ]);
    assert.equal(seen.status, 422);
    assert.equal(seen.$("#name").val(), "First");
    assert.equal(seen.$("#startDate").val(), "");
  });

  test("who comes back to the address of a step without its form begins anew", async () => {
    for (const path of ["/hubs/review", "/hubs"]) assert.equal((await teacher.get(path)).location, "/hubs/new");
  });

  test("more than the portal takes is refused in words", async () => {
    const seen = await teacher.post("/hubs/review", { ...good, submissionKey: "x", description: "a".repeat(300_000) });
    assert.equal(seen.status, 413);
    assert.match(seen.main, /more than the portal takes/);
    const many = Object.fromEntries(Array.from({ length: 1100 }, (_, index) => [`field${index}`, "1"]));
    assert.equal((await teacher.post("/hubs/review", many)).status, 413);
  });
});

describe("the request form with graphics cards and terms of use", () => {
  let portal: TestApp;
  let teacher: Visitor;
  const addTerms = (version: number, markdown: string) =>
    portal.core.knex("terms").insert({ version, markdown, valid_from: portal.core.clock.now().getTime() });
  before(async () => {
    const gpus = { min: 0, max: 2, step: 1, preset: 0 };
    portal = await startTestApp({ rules: { limits: { ...testRules.limits, gpus } } });
    teacher = await portal.asTeacher();
    await addTerms(1, "Be **kind**.");
  });
  after(() => portal.close());
  const fillIn = (typed: Fields) => teacher.submit("/hubs/new", "Continue", { ...good, ...typed });

  test("graphics cards are offered with what they need, and checked", async () => {
    const page = await teacher.get("/hubs/new");
    assert.match(page.$("#gpus-hint").text(), /Only makes sense if the provider has graphics cards/);
    checkFaults(await fillIn({ gpus: "3", terms: "1" }), { gpus: /from 0 to 2/ }, { gpus: "3", terms: "1" });
    const review = await fillIn({ gpus: "2", terms: "1", slug: "cards" });
    assert.match(review.main, /GPUs per participant2/);
  });

  test("terms must be accepted, their version is kept, and new ones must be accepted anew", async () => {
    checkFaults(await fillIn({ slug: "terms" }), { terms: /Accept the terms of use/ });
    const review = await fillIn({ slug: "terms", terms: "1" });
    assert.equal((await teacher.press(review, "Submit request")).status, 303);
    assert.equal((await portal.core.knex("hubs").where({ slug: "terms" }).first()).terms_version, 1);
    // Accepted once, they are not asked for again.
    const late = await fillIn({ slug: "terms-2" });
    assert.equal(late.status, 200);
    await addTerms(2, "Be kinder.");
    checkFaults(
      await teacher.press(late, "Submit request"),
      { terms: /Accept the terms of use|have changed/ },
      { slug: "terms-2" },
    );
  });
});
