// The reader of plain shell lines against real shells: whatever it takes for plain must run exactly the commands it read.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readPlainLine } from "./plain-line.ts";
import { reduceShellLine } from "./reduce.ts";
import { loadShellTreeReader, type ReadShellTree } from "./second-opinion.ts";

const programs = ["ls", "rg", "make", "r-m", "x1"];
let directory = "";
let readTree: ReadShellTree;

beforeAll(async () => {
  readTree = await loadShellTreeReader();
  directory = mkdtempSync(join(tmpdir(), "outpost-plain-line-"));
  mkdirSync(join(directory, "bin"));
  // Writes its name and arguments down in a file of its own, since others of a pipeline write then, too; fails if its first argument says so.
  const recorder = `#!/bin/sh\n{ printf '%s\\0' "\${0##*/}" "$@"; printf '\\0\\n'; } >> "$RECORD/$$"\n[ "$1" != fail ]\n`;
  for (const program of programs) {
    writeFileSync(join(directory, "bin", program), recorder);
    chmodSync(join(directory, "bin", program), 0o755);
  }
});
afterAll(() => rmSync(directory, { recursive: true }));

/** What a shell ran of our programs, in any order: a pipeline's parts run at the same time. */
function runIn(shell: string, line: string): string[] {
  const record = join(directory, "record");
  rmSync(record, { recursive: true, force: true });
  mkdirSync(record);
  const env = { PATH: join(directory, "bin"), RECORD: record };
  try {
    execFileSync(shell, ["-c", line], { cwd: directory, env, stdio: "ignore", timeout: 20_000 });
  } catch {
    // A command that fails is no matter here.
  }
  return readdirSync(record)
    .flatMap((name) => readFileSync(join(record, name), "utf8").split("\0\0\n"))
    .filter((entry) => entry !== "")
    .map((entry) => JSON.stringify(entry.split("\0")))
    .sort();
}

const fragment = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...programs) },
  { weight: 6, arbitrary: fc.constantFrom(" ", " ", "  ", "\t") },
  fc.constantFrom(
    "a",
    "-v",
    "--x=1",
    "fail",
    "p/q.c",
    "HEAD~1",
    "A=b",
    "'",
    '"',
    "\\",
    "''",
    '""',
    "\\ ",
    "\\'",
    '\\"',
    "\\\\",
  ),
  fc.constantFrom(
    "&&",
    "||",
    ";",
    "|",
    "\n",
    "&",
    "|&",
    ";;",
    "!",
    "#",
    "~",
    "{}",
    "{a,b}",
    "*",
    "?",
    "$x",
    "`x`",
    "(",
    ")",
    "<",
    ">",
    "2>&1",
    ">/dev/null",
    "%",
    "^",
    "=",
    "+",
    "@",
    ":",
    ",",
    "é",
  ),
);

describe("a line that is plain", () => {
  it("runs what was read, and nothing else, in sh and in bash", () => {
    let plain = 0;
    fc.assert(
      fc.property(fc.array(fragment, { minLength: 1, maxLength: 12 }), (parts) => {
        const line = parts.join("");
        const { line: read } = reduceShellLine(line, readTree);
        if (!read.plain) return;
        plain++;
        const expected = new Set(read.commands.map(({ argv }) => JSON.stringify(argv)));
        for (const shell of ["/bin/sh", "/bin/bash"]) {
          // What "&&" and "||" skip does not run.
          for (const ran of runIn(shell, line))
            expect([line, shell, expected.has(ran) ? ran : [...expected]]).toEqual([line, shell, ran]);
        }
      }),
      { numRuns: process.env["OUTPOST_FULL"] === "1" ? 20_000 : 400 },
    );
    expect(plain).toBeGreaterThan(process.env["OUTPOST_FULL"] === "1" ? 500 : 10);
  });

  it.each<[line: string, commands: string[][]]>([
    ["ls -la", [["ls", "-la"]]],
    [
      "cd a && make -j4 2>&1 | tail -20",
      [
        ["cd", "a"],
        ["make", "-j4"],
        ["tail", "-20"],
      ],
    ],
    ["echo 'it'\\''s' \"x y\" c\\ d ''", [["echo", "it's", "x y", "c d", ""]]],
    ["a\n\n b ;\n", [["a"], ["b"]]],
    ["find . -exec ls {} +", [["find", ".", "-exec", "ls", "{}", "+"]]],
  ])("%j", (line, commands) => {
    const read = readPlainLine(line);
    expect(read.plain && read.commands.map(({ argv }) => argv)).toEqual(commands);
  });
});
