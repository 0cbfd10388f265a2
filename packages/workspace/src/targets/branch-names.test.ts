import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { fitsBranch, isBranchName } from "./branch-names.ts";
import { oddBranches } from "./odd-branches.fixture.ts";

const gitTakes = (name: string): boolean =>
  !name.includes("\0") && spawnSync("git", ["check-ref-format", `refs/heads/${name}`]).status === 0;

describe("a branch's name", () => {
  it.each([
    "fix/login",
    "outpost/tsk_01",
    "release-2.1",
    "a",
    "héllo/wörld",
    "feature/#12",
    "head",
    "x.locked",
    "user@host",
  ])("may be %s, for git as well", (name) => expect([isBranchName(name), gitTakes(name)]).toEqual([true, true]));

  it.each(oddBranches)("may not be %j", (name) => expect(isBranchName(name)).toBe(false));

  it("is never one that git refuses", () => {
    const pieces = [
      "a",
      "main",
      "/",
      ".",
      "..",
      "@",
      "{",
      "~",
      "^",
      ":",
      "\\",
      " ",
      "-",
      ".lock",
      "+",
      "*",
      "\x7f",
      "é",
    ];
    let state = 11;
    const next = (): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state >>> 8;
    };
    const names = Array.from({ length: 400 }, () =>
      Array.from({ length: 1 + (next() % 4) }, () => pieces[next() % pieces.length]).join(""),
    );
    const taken = names.filter(isBranchName);
    expect(taken.length).toBeGreaterThan(30);
    expect(taken.filter((name) => !gitTakes(name))).toEqual([]);
  });
});

describe("a protecting pattern", () => {
  it.each([
    ["main", "main"],
    ["main", "MAIN"],
    ["Main", "mAIN"],
    ["main", "ma\u{131}n"],
    ["main", "\u{ff4d}\u{ff41}\u{ff49}\u{ff4e}"],
    ["main", "ma\u{200b}in"],
    ["release/*", "release/1"],
    ["release/*", "RELEASE/a/b"],
    ["*/prod", "eu/Prod"],
    ["v*.x", "v1.x"],
    ["*", "anything"],
  ])("%s fits %s", (pattern, name) => expect(fitsBranch(pattern, name)).toBe(true));

  it.each([
    ["main", "main2"],
    ["main", "feature/main"],
    ["release/*", "release"],
    ["v1.x", "v1ax"],
    ["a+b", "aab"],
  ])("%s does not fit %s", (pattern, name) => expect(fitsBranch(pattern, name)).toBe(false));
});
