import assert from "node:assert/strict";
import { test } from "node:test";
import { cores, count, gib } from "../../../src/adapters/kubernetes/manifests/quantities.ts";
import { writeQuantities } from "../../support/kubernetes-api/schema.ts";

/** As `resource.MustParse(…).String()` gives them back. */
test("amounts are written as Kubernetes gives them back, small and large", () => {
  assert.deepEqual([0.25, 1, 1.5, 1023, 1024, 3072, 1024 * 1024].map(gib), [
    "256Mi",
    "1Gi",
    "1536Mi",
    "1023Gi",
    "1Ti",
    "3Ti",
    "1Pi",
  ]);
  assert.deepEqual([0.001, 0.1, 0.5, 1, 12.5, 1000, 2000, 1500].map(cores), [
    "1m",
    "100m",
    "500m",
    "1",
    "12500m",
    "1k",
    "2k",
    "1500",
  ]);
  assert.deepEqual([0, 36, 999, 1000, 1001, 2_000_000].map(count), ["0", "36", "999", "1k", "1001", "2M"]);
  // 0.1 + 0.2 three times over must not become one thousandth more.
  assert.equal(cores(0.1 + 0.2), "300m");
});

test("what the test server gives back of them is the same", () => {
  for (let amount = 0.25; amount < 5000; amount = amount * 1.7 + 0.25) {
    const hard = { a: gib(amount), b: cores(amount), c: count(amount) };
    assert.deepEqual(writeQuantities({ hard }), { hard });
  }
  const given = { a: "1024Mi", b: "0.5", c: "1000", d: "2147483648", e: "1024Gi", f: "1000m" };
  const hard = { a: "1Gi", b: "500m", c: "1k", d: "2147483648", e: "1Ti", f: "1" };
  assert.deepEqual(writeQuantities({ hard: given }), { hard });
});
