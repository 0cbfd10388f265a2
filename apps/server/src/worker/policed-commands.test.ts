import type { CommandRunner, ProcessResult } from "@outpost/core";
import { openPolicyLoader } from "@outpost/sandbox";
import { describe, expect, it } from "vitest";
import { type Granted, policedCommands } from "./policed-commands.ts";

const loader = await openPolicyLoader();
const rule = (program: string, verdict: string) =>
  `version: 1\ncommands: [{ id: own, program: [${program}], verdict: ${verdict}, reason: no }]\n`;

async function outcomeOf(
  argv: string[],
  granted: Granted = { argv: null, cwd: null },
  options: { policy?: string; testArgv?: string[]; cwd?: string } = {},
): Promise<string> {
  const run: CommandRunner["run"] = async () => ({ exitCode: 0 }) as ProcessResult;
  const policy = loader.load(options.policy ? { level: "user", text: options.policy, file: "own.yaml" } : null, null);
  const environment = options.testArgv ? { testArgv: options.testArgv } : {};
  const commands = policedCommands({ run }, { policy, granted, environment });
  const command = { argv, ...(options.cwd === undefined ? {} : { cwd: options.cwd }) };
  return commands.run(command, AbortSignal.timeout(1000)).then(
    () => "ran",
    (error: Error) => error.message,
  );
}

describe("what a tool runs", () => {
  it("is what its call was judged by", async () => {
    const argv = ["./own-tests.sh", "fast"];
    expect(await outcomeOf(argv, { argv, cwd: "." })).toBe("ran");
    expect(await outcomeOf(argv, { argv, cwd: "a" })).toMatch(/has to be asked for/);
    expect(await outcomeOf([...argv, "more"], { argv, cwd: "." })).toMatch(/has to be asked for.*exactly this "argv"/);
  });

  it("is allowed by the rules when something was added to it", async () => {
    expect(await outcomeOf(["pytest", "-q", "tests/test_a.py"], { argv: ["pytest", "-q"], cwd: null })).toBe("ran");
    expect(await outcomeOf(["npm", "test", "--script-shell=./x"], { argv: ["npm", "test"], cwd: null })).not.toBe(
      "ran",
    );
  });

  it("is found by the tool, unless a rule of the user speaks against it", async () => {
    const found = ["sh", "-c", 'd="$TMPDIR/x"; cmake -S . -B "$d" && cd "$d" && exec ctest'];
    expect(await outcomeOf(found)).toBe("ran");
    expect(await outcomeOf(["make", "test"], undefined, { policy: rule("make", "ask") })).toMatch(/asked for/);
    expect(await outcomeOf(["make", "test"], undefined, { policy: rule("make", "deny") })).toBe("not run: no");
  });

  it("is the operator's command for tests, with a path", async () => {
    const testArgv = ["./run-tests"];
    const granted = { argv: ["./run-tests"], cwd: null };
    expect(await outcomeOf(["./run-tests", "tests/a"], granted, { testArgv })).toBe("ran");
    expect(await outcomeOf(["./run-tests", "--hook=x"], granted, { testArgv })).toMatch(/asked for/);
  });
});
