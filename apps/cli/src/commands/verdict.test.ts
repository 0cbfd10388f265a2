import { expect, it } from "vitest";
import { readVerdict, verdictQuestion } from "./verdict.ts";

it.each([
  [null, "later"],
  ["", "later"],
  ["l", "later"],
  ["Y", "accept"],
  ["yes", "accept"],
  ["n", "reject"],
  ["no", "reject"],
  ["e", "review"],
  ["part by part", "review"],
  ["please use max instead", undefined],
  ["every caller breaks", undefined],
  ["not like this", undefined],
  ["yes but", undefined],
  ["later maybe", undefined],
])("reads %j as %s", (answer, verdict) => {
  expect(readVerdict(answer)).toBe(verdict);
});

it("asks for letters that it takes, and names them again", () => {
  for (const parts of [1, 2]) {
    const { question, help } = verdictQuestion(parts);
    const letters = Array.from(question.matchAll(/\[(.)\]/g), ([, letter]) => letter as string);
    expect(letters.map((letter) => readVerdict(letter))).toEqual(["accept", "reject", "review", "later"]);
    expect(help).toContain(`answer y, n, ${letters[2]} or l`);
  }
});
