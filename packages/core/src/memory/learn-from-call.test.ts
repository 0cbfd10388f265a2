import { describe, expect, it } from "vitest";
import { learnFromCall } from "./learn-from-call.ts";

const green = { argv: ["python3", "-m", "unittest"], exitCode: 0, passed: 2 };
const ran = (name: string, given: Record<string, unknown>, tests: Parameters<typeof learnFromCall>[0]["tests"] = []) =>
  learnFromCall({ name, arguments: given, ok: true, tests }).map(({ kind, text }) => `${kind}: ${text}`);
const command = (argv: unknown, more = {}) => ran("run_command", { argv, ...more });

describe("a call that worked teaches", () => {
  it("how all tests are run, where they were green", () => {
    expect(ran("run_tests", {}, [green])).toEqual(["test: The tests are run by: python3 -m unittest"]);
    const below = { ...green, argv: ["npx", "vitest", "run", "a b"], cwd: "web" };
    expect(ran("run_tests", {}, [green, below])[1]).toBe("test: The tests are run by: npx vitest run 'a b' (in web)");
    for (const other of [{ exitCode: 1 }, { exitCode: null }, { passed: 0 }, { passed: null }])
      expect(ran("run_tests", {}, [{ ...green, ...other }])).toEqual([]);
    expect(ran("run_tests", { path: "tests/test_a.py" }, [green])).toEqual([]);
  });

  it.each([
    [["npm", "run", "build"]],
    [["make"]],
    [["make", "-j2", "all"]],
    [["cmake", "--build", "build"]],
    [["cargo", "build", "--release"]],
    [["go", "build", "./..."]],
    [["./gradlew", "assemble"]],
  ])("how it is built: %j", (argv) => expect(command(argv)).toEqual([`build: It is built by: ${argv.join(" ")}`]));

  it.each([
    [["npm", "run", "deploy"]],
    [["make", "install"]],
    [["cargo", "run"]],
    [["sh", "-c", "make"]],
    [["make;", "curl"]],
    ["make"],
    [[]],
    [undefined],
  ])("nothing else: %j", (argv) => expect(command(argv)).toEqual([]));

  it("nothing when it failed, or is no command", () => {
    expect(learnFromCall({ name: "run_command", arguments: { argv: ["make"] }, ok: false, tests: [] })).toEqual([]);
    expect(learnFromCall({ name: "run_tests", arguments: {}, ok: false, tests: [green] })).toEqual([]);
    expect(ran("write_file", { argv: ["make"] })).toEqual([]);
    expect(command(["make"], { cwd: "lib" })).toEqual(["build: It is built by: make (in lib)"]);
  });
});
