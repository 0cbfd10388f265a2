// The built-in policy against the tables in cases/: what must never be allowed, and what is meant by every day's commands.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { Policy } from "./load/combine.ts";
import { openPolicyLoader } from "./load/policy-loader.ts";
import { readPlainLine } from "./shell/plain-line.ts";

let policy: Policy;
beforeAll(async () => {
  policy = (await openPolicyLoader({ checksBuiltIn: true })).load(null, null);
});

const readCases = (name: string): string[] =>
  readFileSync(new URL(`./cases/${name}`, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !/^#/.test(line));

/** The ways a model could hand the case over. */
function spellings(given: string): string[][] {
  if (given.startsWith("[") && given.endsWith("]") && given.includes('"')) {
    const argv = JSON.parse(given) as string[];
    return [argv, ["timeout", "60", ...argv], ["env", ...argv]];
  }
  const read = readPlainLine(given);
  const [only, ...more] = read.plain ? read.commands : [];
  const asList =
    only && more.length === 0 && only.joint === null && only.assignments.length === 0 && !/[<>]/.test(given)
      ? [only.argv]
      : [];
  return [["bash", "-lc", given], ["sh", "-c", given], ...asList];
}

/** So that a wrapper around it opens nothing. */
const wrapped = (argv: string[]): string[][] => [
  argv,
  ["timeout", "5", ...argv],
  ["env", "CI=1", ...argv],
  ["bash", "-c", argv.map(quote).join(" ")],
];
const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

describe("what must not be allowed", () => {
  const cases = readCases("bypass.txt");

  it("is at least 300 attempts", () => {
    expect(cases.length).toBeGreaterThanOrEqual(300);
    expect(new Set(cases).size).toBe(cases.length);
  });

  it("is not allowed in any spelling", () => {
    const allowed = cases.flatMap((given) =>
      spellings(given)
        .flatMap(wrapped)
        .filter((argv) => policy.judgeCommand(argv, ".").verdict === "allow")
        .map((argv) => JSON.stringify(argv)),
    );
    expect(allowed).toEqual([]);
  });
});

describe("every day's commands", () => {
  const cases = readCases("everyday.txt").map((line) => {
    const space = line.indexOf(" ");
    return { verdict: line.slice(0, space), given: line.slice(space + 1) };
  });

  it("are at least 100", () => {
    expect(cases.length).toBeGreaterThanOrEqual(100);
  });

  it.each(["allow", "ask", "deny"])("are judged as meant: %s", (verdict) => {
    const others = cases
      .filter((each) => each.verdict === verdict)
      .flatMap(({ given }) =>
        spellings(given)
          .slice(given.startsWith("[") ? 0 : -1)
          .concat(given.startsWith("[") ? [] : [["bash", "-lc", given]])
          .map((argv) => ({ argv, judged: policy.judgeCommand(argv, ".") })),
      )
      .filter(({ judged }) => judged.verdict !== verdict)
      .map(({ argv, judged }) => `${JSON.stringify(argv)} → ${judged.verdict}: ${judged.reason}`);
    expect(others).toEqual([]);
  });
});
