import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { blankHubForm, type HubForm, readHubForm } from "../../src/domain/hub-request.ts";
import { imageWarning, parseImageReference, warningAbout } from "../../src/domain/image-reference.ts";
import { proposeSlug, slugFault } from "../../src/domain/slug.ts";
import { checkPeriod, dateIn, daysIn, isCalendarDate, nextSemester } from "../../src/domain/usage-period.ts";
import { testRules } from "../fakes/core.ts";

const rules = {
  period: { today: "2026-11-24", maxYearsAhead: 3, maxDays: 400 },
  limits: testRules.limits,
  catalogue: testRules.catalogue,
};
const good: HubForm = { ...blankHubForm(rules), name: "Statistics I", slug: "stats-1" };

/** The fields that have a fault when these are typed. */
const faulty = (typed: Partial<HubForm>) => {
  const read = readHubForm({ ...good, ...typed }, rules);
  return "faults" in read ? read.faults.map((fault) => fault.field) : [];
};

describe("the request form", () => {
  test("as it first appears it needs only name and slug", () => {
    assert.deepEqual(faulty({}), []);
    assert.deepEqual(faulty({ name: "", slug: "" }), ["name", "slug"]);
  });

  test("every fault is told at once, in the order of the fields", () => {
    const typed = { name: "ab", slug: "A", startDate: "2026-02-30", endDate: "x", notebookType: "no", cpus: "9" };
    assert.deepEqual(faulty(typed), ["name", "slug", "startDate", "endDate", "notebookType", "cpus"]);
  });

  test("the name has 3 to 63 characters as people count them", () => {
    assert.deepEqual(faulty({ name: "  ab  " }), ["name"]);
    assert.deepEqual(faulty({ name: "🧮".repeat(63) }), []);
    assert.deepEqual(faulty({ name: "a".repeat(64) }), ["name"]);
    assert.deepEqual(faulty({ name: "tab\u0007le" }), ["name"]);
  });

  test("the description keeps its line breaks and ends at 2,048 characters", () => {
    const read = readHubForm({ ...good, description: "One\r\nTwo\r\n" }, rules);
    assert.ok("wish" in read);
    assert.equal(read.wish.description, "One\nTwo");
    assert.deepEqual(faulty({ description: `${"a\r\n".repeat(1024)}` }), []);
    assert.deepEqual(faulty({ description: "a".repeat(2049) }), ["description"]);
  });

  test("what is typed for Custom is read only when Custom is chosen", () => {
    const custom = { customImage: "http://nonsense", customDefaultUrl: "nonsense" };
    assert.deepEqual(faulty(custom), []);
    assert.deepEqual(faulty({ ...custom, notebookType: "custom" }), ["customImage", "customDefaultUrl"]);
    const chosen = { notebookType: "custom", customImage: "ghcr.io/a/b:1", customDefaultUrl: "/rstudio" };
    const read = readHubForm({ ...good, ...chosen }, rules);
    assert.ok("wish" in read);
    assert.deepEqual([read.wish.image, read.wish.defaultUrl], ["ghcr.io/a/b:1", "/rstudio"]);
  });

  test("usage keeps limits and steps, and takes a decimal comma", () => {
    assert.deepEqual(faulty({ ramGib: "0,75", cpus: "2", storageGib: "10", participants: "500" }), []);
    assert.deepEqual(faulty({ ramGib: "0.3" }), ["ramGib"]);
    for (const participants of ["0", "501", "2.5", "1e2", "-1", "", "NaN", "0x10"]) {
      assert.deepEqual(faulty({ participants }), ["participants"], participants);
    }
  });

  test("graphics cards are not read unless the provider offers them", () => {
    assert.deepEqual(faulty({ gpus: "7" }), []);
    const read = readHubForm({ ...good, gpus: "7" }, rules);
    assert.equal("wish" in read && read.wish.usage.gpus, 0);
  });
});

describe("the usage period", () => {
  const faults = (start: string, end: string, keepsStart?: string) =>
    checkPeriod({ start, end }, rules.period, keepsStart).map((fault) => fault.field);

  test("dates must be real, in order, not past, not too far and not too long", () => {
    assert.deepEqual(faults("2026-11-24", "2026-11-24"), []);
    assert.deepEqual(faults("2026-11-23", "2026-12-24"), ["startDate"]);
    assert.deepEqual(faults("2026-11-23", "2026-12-24", "2026-11-23"), []);
    assert.deepEqual(faults("2027-02-29", "2027-03-01"), ["startDate"]);
    assert.deepEqual(faults("2026-12-02", "2026-12-01"), ["endDate"]);
    assert.deepEqual(faults("2029-11-24", "2029-11-24"), []);
    assert.deepEqual(faults("2029-11-25", "2029-11-25"), ["startDate"]);
    assert.deepEqual(faults("2027-01-01", "2028-02-04"), []);
    assert.deepEqual(faults("2027-01-01", "2028-02-05"), ["endDate"]);
  });

  test("only dates as they are stored are dates", () => {
    for (const text of ["2026-1-1", "2026-W10", "20260101", "2026-13-01", " 2026-01-01", "2026-01-01T00:00"]) {
      assert.equal(isCalendarDate(text), false, text);
    }
    assert.equal(daysIn({ start: "2028-02-28", end: "2028-03-01" }), 3);
  });

  test("the next semester is the one that has not begun", () => {
    assert.deepEqual(nextSemester("2026-11-24"), { start: "2027-04-01", end: "2027-09-30" });
    assert.deepEqual(nextSemester("2027-04-02"), { start: "2027-10-01", end: "2028-03-31" });
    assert.deepEqual(nextSemester("2027-10-01"), { start: "2027-10-01", end: "2028-03-31" });
  });

  test("today is today in the institution's time zone", () => {
    assert.equal(dateIn("Europe/Berlin", new Date("2026-11-24T22:59:59Z")), "2026-11-24");
    assert.equal(dateIn("Europe/Berlin", new Date("2026-11-24T23:00:00Z")), "2026-11-25");
    assert.equal(dateIn("Europe/Berlin", new Date("2026-07-24T22:00:00Z")), "2026-07-25");
  });
});

describe("a slug", () => {
  test("keeps to letters, digits and hyphens, and is not a word of somebody else", () => {
    for (const slug of ["abc", "a-b", "stats-2027", "a".repeat(40)]) assert.equal(slugFault(slug), null, slug);
    const bad = [
      "",
      "ab",
      "a".repeat(41),
      "Stats",
      "-abc",
      "abc-",
      "a_b",
      "a.b",
      "ab--c",
      "xn--abc",
      "www",
      "authorize",
      "wpad",
    ];
    for (const slug of bad) assert.notEqual(slugFault(slug), null, slug);
  });

  test("is proposed from the name, or not at all", () => {
    assert.equal(proposeSlug("Einführung in die Ökonometrie: Übung 2"), "einfuehrung-in-die-oekonometrie-uebung-2");
    assert.equal(proposeSlug("Statistics I"), "statistics-i");
    assert.equal(proposeSlug("統計"), "");
    assert.equal(proposeSlug("WWW"), "");
    for (const name of ["a".repeat(63), `${"ab ".repeat(30)}`, "--x y z--"]) {
      const slug = proposeSlug(name);
      assert.ok(slug === "" || slugFault(slug) === null, slug);
    }
  });
});

describe("an image reference", () => {
  test("with ports, digests and without a tag is taken apart", () => {
    assert.deepEqual(parseImageReference("registry.example.org:5000/team/image:1.0"), {
      registry: "registry.example.org:5000",
      repository: "team/image",
      tag: "1.0",
      digest: null,
    });
    const digest = `sha256:${"a".repeat(64)}`;
    assert.deepEqual(parseImageReference(`quay.io/jupyter/x@${digest}`), {
      ...{ registry: "quay.io", repository: "jupyter/x", tag: null, digest },
    });
    assert.equal(typeof parseImageReference(`quay.io/jupyter/x:1@${digest}`), "object");
    assert.equal(typeof parseImageReference("localhost/x"), "object");
  });

  test("that is not one gets a sentence that says why", () => {
    const bad: [string, RegExp][] = [
      ["", /Enter an image/],
      ["scipy-notebook", /registry/],
      ["jupyter/scipy-notebook", /registry/],
      ["https://quay.io/x/y", /without https/],
      ["user:password@quay.io/x/y", /user name or password/],
      ["user@quay.io/x/y", /user name or password/],
      ["user:p@ss@quay.io/x/y:1", /user name or password/],
      [`user:password@quay.io/x/y@sha256:${"a".repeat(64)}`, /user name or password/],
      ["https://user:password@quay.io/x/y", /without https/],
      ["quay.io:99999/x/y", /host name/],
      ["quay.io/x/y:1?token=abc", /tag/],
      ["quay.io//x", /lower-case/],
      ["quay.io/x/", /lower-case/],
      ["quay.io/X/y", /lower-case/],
      ["quay.io/x/y:", /tag/],
      ["quay.io/x/y@sha256:123", /digest/],
      ["quay.io/x y", /spaces/],
      ["quay.io/x/../y", /lower-case/],
    ];
    for (const [text, why] of bad) assert.match(String(parseImageReference(text)), why, text);
  });

  test("that may change later is warned about", () => {
    const warning = (text: string) => {
      const parsed = parseImageReference(text);
      assert.ok(typeof parsed === "object");
      return imageWarning(parsed);
    };
    assert.match(warning("quay.io/x/y") ?? "", /no tag/);
    assert.match(warning("quay.io/x/y:latest") ?? "", /latest/);
    assert.equal(warning("quay.io/x/y:2026-07-28"), null);
    assert.match(warningAbout({ notebookType: "custom", image: "quay.io/x/y" }) ?? "", /no tag/);
    assert.equal(warningAbout({ notebookType: "minimal", image: "quay.io/x/y" }), null, "the provider's own choice");
  });
});
