import { describe, expect, it } from "vitest";
import { isTestPath, subjectOf, subjectOfTest } from "./test-paths.ts";

describe("a test by its name", () => {
  it.each([
    ["tests/helpers.py", null],
    ["test_pricing.py", "pricing"],
    ["pricing_test.go", "pricing"],
    ["src/cart.test.ts", "cart"],
    ["src/cart.spec.js", "cart"],
    ["src/OrderTest.java", "Order"],
    ["src/OrderTests.cs", "Order"],
    ["spec/order_spec.rb", "order"],
    ["test.py", null],
    ["conftest.py", "conftest"],
  ])("%s", (path, subject) => {
    expect(isTestPath(path)).toBe(true);
    if (subject !== null) expect(subjectOfTest(path)).toBe(subject);
  });

  it.each(["src/contest.py", "latest.ts", "attest/index.js", "src/testify.go", "Protest.java", "src/pricing.py"])(
    "not %s",
    (path) => expect(isTestPath(path)).toBe(false),
  );
});

it.each([
  ["src/pricing.py", "pricing"],
  ["src/cart/index.ts", "cart"],
  ["pkg/orders/__init__.py", "orders"],
  ["index.ts", null],
  ["src/a.py", null],
])("tests speak of %s as %s", (path, subject) => expect(subjectOf(path)).toBe(subject));
