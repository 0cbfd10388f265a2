import { describe, expect, it } from "vitest";
import { toExtendedExpression } from "./regular-expression.ts";

describe("toExtendedExpression", () => {
  it.each([
    ["foo|bar", "foo|bar"],
    ["\\d+", "[0-9]+"],
    ["\\w+\\s*\\(", "[[:alnum:]_]+[[:space:]]*\\("],
    ["\\bname\\b", "\\bname\\b"],
    ["[\\w.-]+", "[[:alnum:]_.-]+"],
    ["[\\d\\s]", "[0-9[:space:]]"],
    ["[\\s\\S]*", ".*"],
    ["[^\\]]", "[^]]"],
    ["[a\\]b]", "[]ab]"],
    ["[\\^a]", "[a^]"],
    ["[\\^]", "\\^"],
    ["[a\\-z]", "[az-]"],
    ["[\\/]", "[/]"],
    ["[[:alpha:]]x", "[[:alpha:]]x"],
    ["(?:a|b)c", "(a|b)c"],
    ["\\W\\S\\D", "[^[:alnum:]_][^[:space:]][^0-9]"],
    ["a\\.b", "a\\.b"],
    ["[unclosed", "[unclosed"],
    ["\\t", "[\t]"],
  ])("%s", (given, expected) => {
    expect(toExtendedExpression(given)).toEqual({ pattern: expected, ignoreCase: false });
  });

  it("reads a leading (?i)", () => {
    expect(toExtendedExpression("(?i)todo")).toEqual({ pattern: "todo", ignoreCase: true });
  });
});
