import assert from "node:assert/strict";
import type { Fields, Seen } from "./visitor.ts";

/**
 * Checks a form that came back: each fault is told in the summary, with a link to a field that exists, and beside the
 * field, which is marked and names the fault as its description; the title says so; what was typed is kept.
 * @param faults by field, in the order of the page
 * @param typed values that must stand in the form again
 */
export function checkFaults(seen: Seen, faults: Record<string, RegExp>, typed: Fields = {}): void {
  const { $ } = seen;
  assert.equal(seen.status, 422, seen.main.slice(0, 300));
  assert.match($("title").text(), /^Error: /);
  const told = $(".error-summary li a").toArray();
  assert.deepEqual(
    told.map((link) => $(link).attr("href")),
    Object.keys(faults).map((field) => `#${field}`),
    seen.main.slice(0, 400),
  );
  for (const [index, [field, sentence]] of Object.entries(faults).entries()) {
    assert.match($(told[index]).text(), sentence);
    const target = $(`#${field}`);
    assert.equal(target.length, 1, `the link to #${field} leads nowhere`);
    const beside = $(`#${field}-fault`);
    assert.equal(beside.length, 1, `no fault beside ${field}`);
    assert.equal(beside.text(), `Error: ${$(told[index]).text()}`);
    const described = target.closest("fieldset[aria-describedby]").add(target).toArray();
    const ids = described.flatMap((each) => ($(each).attr("aria-describedby") ?? "").split(" "));
    assert.ok(ids.includes(`${field}-fault`), `${field} does not name its fault as its description`);
  }
  for (const [name, value] of Object.entries(typed)) {
    const field = $(`[name="${name}"]`);
    const choice = field.filter("[type=radio], [type=checkbox]");
    const kept =
      choice.length > 0 ? choice.filter("[checked]").val() : field.is("textarea") ? field.text() : field.val();
    assert.equal(String(kept ?? "").replace(/^\n/, ""), value, `what was typed as ${name} is kept`);
  }
}
