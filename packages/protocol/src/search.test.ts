import { expect, it } from "vitest";
import { QueryExpansion, UsedExpansion } from "./search.ts";
import { redactionMark } from "./secrets.ts";

it("shows words that a mark for a secret made longer than a request may bring", () => {
  const names = ["x".repeat(60) + redactionMark("known", "00000000")];
  expect(UsedExpansion.parse({ names, words: [], model: "a/b" }).names).toEqual(names);
  expect(QueryExpansion.safeParse({ names, words: [] }).success).toBe(false);
});
